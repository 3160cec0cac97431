"""Many stations at the CSMS under test at once: each has its own identity, its own connection and its own state."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from ocpp_proof.cases.errors import CannotTell, Inconclusive, NonConformance
from ocpp_proof.cases.evidence import CaseRun, current_case, running
from ocpp_proof.cases.steps import by_version, check, not_judged, on_undo
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut
from ocpp_reports.model import CaseResult, CheckRecord, StepRecord, Verdict

from ocpp_testcases.common.registration import boot_until_decided
from ocpp_testcases.edge.states.probe import probe_request

__all__ = ["FleetStation", "StationFleet", "allow_time", "second_station", "sut_of_station"]

CONNECTING_AT_ONCE = 50
"""How many connect at the same moment: a server need not have room for more that it has not yet let in."""
SHOWN = 5
SPARE = 256
"""Files that are open besides."""


def sut_of_station(sut: Sut, station: Station) -> Sut:
    """The same SUT, as the drivers see it for another station: what they ask is asked about that one."""
    other = copy.copy(sut)
    other.identity = station.identity
    other.asking = station.accepted.asked_by_case
    return other


@contextmanager
def second_station(bench: Bench) -> Iterator[Station]:
    """A second station of the harness, for this case; Inconclusive where sut.toml names one identity only."""
    with bench.identities.lend(1) as (identity,):
        station = bench.station(identity)
        station.begin(current_case())
        on_undo(f"{identity} goes away", station.close)
        yield station


class _SummedEvidence(CaseRun):
    """The evidence of one station of many: its judgements are summed up, what it heard is not kept."""

    def __init__(self) -> None:
        super().__init__(CaseResult("", "", current_case().result.ocpp, 0, "csms", ""))

    def record(self, direction: str, kind: str, data: Any, connection: int = 0) -> None:
        """A thousand wire logs are read by nobody."""


class FleetStation:
    """One station of the fleet. `slowest`: how long it waited for an answer, in seconds, at most."""

    def __init__(self, station: Station, sut: Sut, number: int) -> None:
        self.station = station
        self.sut = sut
        self.number = number
        self.run = _SummedEvidence()
        self.refusal: ConnectionRefused | None = None
        self.lost = ""
        self.slowest = 0.0
        self.transaction: Any = None
        self.charges = False  # its start was not refused
        station.begin(self.run)

    @property
    def connected(self) -> bool:
        """Whether the CSMS has let it in, and it has not failed."""
        return self.refusal is None and not self.lost

    async def ask(self, action: str, payload: dict[str, Any]) -> Answer:
        """Send a CALL; returns its answer, which has to be a CALLRESULT. The time it took is noted."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        answer = await self.station.send_call(action, payload)
        self.slowest = max(self.slowest, clock() - begin)
        self.check("OCPP-J 4.2.2", answer.error is None, f"{action} answered with a CALLRESULT", answer.error)
        return Answer(answer)

    def check(self, requirement: str, condition: bool, expected: str, received: Any) -> bool:
        """Judge something of this station."""
        return self.run.check(requirement, condition, expected=expected, received=received)


