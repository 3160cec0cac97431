"""One run's bench: the SUT, the harness's end of the wire, drivers and keys, and the running of cases on them."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import Callable, Coroutine
from functools import partial
from queue import SimpleQueue
from typing import Any

from ocpp_certs import Pki
from ocpp_reports.model import CaseResult, Verdict

from ..cases.declaration import Case
from ..cases.errors import (
    ConfigurationError,
    DriverError,
    Inconclusive,
    NonConformance,
    NotApplicable,
    NotRun,
)
from ..cases.evidence import CaseRun, running
from ..cases.requirements import UnknownRequirement
from ..net.real_link import NoRealLink, RealLink
from ..net.waiting import held_up, timeout
from ..roles.csms import Csms
from ..roles.nameplate import Nameplate
from ..roles.peer import Peer
from ..roles.reacted import until_reacted
from ..roles.station import Station
from ..rules.protocol import Finding
from ..sut.config import SutConfig
from ..sut.drivers import Driver, make
from ..sut.drivers.reference import Reference
from ..sut.sut import Sut
from .blank_results import BlankResults
from .case_verdict import settle_case
from .cleanup import INTERRUPTED, Cleanup
from .csms_front import CsmsFront
from .csms_watch import WentAway
from .disturbance import may_be_disturbed
from .findings import Findings
from .generation import Generation
from .identities import Identities
from .idle_station import IdleStation
from .interruption import CUT, take_back_soon
from .keyring import Keyring
from .listening import csms_of, listen
from .missing_verbs import missing_verbs, missing_verbs_text
from .operator import Operator
from .own_nameplate import own_nameplate
from .share import WHOLE, Share
from .slots import Slots
from .token_lanes import TokenLanes

__all__ = ["PARALLEL", "Bench"]

PARALLEL = 64
"""How many identities are made from a pattern: as many as the greatest load asks for, and those of the lanes."""


class Bench(Keyring):
    """Everything that the cases of one run share. `start` and `stop` run on the run's loop, as do the cases."""

    def __init__(
        self,
        config: SutConfig,
        *,
        ocpp: str,
        security_profile: int,
        seed: int = 0,
        only_automatic: bool = False,
        generation: Generation | None = None,
        netns: bool = False,
        allow_disruptive: bool = False,
        share: Share = WHOLE,
        operator: Operator | None = None,
    ) -> None:
        super().__init__(config, security_profile=security_profile, real_link=RealLink() if netns else None)
        self.ocpp = ocpp
        self.seed = seed
        self.only_automatic = only_automatic
        self.operator = operator or Operator()
        self.generation = generation or Generation()
        self.learnt: dict[str, set[str]] = {}
        """What cases found out about the SUT that spares later ones a wait."""
        self.nameplate = own_nameplate(seed, ascii_only=ocpp == "1.6")
        self.may_disturb = allow_disruptive or may_be_disturbed(config)
        """Whether a case may also do what it cannot take back with certainty; the others are not run at all."""
        self.reference: Reference | None = None
        self.drivers: list[Driver] = []
        self.csms: Csms | None = None
        self.url = config.connection.url
        self.findings = Findings(ocpp, "csms" if config.role == "csms" else "station", tls=security_profile >= 2)
        self.problems: list[str] = []
        self.notices: SimpleQueue[str] = SimpleQueue()
        """What is to be shown at once."""
        self.cleanup = Cleanup(config.timing)
        self._running: set[asyncio.Task[Any]] = set()
        at_once = int(config.values.get("parallel", PARALLEL))
        at_once = at_once if config.role == "csms" and not netns else 1
        self.token_lanes = TokenLanes(config, most=at_once, seed=seed, share=share)
        self.parallel = self.token_lanes.count
        self.slots = Slots(self.parallel)
        self.identities = Identities(config.connection, share)
        self.current: CaseRun | None = None
        """The case that has the station under test."""
        self.results = BlankResults(config, ocpp, security_profile)
        self.idle = IdleStation(config.timing, self.cleanup, self.results.nobody("clean up"), self.redactor.text)
        self.front = self._csms_front() if config.role == "csms" else None

    # --- life

    async def start(self) -> None:
        """Start listening, drivers and the embedded SUT. Raises ConfigurationError."""
        if self.real_link is not None:
            try:
                self.real_link.open()
            except NoRealLink as error:
                raise ConfigurationError(f"--netns cannot be had on this machine: {error}") from None
        for name in self.config.drivers:
            if name == "reference":
                options = self.config.driver_options.get("reference") or {}
                self.reference = Reference(
                    options,
                    role=self.config.role,
                    ocpp=self.ocpp,
                    security_profile=self.security_profile,
                    identities=self.identities.names,
                    password_of=self.password_of,
                    tokens=self.token_lanes.all_tokens(),
                    pki=self.keys if self.security_profile else Pki.create(None),
                    host=self.real_link.sut_address if self.real_link else "127.0.0.1",
                )
                self.drivers.append(self.reference)
            elif name == "manual" and not self.only_automatic:
                self.drivers.append(self.operator.driver(self.config))
            elif name != "manual":
                options = self.config.driver_options.get(name)
                self.drivers.append(make(name, options, self.config.folder, self.redactor))
        self.operator.start(asks=any(driver.name == "manual" for driver in self.drivers))
        for driver in self.drivers:
            await driver.start()
        if self.config.role == "csms":
            self.url = self.reference.url if self.reference else self.url
        else:
            policy = self.handshake_policy(self.security_profile)
            self.csms = csms_of(self.config, self.ocpp, policy, self.reference, self.real_link)
            await listen(self.csms, self.config, self.reference)

    async def finish(self) -> None:
        """All cases have ended: take back what could not be taken back when they did."""
        if self.csms is not None:
            result = self.results.nobody("clean up")
            run = CaseRun(result)
            with running(run):
                self.csms.begin(run)
                await self.idle.at_end(run, self.csms, self._sut(self.identities.names[0], result, self.csms))
                self.csms.end()
        if self.cleanup.left:
            await self.cleanup.try_again(self.results.nobody("clean up"), self.csms, at_end=True)

    async def wait_for_interrupted(self) -> None:
        """The run was interrupted: let its cases take back what there is time for. The problems name the rest."""
        if self._running:
            await asyncio.wait(self._running, timeout=CUT)
        self.problems += self.cleanup.told(self.csms.transactions.stuck if self.csms else ())
        if self.csms is not None:
            self.problems += self.idle.told(self.csms)
        if self.front is not None:
            self.problems += self.front.told()

    async def stop(self) -> None:
        """Stop drivers, the embedded SUT and listening, once the cases that were interrupted have cleaned up."""
        await self.wait_for_interrupted()
        for driver in self.drivers:
            with contextlib.suppress(Exception):
                await driver.stop()
        self.operator.stop()
        if self.csms is not None:
            self.csms.stop()
        if self.real_link is not None:
            self.real_link.close()

    def station(self, identity: str) -> Station:
        """The harness as a station of this identity, with the right credentials; not connected yet."""
        made = Station(
            ocpp=self.ocpp,
            timing=self.config.timing,
            url=self.url,
            credentials=self.credentials(identity),
            nameplate=self._nameplate_of(identity),
        )
        made.real_link = self.real_link
        made.observer = self.front.flights.observer() if self.front is not None else None
        return made

    def no_driver_for(self, missing: list[str]) -> str:
        """Why a case that needs these verbs is not tried."""
        nobody = self.only_automatic and "manual" in self.config.drivers
        return missing_verbs_text(missing, self.drivers, nobody_asked=nobody)

    def _nameplate_of(self, identity: str) -> Nameplate:
        if self.security_profile < 3:
            return self.nameplate
        return self.nameplate.of_certificate(self.certificate_of(identity).common_name)

    def _csms_front(self) -> CsmsFront:
        return CsmsFront(
            self.slots,
            self.config.timing,
            self.identities,
            station=self.station,
            nobody=self.results.nobody,
            seed=self.seed,
            redact=self.redactor.text,
            tell=self.notices.put,
            note=self.problems.append,
        )

    # --- running cases

    async def run(
        self,
        case: Case,
        function: Callable[..., Coroutine[Any, Any, None]],
        arguments: tuple[str, ...],
        parameters: dict[str, Any],
        result: CaseResult,
    ) -> tuple[CaseResult, BaseException | None]:
        """Run one case in a lane of its own; returns its evidence and the exception that ended it."""

        async def attempt(result: CaseResult, *, to_its_end: bool = False) -> tuple[CaseResult, BaseException | None]:
            return await self._attempt(case, function, arguments, parameters, result, to_its_end=to_its_end)

        try:
            if missing := missing_verbs(function, self.ocpp, self.drivers, role=self.config.role):
                why = self.no_driver_for(missing)
                result.verdict = Verdict.NOT_RUN if self.only_automatic else Verdict.INCONCLUSIVE
                result.reason = why
                return result, NotRun(why) if self.only_automatic else DriverError(why)
            if self.front is None:
                async with self.slots.one():
                    return await attempt(result)
            again = partial(self.results.of, case, parameters=result.parameters, nodeid=result.nodeid)
            return await self.front.run(result, attempt, again, official=bool(case.rows))
        except Exception as error:  # the harness's own: the case is in the evidence all the same
            result.started = result.started or time.time()
            CaseRun(result).settle(error)
            return result, error

    async def _attempt(
        self,
        case: Case,
        function: Callable[..., Coroutine[Any, Any, None]],
        arguments: tuple[str, ...],
        parameters: dict[str, Any],
        result: CaseResult,
        *,
        to_its_end: bool,
    ) -> tuple[CaseResult, BaseException | None]:
        """Run one case. `to_its_end`: also when the CSMS under test goes away meanwhile."""
        if case.connected and self._given_up():  # one about a station that is not let in still has to be judged
            result.verdict, result.reason = Verdict.INCONCLUSIVE, self.idle.broken
            return result, Inconclusive(self.idle.broken)
        control = self.operator.control
        await control.may_begin()
        identity, lane = await self.identities.take(), self.token_lanes.take()
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        control.begin(result.key)
        scenario = control.unless_skipped(result.key, function)
        if self.front is not None and not to_its_end:
            scenario = self.front.watch.unless_gone(scenario)
        try:
            return await self._run_as(identity, lane, case, scenario, arguments, parameters, result)
        finally:
            self._running.discard(task)
            control.end(result.key)
            self.token_lanes.give_back(lane)
            self.identities.give_back(identity)

    async def _run_as(
        self,
        identity: str,
        lane: int,
        case: Case,
        function: Callable[..., Coroutine[Any, Any, None]],
        arguments: tuple[str, ...],
        parameters: dict[str, Any],
        result: CaseResult,
    ) -> tuple[CaseResult, BaseException | None]:
        run = CaseRun(result)
        run.redactor = self.redactor
        self.current = run
        self.operator.live.begin(run)
        late_before = held_up()
        run.held_up = lambda: held_up() - late_before
        result.started = result.scenario.started = time.time()
        peer: Peer = self.csms if self.csms is not None else self.station(identity)
        tokens = await self.token_lanes.tokens(lane, self.drivers) if self.config.role == "csms" else None
        sut = self._sut(identity, result, peer, tokens=tokens, certain=self.token_lanes.certain(lane))
        given = {"csms": peer, "station": peer, "sut": sut, "bench": self}
        error: BaseException | None = None
        not_idle, deadline = "", None
        with running(run):
            peer.begin(run)
            try:
                if isinstance(peer, Csms) and not self.idle.broken:
                    with contextlib.suppress(*(() if case.connected else (Inconclusive,))):
                        not_idle = await self.idle.before(run, peer, sut)
                async with timeout(self.config.timing.case) as deadline:
                    with run.limited(deadline):
                        await function(**{name: given[name] for name in arguments}, **parameters)
            except TimeoutError as passed:
                error = passed
                if deadline is not None and deadline.expired():
                    error = Inconclusive(
                        f"the case did not end within {self.config.timing.case:g} s (values.case_timeout in sut.toml)"
                    )
            except (NonConformance, Inconclusive, NotApplicable, NotRun, UnknownRequirement) as known:
                error = known
            except asyncio.CancelledError:
                await take_back_soon(self.cleanup, run, peer, sut, within=INTERRUPTED)
                raise
            except Exception as unknown:
                error = unknown
            if isinstance(error, WentAway):
                self._put_off(run, peer, error)
            if isinstance(peer, Csms):
                not_idle = not_idle or self.idle.in_use(peer, sut, result.key)
            await self.cleanup.take_back(run, peer)
            if isinstance(peer, Csms):
                await self.idle.after(run, peer, sut)
            sut.close()
            await peer.accepted.settled(self.config.timing.message)
            for finding in peer.end():
                self.findings.add(result, self._without_secrets(finding))
            mistakes = map(self.redactor.text, peer.mistakes)
            self.problems += [f"{result.key}: {mistake}" for mistake in dict.fromkeys(mistakes)]
            peer.mistakes.clear()
            if not isinstance(peer, Csms):
                await peer.close()
                peer.close_older_connections()
        result.scenario.ended = time.time()
        self.operator.live.end(run)
        late, automatic = self.redactor.text(sut.late_failure), self.only_automatic
        settled = settle_case(run, error, only_automatic=automatic, not_idle=not_idle, driver_failed=late)
        return settled, error

    def _without_secrets(self, finding: Finding) -> Finding:
        shown = self.redactor.text
        return dataclasses.replace(finding, expected=shown(finding.expected), received=shown(finding.received))

    def _sut(
        self,
        identity: str,
        result: CaseResult,
        peer: Peer,
        *,
        tokens: dict[str, dict[str, str]] | None = None,
        certain: frozenset[str] = frozenset(),
    ) -> Sut:
        return Sut(
            self.config,
            ocpp=self.ocpp,
            security_profile=self.security_profile,
            identity=identity,
            drivers=self.drivers,
            seed=str(self.seed),
            case=result.key,
            reacted=partial(until_reacted, peer),
            asking=peer.accepted.asked_by_case,
            withholding=lambda: peer.answers.withholding,
            operated=peer.operated if isinstance(peer, Csms) else lambda *_: None,
            tokens=tokens,
            shared_tokens=self.token_lanes.shared(),
            certain_tokens=certain,
        )

    def _given_up(self) -> bool:
        """Whether the station is not tried any more; it is again when it comes back by itself."""
        if self.csms is not None and self.idle.has_come_back(self.csms):
            self.idle.broken = ""
        return bool(self.idle.broken)

    def _put_off(self, run: CaseRun, peer: Peer, error: WentAway) -> None:
        """Nobody is there to take anything back with: it is done when the run ends, and nobody else is that station."""
        if peer.connected:
            peer.connection.reset()  # a close frame would be waited for
        if run.undo and isinstance(peer, Station):
            self.identities.changed_for_good(peer.identity)
        self.cleanup.put_off(run, peer, error)
