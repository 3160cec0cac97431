"""The station under test between cases: connected, answering, accepted and idle, by what works, in this order.

Requests of OCPP come first (a trigger, a stop, a cancellation), then a new connection, then the verb `power_cycle`.
What cannot be had is said once, with the case that left it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ocpp_reports.model import CaseResult, Verdict

from ..cases.errors import DriverError, Inconclusive
from ..cases.evidence import CaseRun, describe
from ..cases.timing import Timing
from ..roles.csms import Csms
from ..roles.held import Held
from ..roles.liveness import Silence
from ..roles.message import Answer, ErrorAnswer
from ..roles.remote_starts import Place, RemoteStart
from ..roles.station_connects import wait_for_station
from ..sut.sut import Sut
from .cleanup import Cleanup

__all__ = ["IdleStation"]

_TRIES = 3
"""How often a station is given up before it is left alone, whatever it does."""
_MOST = 20
"""How many things that a station still holds are taken back between two cases."""


class IdleStation:
    """Brings the station of one run back between its cases.

    `broken`: why no further case is tried, while that is so. `problems`: what the run has to tell. `redact` takes
    secrets out of a text.
    """

    def __init__(
        self, timing: Timing, cleanup: Cleanup, nobody: CaseResult, redact: Callable[[str], str] = lambda text: text
    ) -> None:
        self.timing = timing
        self.cleanup = cleanup
        self.broken = ""
        self.problems: list[str] = []
        self._nobody = nobody
        self._redact = redact
        self._connections = 0
        self._given_up = 0
        self._unreached = 0
        self._not_accepted: tuple[str, str] = ("", "")
        self._told: set[str] = set()
        self._switched_off_for: set[Any] = set()
        self._seen_to: list[RemoteStart] = []
        self._unplugged: set[tuple[Place, str]] = set()
        self._switching = ""
        self._in_use, self._began = "", 0.0

    # --- before and after a case

    def has_come_back(self, csms: Csms) -> bool:
        """Whether a station that was given up connected anew since; one that is given up again and again has not."""
        anew = csms.connected and len(csms.connections) > self._connections
        return bool(self.broken) and anew and self._given_up < _TRIES

    async def before(self, run: CaseRun, csms: Csms, sut: Sut) -> str:
        """Make the station ready for a case; returns why it is not idle all the same, else an empty text.

        Raises Inconclusive where no case can be run on it: it does not connect, answers nothing, or is not accepted.
        """
        self.broken = self._in_use = ""
        with self.cleanup.unjudged(run):
            await self._connected(run, csms, sut)
            await self._answering(run, csms, sut)
            if self.cleanup.left:
                await self.cleanup.try_again(self._nobody, csms)
                csms.begin(run)
            await self._accepted(run, csms, sut)
            await self._idle(run, csms, sut)
        run.preconditions_met()
        place = sut.evseId, sut.connectorId
        if csms.connector_statuses.in_use(*place):  # what the case before has freed may be told a moment later
            free = partial(csms.connector_statuses.freed_since, time.monotonic(), *place)
            await self._until(csms, free, self.timing.quiet, "the connector to be Available")
        self._in_use = csms.connector_statuses.in_use(*place)
        self._began = time.monotonic()
        return self._not_idle(csms, sut)

    def in_use(self, csms: Csms, sut: Sut, case: str) -> str:
        """Why nobody could use the place that is tested since this case began, as the station told; else empty.

        Not where the case has put something into service itself: whether that is so then is what it judges.
        """
        freed = csms.connector_statuses.freed_since(self._began, sut.evseId, sut.connectorId)
        return "" if freed or csms.state.held.opened_in == case else self._in_use

    async def after(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        """Bring the station back as far as its connection allows; what is left is tried again before the next case."""
        if not csms.connected or csms.liveness.silence is not None:
            return
        csms.answers.clear()
        with self.cleanup.unjudged(run):
            if run.kept_waiting.unknown and any(check.verdict is Verdict.FAIL for check in run.result.checks()):
                await self._learn_patience(csms)
            try:
                await self._accepted(run, csms, sut)
                await self._idle(run, csms, sut)
            except Inconclusive:
                return

    async def at_end(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        """Bring the station back after the last case, where it had no connection then or did not answer."""
        if self.broken or not (self.cleanup.left or self._holds(csms)):
            return
        with self.cleanup.unjudged(run):
            try:
                await self._connected(run, csms, sut)
                await self._accepted(run, csms, sut)
                await self._idle(run, csms, sut)
            except Inconclusive:
                return

    def told(self, csms: Csms) -> list[str]:
        """What the run has to tell, with what the station still holds now that all cases have ended."""
        left = {f"the transaction {number}": f"the transaction {number} runs on" for number in csms.transactions.open}
        left |= {held.what: f"{held.case}: was not taken back: {held.what}" for _, held in csms.state.held.left()}
        for what, problem in left.items():
            if what not in self._told:
                self._told.add(what)
                self._tell(problem)
        told, self.problems = self.problems, []
        return told

    @staticmethod
    def _holds(csms: Csms) -> bool:
        return bool(
            csms.transactions.open or csms.state.held.left() or csms.state.registered in ("Pending", "Rejected")
        )

    # --- connected

    async def _connected(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        try:
            await wait_for_station(csms, self.timing.long)
            self._unreached = 0
            return
        except Inconclusive as error:
            reason = str(error)
        since_when, what = csms.liveness.silence or csms.liveness.lost, "the station does not connect"
        since = self._since(since_when, what) if since_when else what
        if await self._power_cycled(run, csms, sut):
            self._unreached = 0
            self._tell(f"{since}; it was switched off and on, and is back")
            await wait_for_station(csms, self.timing.long)
            return
        self._unreached += 1
        if self._unreached >= 2:
            self._give_up(csms, f"{since}; {self._switching}. The last reason: {reason}")
        raise Inconclusive(self.broken or reason)

    async def _power_cycled(self, run: CaseRun, csms: Csms, sut: Sut) -> bool:
        """Have a driver switch the station off and on; whether it has connected anew since. `_switching` says how."""
        before = len(csms.connections)
        with run.open("Switch the station off and on", "given"):
            try:
                await sut.power_cycle()
                await csms.wait_until(
                    lambda: csms.connected and len(csms.connections) > before,
                    self.timing.long,
                    "the station to be back",
                )
            except DriverError as error:
                self._switching = f"it could not be switched off and on: {error}"
                return False
            except TimeoutError:
                self._switching = "it was switched off and on, and did not come back"
                return False
            self._switching = "it was switched off and on"
            await csms.wait_until_quiet()
        return csms.connected

    # --- answering

    async def _answering(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        silence = csms.liveness.silence
        if silence is None or await self._answers(run, csms):
            return
        since = self._since(silence, "the station answers nothing")
        run.record("-", "mute", {"since": silence.case, "frame": silence.frame})
        if csms.connected:
            csms.drop()
        try:
            await wait_for_station(csms, self.timing.long)
        except Inconclusive:
            reconnected = False
        else:
            reconnected = await self._answers(run, csms)
        if reconnected:
            self._tell(f"{since}; over a new connection it answers again")
        elif await self._power_cycled(run, csms, sut) and await self._answers(run, csms):
            self._tell(f"{since}; it was switched off and on, and answers again")
        else:
            self._give_up(csms, f"{since}, also over a new connection; {self._switching}")
            raise Inconclusive(self.broken)

    async def _answers(self, run: CaseRun, csms: Csms) -> bool:
        """Whether the station answers a harmless request, in whatever way."""
        with run.open("See whether the station answers", "given"):
            return await self._read(csms, "HeartbeatInterval", "OCPPCommCtrlr", "HeartbeatInterval") is not None

    async def _read(self, csms: Csms, key: str, component: str, variable: str) -> Answer | ErrorAnswer | None:
        """The answer to a request for one setting, by its key in 1.6; None without one."""
        if not csms.connected:
            return None
        within = self.timing.message
        if csms.ocpp == "1.6":
            return await csms.outcome_of("GetConfiguration", {"key": [key]}, within=within)
        wanted = {"component": {"name": component}, "variable": {"name": variable}}
        return await csms.outcome_of("GetVariables", {"getVariableData": [wanted]}, within=within)

    async def _learn_patience(self, csms: Csms) -> None:
        """How long the station waits for a cable is asked where it has not told."""
        if csms.state.settings.connection_timeout() is None:
            await self._read(csms, "ConnectionTimeOut", "TxCtrlr", "EVConnectionTimeOut")

    # --- accepted

    async def _accepted(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        """A station that was left Pending or Rejected boots again, and is accepted."""
        state = csms.state
        if state.registered in ("", "Accepted"):
            return
        left = (state.registered, state.registered_in)
        what = f"the station is {state.registered} since {state.registered_in}"
        if left == self._not_accepted:
            raise Inconclusive(f"{what}, and does not boot again")
        tried: list[str] = []
        with run.open("Have the station boot and accept it", "given"):
            for way in (self._triggered, self._waited, self._switched, self._reset):
                if how := await way(run, csms, sut):
                    tried.append(how)
                if state.registered == "Accepted":
                    await csms.wait_until_quiet()
                    return
        self._not_accepted = left
        self._tell(f"{what}, and does not boot again: {'; '.join(tried)}")
        raise Inconclusive(f"{what}, and does not boot again")

    async def _triggered(self, run: CaseRun, csms: Csms, sut: Sut) -> str:
        if csms.state.registered != "Pending":  # to one that is Rejected nothing may be sent
            return ""
        await self._asked(csms, "TriggerMessage", {"requestedMessage": "BootNotification"}, self.timing.event)
        return "a BootNotification was asked for"

    async def _waited(self, run: CaseRun, csms: Csms, sut: Sut) -> str:
        interval = csms.state.interval
        if interval > self.timing.long:
            return ""
        await self._boots(csms, interval + self.timing.message)
        return f"its interval of {interval:g} s has passed"

    async def _switched(self, run: CaseRun, csms: Csms, sut: Sut) -> str:
        if await self._power_cycled(run, csms, sut):
            await self._boots(csms, self.timing.event)
        return self._switching

    async def _reset(self, run: CaseRun, csms: Csms, sut: Sut) -> str:
        if csms.state.registered != "Pending":
            return ""
        kind = "Hard" if csms.ocpp == "1.6" else "Immediate"
        await self._asked(csms, "Reset", {"type": kind}, self.timing.long)
        return "it was asked to reset itself"

    async def _boots(self, csms: Csms, within: float) -> bool:
        return await self._until(csms, lambda: csms.state.registered == "Accepted", within, "a BootNotification")

    async def _asked(self, csms: Csms, action: str, payload: dict[str, str], within: float) -> None:
        if not csms.connected:
            return
        answer = await csms.outcome_of(action, payload, within=self.timing.message)
        if answer is not None and answer.error is None and answer.status == "Accepted":
            await self._boots(csms, within)

    async def _until(self, csms: Csms, condition: Callable[[], bool], within: float, what: str) -> bool:
        try:
            await csms.wait_until(condition, within, what)
        except TimeoutError:
            return False
        return True

    # --- idle

    async def _idle(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        await self.cleanup.end_transactions(run, csms, sut)
        if stuck := csms.transactions.stuck - self._switched_off_for:
            self._switched_off_for |= stuck
            if await self._power_cycled(run, csms, sut):
                await self._until(csms, lambda: not stuck & csms.transactions.stuck, self.timing.event, "its end")
                csms.transactions.take_up(stuck & csms.transactions.stuck)  # it may not know of it any more
                await self.cleanup.end_transactions(run, csms, sut)
        waiting = [one for one in csms.state.starts.waiting if one not in self._seen_to]
        if waiting and csms.connected:
            self._seen_to += waiting
            with run.open("A remote start that was accepted comes to its end", "given"):
                await self._end_remote_starts(run, csms, sut)
        for place, case in csms.state.starts.cables_in():
            if (place, case) not in self._unplugged:
                self._unplugged.add((place, case))
                await self._unplug(run, csms, sut, place)
        for key, held in csms.state.held.left()[:_MOST]:
            if csms.connected and key in csms.state.held and held.what not in self._told:
                await self._take_back(run, csms, key, held)

    async def _unplug(self, run: CaseRun, csms: Csms, sut: Sut, place: Place) -> None:
        with run.open("Take the cable out", "given"), contextlib.suppress(DriverError):
            await sut.unplug(*place)
            await self._until(
                csms, lambda: csms.state.starts.is_free(place), self.timing.event, "the connector to be free"
            )

    async def _end_remote_starts(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        """Nobody plugs in: ConnectionTimeOut ends it where it is short, else the station starts anew."""
        state = csms.state
        await self._learn_patience(csms)
        limit = state.settings.connection_timeout()
        due = max(one.at for one in state.starts.waiting) + (limit or 0.0) - time.monotonic()
        if limit is not None and due <= self.timing.event:
            within = max(due, 0.0) + self.timing.quiet
            if not await self._until(csms, lambda: not state.starts.waiting, within, "the remote start to be over"):
                state.starts.forget(before=time.monotonic())
            return
        kind = "Soft" if csms.ocpp == "1.6" else "Immediate"
        answer = await csms.outcome_of("Reset", {"type": kind}, within=self.timing.message)
        booted = False
        if answer is not None and answer.error is None and answer.status == "Accepted":
            booted = await self._until(csms, lambda: not state.starts.waiting, self.timing.long, "a BootNotification")
        if not booted:
            booted = await self._power_cycled(run, csms, sut)
        if booted:
            state.starts.forget(before=time.monotonic())
            await csms.wait_until_quiet()

    async def _take_back(self, run: CaseRun, csms: Csms, key: tuple[str, object], held: Held) -> None:
        with run.open(f"Take back: {held.what}", "given"):
            answer = await csms.outcome_of(held.action, held.payload, within=self.timing.message)
        if key in csms.state.held:
            said = "no answer" if answer is None else answer.error or answer.get("status") or dict(answer)
            self._tell(f"{held.case}: could not take back: {held.what}: {held.action} was answered with {said}")
            self._told.add(held.what)

    def _not_idle(self, csms: Csms, sut: Sut) -> str:
        """What a station holds that may make it refuse what a case asks, at the EVSE or connector that is tested."""
        here = (None, sut.connectorId if csms.ocpp == "1.6" else sut.evseId)
        held = [one for _, one in csms.state.held.left() if one.blocks and one.place in here]
        blocking = [f"{one.what} (left by {one.case})" for one in held]
        running = [f"the transaction {number}, which cannot be stopped" for number in csms.transactions.stuck]
        started = [f"a remote start that was accepted in {one.case}" for one in csms.state.starts.waiting]
        cables = [
            f"the cable in connector {place[1]} (left by {case})" for place, case in csms.state.starts.cables_in()
        ]
        return "; ".join([*running, *started, *cables, *blocking])

    # --- what is told

    def _since(self, silence: Silence, what: str) -> str:
        """Since which case and after which frame; it is told outside of the evidence as well, without secrets."""
        return Silence(silence.case, describe(self._redact(silence.frame), 300)).text(what)

    def _give_up(self, csms: Csms, why: str) -> None:
        self.broken = f"{why}; the rest was not tried"
        self._connections = len(csms.connections)
        self._given_up += 1
        self._tell(self.broken)

    def _tell(self, problem: str) -> None:
        problem = self._redact(problem)
        if problem not in self.problems:
            self.problems.append(problem)
