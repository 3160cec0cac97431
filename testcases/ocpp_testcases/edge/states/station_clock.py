"""The clock of a station under test: what the CSMS tells it of the time, and what it makes of that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_proof import NotApplicable, on_undo
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.triggered_messages import in_vain_text
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.sut_calls import expect_triggers
from ocpp_testcases.ocpp2.station.states import b_provisioning

__all__ = ["TIMED", "StationClock", "follows_heartbeats", "now_at_station", "seconds_apart", "text", "triggered"]

TIMED = ("MeterValues", "StatusNotification")
"""Messages that can be asked for, and that carry the time as a rule."""
SOURCE, SHOWN = "ClockCtrlr.TimeSource", "ClockCtrlr.DateTime"
DEVIATION = 4


def text(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_apart(told: str, moment: datetime) -> float:
    """How far a time on the wire is from a moment; infinite for what is no time."""
    try:
        read = datetime.fromisoformat(told)
    except ValueError:
        return float("inf")
    return abs(((read if read.tzinfo else read.replace(tzinfo=UTC)) - moment).total_seconds())


async def follows_heartbeats(csms: Csms, sut: Sut) -> None:
    """The station takes the time from Heartbeats, as far as it tells (2.x); else the case says nothing of it"""
    source = None if sut.ocpp == "1.6" else await b_provisioning.get_variable(csms, SOURCE)
    if source and source.split(",")[0].strip() != "Heartbeat":
        raise NotApplicable(f"the station takes the time from elsewhere: {SOURCE} is {source}")


async def now_at_station(csms: Csms, sut: Sut) -> datetime:
    """The time that the station says it has (2.x), where it can be read; else the real one."""
    shown = None if sut.ocpp == "1.6" else await b_provisioning.get_variable(csms, SHOWN)
    try:
        moment = datetime.fromisoformat(shown or "")
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def triggered(csms: Csms, sut: Sut, action: str) -> Message | None:
    """Ask for a message of the connector, and give it; None where the station does not take the request, or sends none.

    A message of that action that comes of its own accord meanwhile is as good (F06.FR.10). One that was promised in an
    earlier case, and did not come, is not asked for again.
    """
    if csms.triggered.missed(action, csms.timing.event):
        return None
    if sut.ocpp == "1.6":
        where: dict[str, Any] = {"connectorId": sut.connectorId}
    else:
        where = {"evse": {"id": sut.evseId}}
        if action == "StatusNotification":
            where["evse"]["connectorId"] = sut.connectorId
    since = csms.next_index
    answer = await csms.attempt("TriggerMessage", requestedMessage=action, **where)
    if answer.error is not None or answer.status != "Accepted":
        return None
    return await csms.expect_optional(action, within=csms.timing.event, since=since)


class StationClock:
    """Tells the station another time for the rest of the case, by each Heartbeat; the right one when it ends.

    `ahead`: by how much the time that was told last is wrong; zero as long as nothing wrong was told. `actions`: the
    messages that the station sends when it is asked for them.
    """

    def __init__(self, csms: Csms, sut: Sut, actions: tuple[str, ...] = TIMED) -> None:
        self.csms, self.sut, self.actions = csms, sut, actions
        self.ahead = timedelta(0)
        self.tolerance = float(sut.value("max_time_deviation", DEVIATION))

    @property
    def expected(self) -> datetime:
        """What the clock shows now if the station follows; counted from the moment of the answer."""
        return datetime.now(UTC) + self.ahead

    async def set_to(self, moment: datetime, written: Callable[[datetime], str] = text) -> None:
        """The CSMS says that it is this time, in this notation, when it answers the next Heartbeat; then time goes on.

        Not applicable where the station cannot be asked for a Heartbeat; Inconclusive where it agrees and sends none,
        which is for the cases about TriggerMessage to judge.
        """
        on_undo("Tell the station the right time", self.set_right)
        begun: list[timedelta] = []

        def answer(message: Message) -> dict[str, Any]:
            if not begun:
                begun.append(moment - datetime.now(UTC))
                self.ahead = begun[0]
            return {"currentTime": written((datetime.now(UTC) + self.ahead).astimezone(moment.tzinfo))}

        self.csms.answer("Heartbeat", answer)
        await self._ask_for_heartbeat()

    async def _ask_for_heartbeat(self) -> None:
        expect_triggers(self.csms, "Heartbeat")
        since = self.csms.next_index
        answer = await self.csms.attempt("TriggerMessage", requestedMessage="Heartbeat")
        if answer.error is not None or answer.status != "Accepted":
            raise NotApplicable("the station cannot be asked for a Heartbeat (TriggerMessage)")
        if await self.csms.expect_optional("Heartbeat", within=self.csms.timing.event, since=since) is None:
            raise Inconclusive(in_vain_text("Heartbeat"))
        action, payload = probe_request(self.csms)
        await self.csms.attempt(action, **payload)  # when this is answered, it has read the answer to its Heartbeat

    async def set_right(self) -> None:
        """Have the station ask for the time, tell it the right one, and see that it has it.

        Raises Inconclusive where its clock is wrong still, as far as its messages show.
        """
        if not self.ahead:
            return
        await self._ask_for_heartbeat()
        wrong = self.ahead
        told = await self.shown() or await self.shown(self.actions)
        now = datetime.now(UTC)
        if told and all(seconds_apart(one, now + wrong) < seconds_apart(one, now) for one in told):
            raise Inconclusive(f"THE CLOCK OF THE STATION IS STILL WRONG: it says {told[0]}, and it is {text(now)}")
        self.ahead = timedelta(0)

    async def shown(self, actions: tuple[str, ...] = ()) -> list[str]:
        """The times that the station shows: in its device model (2.x), and in messages that are asked for."""
        found = []
        if self.sut.ocpp != "1.6":
            found.append(await b_provisioning.get_variable(self.csms, SHOWN))
        for action in actions:
            message = await triggered(self.csms, self.sut, action)
            found.append(time_of(message) if message is not None else None)
        return [one for one in found if one]


def time_of(message: Message) -> str | None:
    """The time in a message: of the newest of its meter values, or of itself. A status may leave it out (1.6)."""
    if message.action == "MeterValues":
        times = [str(one["timestamp"]) for one in message.meterValue or [] if one.get("timestamp")]
        return times[-1] if times else None
    return str(message.timestamp) if message.timestamp else None
