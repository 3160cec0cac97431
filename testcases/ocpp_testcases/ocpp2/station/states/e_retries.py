"""E13: an event that cannot be delivered, and how often and how soon a station under test sends it again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import payload_matches
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.answers import Reply, ReplyError, Silence
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import EARLY, interval_tolerance
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable

__all__ = ["FailedEvent", "Failure", "Retries", "expect_no_more", "expect_sent_again", "failing", "retries_configured"]

Failure = Literal["does not answer", "answers with InternalError"]
ATTEMPTS = "OCPPCommCtrlr.MessageAttempts/TransactionEvent"
INTERVAL = "OCPPCommCtrlr.MessageAttemptInterval/TransactionEvent"
TIMEOUT = "OCPPCommCtrlr.MessageTimeout/Default"


@dataclass(frozen=True)
class Retries:
    """How the station is set: how often it sends a message, and how many seconds lie between (`interval`).

    `timeout`: seconds until it knows that a message has failed; 0 where it is told. `late`: by how many seconds a
    transmission may be late: TC_E_51_CS adds the time-out also where the station is told, TC_E_50_CS does not.
    """

    attempts: int
    interval: int
    timeout: int
    late: int

    def wait(self, transmissions: int) -> int:
        """Seconds from one transmission to the next, when there were so many."""
        return self.interval * transmissions + self.timeout


@dataclass(frozen=True)
class FailedEvent:
    """The first event from `since` on that says that energy flows; no transmission is answered but `succeeds`."""

    csms: Csms
    failure: Failure
    succeeds: int | None
    since: int

    @property
    def sent(self) -> list[Message]:
        """The transmissions so far; the message id may be another each time."""
        told = [m for m in self.csms.inbox if m.index >= self.since and m.action == "TransactionEvent"]
        flowing = [m for m in told if m.at("transactionInfo.chargingState") == "Charging"]
        return [m for m in flowing if payload_matches(m.payload, _same(flowing[0]))]

    def was_sent(self, times: int) -> bool:
        """Whether there were so many transmissions."""
        return len(self.sent) >= times

    @property
    def fields(self) -> dict[str, Any]:
        """What makes a message one of them."""
        return _same(self.sent[0])

    def reply(self, message: Message) -> Reply:
        """What the CSMS does with a message that says that energy flows."""
        sent = self.sent
        if message not in sent or len(sent) == self.succeeds:
            return {"idTokenInfo": {"status": "Accepted"}} if message.idToken else {}
        return Silence() if self.failure == "does not answer" else ReplyError("InternalError")


def _same(message: Message) -> dict[str, Any]:
    return {"transactionInfo__transactionId": message.at("transactionInfo.transactionId"), "seqNo": message.seqNo}


async def retries_configured(csms: Csms, sut: Sut, attempts: int, failure: Failure) -> Retries:
    """The station sends a transaction message so often, after short waits

    What cannot be set is taken as it is, as long as there are so many attempts.
    """
    short, silent = str(sut.short_interval), failure == "does not answer"
    if silent:  # a new time-out may count from the next connection on: after the case too
        on_undo("Connect with the time-out from before", lambda: _connected_again(csms))
    await configured(csms, {ATTEMPTS: str(attempts), INTERVAL: short, TIMEOUT: short}, if_writable=True)
    if silent:
        await _connected_again(csms)
    found = [await get_variable(csms, name) for name in (ATTEMPTS, INTERVAL, TIMEOUT)]
    for name, value in zip((ATTEMPTS, INTERVAL, TIMEOUT), found, strict=True):
        if value is None:
            raise Inconclusive(f"the station does not have {name}, and without it nobody knows what to wait for")
    many, interval, timeout = (int(value or 0) for value in found)
    if many < attempts:
        raise Inconclusive(f"{ATTEMPTS} is {many} and cannot be set to {attempts}")
    if silent:
        _given_up_after(csms, EARLY * timeout)
    return Retries(many, interval, timeout if silent else 0, 0 if silent else timeout)


def _given_up_after(csms: Csms, seconds: float) -> None:
    """The station may send its next CALL when it has waited so long for an answer."""
    csms.rules.call_timeout = seconds

    async def usual() -> None:
        csms.rules.call_timeout = csms.timing.message

    on_undo("A CALL counts as given up after the usual time", usual)


async def _connected_again(csms: Csms) -> None:
    connections = len(csms.connections)
    await csms.close()
    await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
    await csms.wait_until_quiet()


def failing(csms: Csms, failure: Failure, *, succeeds: int | None) -> FailedEvent:
    """From now on the first event that says that energy flows fails, and its transmission `succeeds` does not."""
    event = FailedEvent(csms, failure, succeeds, csms.next_index)
    csms.answer("TransactionEvent", event.reply, where={"transactionInfo__chargingState": "Charging"})
    return event


async def expect_sent_again(csms: Csms, sut: Sut, event: FailedEvent, retries: Retries, *, times: int) -> None:
    """The event is sent so many times, and not sooner than it should."""
    for number in range(1, times + 1):
        within = csms.timing.event + (retries.wait(number - 1) + retries.late if number > 1 else 0)
        try:
            await csms.wait_until(partial(event.was_sent, number), within, f"transmission {number}")
        except TimeoutError:
            if number == 1:
                raise Inconclusive("the station does not tell that energy flows: no event fails") from None
            expected = f"transmission {number} of the event within {within:g} s"
            check("E13.FR.02", False, expected=expected, received=f"{len(event.sent)} transmissions")
            return
        if number > 1:
            gap = event.sent[number - 1].received - event.sent[number - 2].received
            wait = retries.wait(number - 1)
            check(
                "E13.FR.03",
                gap >= wait - interval_tolerance(sut, wait),
                expected=f"transmission {number} at least {wait} s after the one before",
                received=f"{gap:.2f} s after it",
            )


async def expect_no_more(csms: Csms, event: FailedEvent, retries: Retries, *, after: int) -> None:
    """The event is not sent again, after so many transmissions; watched for as long as the next wait would take."""
    if event.sent:
        within = retries.wait(after) + csms.timing.quiet
        await csms.expect_none(
            "TransactionEvent", requirement="E13.FR.04", within=within, since=event.sent[-1].index + 1, **event.fields
        )
