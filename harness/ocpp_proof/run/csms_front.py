"""A case in front of a CSMS under test: in a place of its own, and once more where something else spoiled it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from ocpp_reports.model import CaseResult, Verdict, WireRecord

from ..cases.errors import Inconclusive
from ..cases.evidence import CaseRun, running
from ..cases.timing import Timing
from ..net.outcome import ConnectionRefused
from ..net.waiting import timeout
from ..roles.station import Station
from .csms_watch import NOBODY_THERE, CsmsWatch, Departure
from .flights import Flight, Flights
from .identities import Identities
from .pace import Pace
from .slots import Slots
from .witness import Witness

__all__ = ["CsmsFront"]

ENOUGH = 3
"""So many stations have to be free that one is taken to look whether the CSMS is there: cases borrow some as well."""
_SERVER_ERROR = 500
_TOO_BUSY = 503
Outcome = tuple[CaseResult, BaseException | None]


class Attempt(Protocol):
    """Runs a case once. `to_its_end`: also when the CSMS goes away meanwhile."""

    def __call__(self, result: CaseResult, *, to_its_end: bool = ...) -> Awaitable[Outcome]:
        """The outcome, with this result."""


class CsmsFront:
    """Runs cases in front of one CSMS, and knows whether it is there.

    `station` makes a station of an identity, `nobody` the result of what is no case. `tell` gets what is to be shown at
    once, `note` what belongs to the problems of the run.
    """

    def __init__(
        self,
        slots: Slots,
        timing: Timing,
        identities: Identities,
        *,
        station: Callable[[str], Station],
        nobody: Callable[[str], CaseResult],
        seed: int,
        redact: Callable[[str], str],
        tell: Callable[[str], None],
        note: Callable[[str], None],
    ) -> None:
        self._slots, self._timing, self._identities = slots, timing, identities
        self._station, self._nobody, self._tell, self._note = station, nobody, tell, note
        self.flights = Flights()
        self.watch = CsmsWatch(
            self.flights,
            slots,
            redact=redact,
            probe=self.is_there,
            wait=timing.restart,
            tell=tell,
            broken=self._give_up,
        )
        self.witness = Witness(
            identities,
            station=station,
            nobody=lambda: nobody("witness"),
            seed=seed,
            settle=timing.message,
            note=note,
        )
        self.pace = Pace(self.flights, slots, message=timing.message, is_there=self.watch.is_there, say=self._say)
        self._told = False
        self.broken = ""
        """Why the rest of the run is not tried."""
        self.flights.on_refused = self._refused

    async def run(
        self, first: CaseResult, attempt: Attempt, again: Callable[[], CaseResult], *, official: bool
    ) -> Outcome:
        """Run a case and give its outcome: that of `attempt` with `first`, or with the new result of `again`."""
        agreeing = await self.witness.heard(official=official)
        result, error = await self._again_where_spoiled(first, attempt, again)
        if agreeing and result.verdict in (Verdict.PASS, Verdict.WARN):
            result.verdict, result.reason = Verdict.INCONCLUSIVE, agreeing
        return result, error

    async def _again_where_spoiled(
        self, first: CaseResult, attempt: Attempt, again: Callable[[], CaseResult]
    ) -> Outcome:
        flight, outcome = await self._in_a_place(first, attempt)
        if outcome[0].verdict is not Verdict.PASS:
            await self.pace.settled(flight)  # a case may fail while it is being found out why answers are late
        departure = self.watch.met_by(flight)
        if departure is not None:
            why = departure.text()
            # nothing had come after what it sent last, or it ran alone: it may be the reason, and is to spoil no other
            alone = flight in departure.suspects
        elif flight.pressed and outcome[0].verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN):
            why, alone = "the CSMS did not keep up with so many cases at once", True
        else:
            return outcome
        second = again()
        said = f"{outcome[0].verdict.upper()} the first time"
        second.wire.append(WireRecord(time.time(), "-", "note", f"tried again ({said}): {why}"))
        flight, outcome = await self._in_a_place(second, attempt, alone=alone)
        if self.broken and not second.started:
            return _spoiled(first, departure, self.broken) if departure is not None else (first, outcome[1])
        once_more = self.watch.met_by(flight)
        if once_more is None:
            return outcome
        if not alone:
            return _spoiled(second, once_more, f"{once_more.text()}; so it did when this case ran the first time")
        return _the_reason(outcome, once_more)

    async def _in_a_place(self, result: CaseResult, attempt: Attempt, *, alone: bool = False) -> tuple[Flight, Outcome]:
        async with self._slots.one(alone=alone):
            with self.flights.flight(result.key, alone=alone) as flight:
                if self.broken:
                    return flight, self._not_tried(result)
                outcome = await attempt(result, to_its_end=alone)
                await self.watch.looked()
        return flight, outcome

    def _not_tried(self, result: CaseResult) -> Outcome:
        departure = self.watch.departures[-1]
        return _spoiled(result, departure, self.broken)

    def told(self) -> list[str]:
        """What became of the CSMS while it was watched, in sentences; once."""
        told = [] if self._told else self.watch.told()
        self._told = True
        return told

    def _say(self, text: str) -> None:
        self._tell(text)
        self._note(text)

    def _give_up(self, why: str) -> None:
        self.broken = why

    def _refused(self, flight: Flight, refusal: ConnectionRefused) -> None:
        self.watch.refused(refusal)
        self.pace.refused(flight, refusal)

    async def is_there(self) -> bool:
        """Whether the CSMS lets a station in and answers it, or is heard on another line meanwhile.

        Where hardly any station is free, only whether it can be reached.
        """
        if self._identities.free < ENOUGH:
            return await self._can_be_reached()
        with self._identities.lend(1) as [identity]:
            station = self._station(identity)
            station.observer = None
            run = CaseRun(self._nobody("is the CSMS there"))
            with running(run):
                station.begin(run)
                return await self._answers(station)

    async def _can_be_reached(self) -> bool:
        """Whether a server listens, and is not a proxy that says that there is nobody behind it.

        It is asked for a page: that is no station, and takes no other one's place.
        """
        station = self._station(self._identities.names[0])
        address = urlsplit(station.url)
        tls = station.credentials.tls if address.scheme == "wss" else None
        port = address.port or (443 if tls else 80)
        page = f"GET {address.path or '/'} HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n"
        reached, line = False, b""
        try:
            async with timeout(self._timing.message):
                reader, writer = await asyncio.open_connection(address.hostname, port, ssl=tls)
                reached = True
                try:
                    writer.write(page.encode())
                    line = await reader.readline()
                finally:
                    writer.transport.abort()
        except ssl.SSLError:
            return True  # somebody speaks TLS there
        except (OSError, TimeoutError, ValueError):  # ValueError: a line without an end
            return reached
        return not any(line.split()[1:2] == [b"%d" % status] for status in NOBODY_THERE)

    async def _answers(self, station: Station) -> bool:
        began = time.monotonic()
        try:
            await station.dial()
        except ConnectionRefused as refusal:
            # so does a proxy with nobody behind it, but then no connection is left
            if refusal.hung_up:
                # the listening socket of a process that dies goes last: the ends of the others are there to be read,
                # in the next pass of the loop, or in the one after it where an answer lies before them
                for _ in range(2):
                    await asyncio.sleep(0)
            if refusal.status == _TOO_BUSY or refusal.hung_up:
                return self.flights.any_open_since_before(time.monotonic() if refusal.hung_up else began)
            if refusal.status is None:
                return refusal.tls_alert is not None  # somebody has said no
            return refusal.status < _SERVER_ERROR
        if not self.flights.heard:
            return True  # it has never answered anything, so that silence is nothing new
        try:
            for action, payload in (("BootNotification", station.nameplate.boot(station.ocpp)), ("Heartbeat", {})):
                answer = await station.outcome_of(action, payload, within=self._timing.message)
                if answer is not None or self.flights.heard > began:
                    return True
        except Inconclusive:  # it hung up
            return self.flights.heard > began
        finally:
            if station.connected:
                station.connection.reset()
        return False


def _muted(result: CaseResult, departure: Departure) -> None:
    """Keep in the evidence of a case that the CSMS went away."""
    data = {"since": departure.since, "frame": departure.frame}
    result.wire.append(WireRecord(time.time(), "-", "mute", data))


def _spoiled(result: CaseResult, departure: Departure, reason: str) -> Outcome:
    """The outcome of a case that says nothing of what it is about."""
    _muted(result, departure)
    result.verdict, result.reason = Verdict.INCONCLUSIVE, reason
    return result, Inconclusive(reason)


def _the_reason(outcome: Outcome, departure: Departure) -> Outcome:
    """The outcome of a case in which the CSMS went away twice, the second time with nothing else running."""
    result, _ = outcome
    _muted(result, departure)
    received = f"{departure.text()}; twice, and nothing else ran the second time"
    run = CaseRun(result)
    error = run.fail("survival", expected="the CSMS goes on", received=received)
    if result.verdict is not Verdict.FAIL:
        result.verdict, result.reason = Verdict.FAIL, ""
    result.reason = "\n\n".join(filter(None, (str(error), result.reason)))
    return result, error