class StationFleet:
    """Stations that do the same at the same time; `begin` with their identities, end with `leave`."""

    def __init__(self, bench: Bench, sut: Sut, identities: list[str]) -> None:
        _allow_open_files(len(identities))
        stations = [bench.station(identity) for identity in identities]
        if sut.security_profile == 2:  # they trust the same CSMS in the same way
            shared = stations[0].credentials.tls
            for station in stations:
                station.credentials = dataclasses.replace(station.credentials, tls=shared)
        for station in stations:
            allow_time(station)
        self.sut = sut
        self.members = [FleetStation(station, sut_of_station(sut, station), n) for n, station in enumerate(stations)]
        on_undo("The stations go away", self.close_all)
        on_undo("What the stations began is ended", self.take_back)

    @property
    def connected(self) -> list[FleetStation]:
        """Those that are let in and have not failed."""
        return [member for member in self.members if member.connected]

    async def for_each(self, what: Callable[[FleetStation], Awaitable[Any]]) -> None:
        """Everybody who is there does this at once; who fails in it takes no further part."""

        async def do(member: FleetStation) -> None:
            with running(member.run):
                try:
                    await what(member)
                except NonConformance as error:  # it is in what the station judged
                    member.lost = str(error)

        await asyncio.gather(*(do(member) for member in self.connected))

    async def connect_all(self) -> None:
        """They connect, some at a time, and boot as soon as they are let in."""
        door = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def connect_and_boot(member: FleetStation) -> None:
            async with door:
                try:
                    await member.station.dial()
                except ConnectionRefused as error:
                    member.refusal = error
                    return
            plate = member.station.nameplate.boot(member.sut.ocpp)
            answer = await boot_until_decided(member.station, partial(member.ask, "BootNotification", plate))
            member.check(
                by_version({"1.6": "1.6 §4.2", "2": "B01.FR.02"}),
                answer.status == "Accepted",
                "BootNotification Accepted",
                dict(answer),
            )

        await self.for_each(connect_and_boot)
        refused = [member for member in self.members if member.refusal is not None]
        check(
            "OCPP-J load",
            not refused,
            expected=f"{len(self.members)} stations let in at once",
            received=f"{len(refused)} refused: {refused[0].refusal}" if refused else "all of them",
        )

    async def disconnect(self) -> None:
        """They leave; one that was refused is let in then, or else the CSMS does not know it, which is Inconclusive."""
        await self.close_all()
        member = next((member for member in self.members if member.refusal is not None), None)
        if member is None:
            return
        try:
            await member.station.dial()
        except ConnectionRefused as error:
            raise Inconclusive(
                f"the CSMS does not let {member.station.identity} in ({error}): it has to know every station of "
                "connection.identities in sut.toml; a list there instead of a pattern says which ones it knows"
            ) from None
        await member.station.close()

    async def take_back(self) -> None:
        """Each station ends what it began and has not ended, whatever became of it meanwhile."""

        async def undo(member: FleetStation) -> None:
            member.run.givens += 1  # nothing is judged while cleaning up
            with running(member.run):
                while member.run.undo:
                    entry = member.run.undo[-1]
                    await entry[1]()
                    member.run.undo.remove(entry)  # only now: one that fails is tried again

        door = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def in_turn(member: FleetStation) -> None:
            async with door:
                await undo(member)

        results = await asyncio.gather(*(in_turn(member) for member in self.members), return_exceptions=True)
        failed = [str(error) for error in results if isinstance(error, BaseException)]
        if failed:
            raise Inconclusive(f"{len(failed)} stations could not end what they began: {failed[0]}")

    async def close_all(self) -> None:
        """All connections are closed."""
        await asyncio.gather(*(member.station.close() for member in self.members))

    async def check_heartbeats(self) -> None:
        """Everybody is still there and gets an answer."""
        action, payload = probe_request(self.members[0].station)

        async def ask(member: FleetStation) -> None:
            await member.ask(action, payload)
            foreign = member.station.strays
            member.check("station state", not foreign, "no answer to what another asked", foreign or "none")

        await self.for_each(ask)

    def check_summary(self) -> None:
        """Judge each requirement once for all the stations, with those that did not meet it."""
        found: dict[tuple[str, str], list[tuple[FleetStation, CheckRecord]]] = {}
        for member in self.members:
            for record in _fresh(member.run.result.scenario):
                found.setdefault((record.requirement, record.level), []).append((member, record))
        for (requirement, level), judged in found.items():
            wrong = [(g, c) for g, c in judged if c.verdict is not Verdict.PASS]
            some = "; ".join(f"{g.station.identity}: {c.received} for {c.expected}" for g, c in wrong[:SHOWN])
            stations = len({member.number for member, _ in judged})
            judgement = requirement, not wrong  # of the stations' own checks, where `show` reads it
            current_case().check(
                *judgement,
                expected=f"{judged[0][1].expected}, and the like at each of {stations} stations",
                received=f"not at {len({g.number for g, _ in wrong})}: {some}" if wrong else "as expected",
                level=level,
            )
        slowest = max((member.slowest for member in self.members), default=0.0)
        current_case().record("-", "note", f"the slowest answer took {slowest * 1000:.0f} ms")

    async def check_recorded(self, sample: int, **fields: Any) -> None:
        """Judge what the CSMS wrote down of the transactions of some of them, where it can tell."""
        charging = [member for member in self.connected if member.charges]
        chosen = charging[:: max(1, len(charging) // sample)][:sample]
        for member in chosen:
            try:
                entry = await member.sut.transaction(
                    member.transaction, when=lambda e: all(e.get(n, v) == v for n, v in fields.items())
                )
            except CannotTell as cannot:
                not_judged("station state", because=str(cannot))  # the ids, verdicts and answers show it too
                return
            known = entry or {}
            right = bool(entry) and all(known.get(name, value) == value for name, value in fields.items())
            expected = f"transaction {member.transaction} of {member.station.identity}: {fields}"
            check("station state", right, expected=expected, received=entry)


def allow_time(station: Station) -> None:
    """An answer may take as long as a reconnection: what this process needs for a thousand stations is in it."""
    station.timing = dataclasses.replace(station.timing, message=station.timing.long)
    station.rules.answer_time = station.rules.call_timeout = station.timing.long


def _allow_open_files(connections: int) -> None:
    """As many files may be open as that takes, on both sides in this process; Inconclusive where they may not."""
    try:
        import resource
    except ImportError:  # not a POSIX system: its limits are of another kind
        return
    wanted = 2 * connections + SPARE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < wanted:
        if resource.RLIM_INFINITY != hard < wanted:
            raise Inconclusive(f"this machine lets the harness open {hard} files, and it needs {wanted} (ulimit -n)")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _fresh(scenario: StepRecord) -> list[CheckRecord]:
    """The judgements since the last time."""
    records, scenario.checks = scenario.checks, []
    return records
