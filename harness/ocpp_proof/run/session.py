"""What one run is: made from sut.toml and the options, begun with a bench, and settled when its cases have ended.

It knows cases and their results, and nothing of pytest: `hooks.py` translates between the two.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ocpp_reports.bundle import Bundle
from ocpp_reports.model import CaseResult, RunResult, Verdict

from .. import __version__
from ..cases.declaration import Case, case_ids, profile_names
from ..cases.errors import ConfigurationError
from ..rules.protocol import Finding
from ..sut.config import load
from ..sut.deviations import with_deviations
from ..sut.known import check_known
from ..sut.pics import check_features, check_profiles
from .bench import Bench
from .disturbance import may_be_disturbed, why_not_disturbed
from .generation import Generation
from .lanes import Lanes, Outcome
from .loop import Loop
from .missing_verbs import missing_verbs
from .official_list import claimed_profiles, official_cases
from .operator import Operator
from .person_turns import PersonTurns
from .process_count import check_process_count
from .progress import what_runs
from .run_verdict import apply_known, judge_known, judge_run
from .security_profiles import check_security_profiles, covered_security_profiles
from .selection import Selection, unclaimed, wrong_security_profile
from .share import WHOLE, Share

__all__ = ["RunOptions", "Session"]

SOON = 0.3
"""Seconds in which drivers and the embedded SUT of a run that was interrupted stop, or are left to the system."""
CaseFunction = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user asked for on the command line; None or empty where it is left to sut.toml."""

    ocpp: str | None = None
    security_profile: int | None = None
    select: str = ""
    profile: str = ""
    defects: list[str] | None = None
    freedoms: list[str] | None = None
    seed: int | None = None
    report: str | None = None
    only_automatic: bool = False
    only_manual: bool = False
    operator: str | None = None
    allow_disruptive: bool = False
    confirm: bool = False
    netns: bool = False
    generation: Generation = field(default_factory=Generation)


class Session:
    """One run. One object per process: the controller's, or that of one xdist worker (`worker` is its id, `share` what
    it has of the stations and tokens).

    Raises ConfigurationError where sut.toml or an option is wrong.
    """

    def __init__(self, sut: Path, options: RunOptions, *, worker: str | None = None, share: Share = WHOLE) -> None:
        self.options = options
        self.worker, self.share = worker, share
        self.sut = load(sut)
        check_features(self.sut.features, self.sut.versions, self.sut.role, str(sut))
        check_profiles(self.sut.profiles, profile_names(), str(sut))
        self.ocpp: str = options.ocpp or self.sut.versions[0]
        if self.ocpp not in self.sut.versions:
            raise ConfigurationError(
                f"--ocpp-version {self.ocpp} is not among sut.ocpp = {list(self.sut.versions)} of {sut}"
            )
        check_security_profiles(self.sut, self.ocpp, str(sut))
        given = options.security_profile
        self.security_profile: int = self.sut.connection.security_profile if given is None else given
        if self.security_profile not in (0, 1, 2, 3):
            raise ConfigurationError(f"--ocpp-security-profile must be 0, 1, 2 or 3, not {self.security_profile}")
        self.sut = with_deviations(self.sut, options.defects or (), options.freedoms or ())
        self.selection = Selection(options.select, options.profile)
        self.seed: int = options.seed or _new_seed()
        self.run_result = self._new_run()
        self.bundle: Bundle | None = None
        self.loop: Loop | None = None
        self.bench: Bench | None = None
        self.lanes: Lanes | None = None
        self.turns: PersonTurns | None = None
        self.finished: list[CaseResult] = []
        self.show: Callable[[CaseResult], None] = lambda result: None
        """What is told of each result as it comes, in whatever order the cases end."""
        self.say: Callable[[str], None] = lambda text: None
        """What is told at once of the bench: that it waits, or does otherwise than it was asked to."""
        self.tick: Callable[[], None] = lambda: None
        """Called several times a second while a case is waited for."""
        self.check: Callable[[], None] = lambda: None
        """Raises KeyboardInterrupt when the run is to end."""
        self.interrupt: Callable[[], None] = lambda: None
        """Makes `check` do so: somebody ended the run on the operator page."""
        self._notices: SimpleQueue[str] = SimpleQueue()
        self._called: dict[str, tuple[Case, Any, dict[str, Any], str]] = {}
        self._to_confirm: dict[str, Outcome] = {}

    def _new_run(self) -> RunResult:
        sut = self.sut
        return RunResult(
            sut=sut.name,
            role=sut.role,
            ocpp=self.ocpp,
            security_profile=self.security_profile,
            started=time.time(),
            seed=self.seed,
            vendor=sut.vendor,
            model=sut.model,
            firmware=sut.firmware,
            harness=__version__,
            selection=self.selection.text(),
            sut_file=str(sut.path or ""),
            sut_sha256=sut.sha256,
            command=list(sys.argv[1:]),
            claimed_profiles=claimed_profiles(sut, self.ocpp),
            security_profiles=covered_security_profiles(sut, self.ocpp, self.security_profile),
            versions=list(sut.versions),
            official=official_cases(sut, self.ocpp),
        )

    # --- which cases

    def check_known(self, collected: set[str]) -> None:
        """Raise ConfigurationError for an entry of [[known]] that names no case, neither of ours nor `collected`."""
        if self.sut.known:
            check_known(self.sut.known, collected | case_ids(), self.sut.versions, str(self.sut.path))

    def why_left_out(self, case: Case) -> str:
        """Why a case is not part of this run at all; empty where it is."""
        if case.sut != self.sut.role:
            return f"for a {'CSMS' if case.sut == 'csms' else case.sut} under test"
        if self.ocpp not in case.versions:
            return f"not in OCPP {self.ocpp}"
        if not self.selection.includes(case, self.ocpp):
            return "not selected"
        return ""

    def why_not_applicable(self, case: Case) -> str:
        """Why a case of this run does not apply to the product; empty where it does."""
        if why := unclaimed(case, self.sut, self.ocpp):
            return why
        covered = self.run_result.security_profiles
        why = wrong_security_profile(case, self.security_profile)
        if not why or set(case.security_profiles) & set(covered):
            return ""
        given = self.sut.connection.security_profiles
        said = "connection.security_profiles" if given else "by sut.profiles; or say so in connection.security_profiles"
        return f"{why}, and the product covers {', '.join(map(str, covered))} ({said})"

    def why_not_run(self, case: Case) -> str:
        """Why a case that applies to the product is left out of this run before it starts; empty where it is not."""
        if case.disruptive and not self.options.allow_disruptive and not may_be_disturbed(self.sut):
            return why_not_disturbed(case, self.sut)
        return wrong_security_profile(case, self.security_profile)

    # --- begun

    def make_bundle(self) -> Bundle:
        """The evidence folder of the run, made when it is first asked for; raises ConfigurationError where it cannot
        be."""
        if self.bundle is None:
            folder = Path(self.options.report or "ocpp-reports")
            try:
                self.bundle = Bundle.create(folder, self.run_result)
            except OSError as error:
                raise ConfigurationError(f"--report {folder}: no folder can be made there: {error}") from None
        return self.bundle

    def open_bundle(self, folder: Path, *, began: float) -> None:
        """Add to the evidence folder that the controller made for the run that `began` then."""
        self.bundle = Bundle.open_(folder)
        self.run_result.started = began

    def begin(self) -> None:
        """Start the bench; raises ConfigurationError."""
        address, alone = self.options.operator, self.worker is None
        operator = Operator(address, run=f"{self.ocpp}/{self.seed}", say=self._notices.put, alone=alone)
        self.loop = Loop()
        try:
            self.bench = Bench(
                self.sut,
                ocpp=self.ocpp,
                security_profile=self.security_profile,
                seed=self.seed,
                only_automatic=self.options.only_automatic,
                netns=self.options.netns,
                allow_disruptive=self.options.allow_disruptive,
                generation=self.options.generation,
                share=self.share,
                operator=operator,
            )
            self.loop.run(self.bench.start(), 60)
            self.turns = PersonTurns(self.bench, only_manual=self.options.only_manual)
        except ConfigurationError:
            self.stop()
            raise
        self.lanes = Lanes(self.loop, self.bench, self._ended, self._meanwhile)

    def missing_verbs(self, function: CaseFunction) -> list[str]:
        """What a case needs of a driver and none of this run's can do. After `begin`."""
        assert self.bench is not None
        return missing_verbs(function, self.ocpp, self.bench.drivers, role=self.sut.role)

    def why_not_tried(self, missing: list[str]) -> str:
        """Why a case that needs these verbs is not tried."""
        assert self.bench is not None
        return self.bench.no_driver_for(missing)

    def may_run_ahead(self, case: Case) -> bool:
        """Whether a case may start before its turn: it owns a station identity in front of a CSMS under test."""
        return self.worker is None and self.sut.role == "csms" and not case.exclusive

    def start_case(self, nodeid: str, case: Case, function: Any, parameters: dict[str, Any], name: str) -> None:
        """Start a case; `name` tells its parameters apart, `nodeid` is what its result is asked for by."""
        assert self.lanes is not None
        names = {"case": name} if name else {}
        self._called[nodeid] = case, function, parameters, name
        self.lanes.begin(nodeid, case, function, function.__ocpp_arguments__, parameters, names)

    def run_case(self, nodeid: str, case: Case, function: Any, parameters: dict[str, Any], name: str) -> Outcome:
        """The result of a case, started now unless it ran ahead, and the exception that ended it."""
        assert self.lanes is not None
        try:
            if not self.lanes.begun(nodeid):
                self.start_case(nodeid, case, function, parameters, name)
            return self.lanes.take(nodeid)
        except KeyboardInterrupt:
            self.lanes.cancel()
            raise

    def what_runs(self) -> str:
        """What runs now, in words: a case with its row, or the cases that run at once."""
        current = self.bench.current if self.bench is not None and self.sut.role == "station" else None
        return what_runs(current, [called[0].id for called in self._called.values()], time.monotonic())

    def _meanwhile(self) -> None:
        """While a case is waited for."""
        self.tick()
        self._show_notices()
        if self.bench is not None and self.bench.operator.control.aborted:
            self.interrupt()
        self.check()

    def _show_notices(self) -> None:
        for notices in (self._notices, *([self.bench.notices] if self.bench is not None else [])):
            while not notices.empty():
                self.say(notices.get_nowait())

    def _ended(self, nodeid: str, outcome: Outcome) -> Outcome | None:
        """A case ended: its result is kept, unless it is to be confirmed by running the case once more."""
        called = self._called.pop(nodeid)
        first = self._to_confirm.pop(nodeid, None)
        if first is None and outcome[0].verdict is Verdict.FAIL and self.options.confirm:
            self._to_confirm[nodeid] = outcome
            self.start_case(nodeid, *called)
            return None
        if first is not None:
            again, outcome = outcome[0], first
            seen = "failed again" if again.verdict is Verdict.FAIL else f"was {again.verdict} the second time"
            outcome[0].reason += f"\n\nconfirmation: {seen}"
        apply_known(outcome[0], self.sut.known)
        self._keep(outcome[0])
        if self.bench is not None:
            self.bench.operator.live.ended(outcome[0])
        return outcome

    def _keep_unconfirmed(self) -> None:
        """Keep what failed and was to be run once more when the run was interrupted."""
        while self._to_confirm:
            result, _ = self._to_confirm.pop(next(iter(self._to_confirm)))
            result.reason += "\n\nconfirmation: it did not come to its end"
            apply_known(result, self.sut.known)
            self._keep(result)

    def skip_case(
        self, nodeid: str, case: Case, name: str, reason: str, verdict: Verdict = Verdict.NOT_APPLICABLE
    ) -> CaseResult:
        """The result of a case that is not started: that does not apply, or (`verdict`) is not run."""
        result = self._template().results.of(case, parameters={"case": name} if name else {}, nodeid=nodeid)
        result.verdict, result.reason = verdict, reason
        self._keep(result)
        return result

    def _template(self) -> Bench:
        if self.bench is None:
            self.bench = Bench(self.sut, ocpp=self.ocpp, security_profile=0, seed=self.seed)
            self.bench.security_profile = self.bench.results.security_profile = self.security_profile
        return self.bench

    def _keep(self, result: CaseResult) -> None:
        self.finished.append(result)
        if self.bundle is not None:
            self.bundle.case_finished(result)
        self.show(result)

    # --- what one process tells the other

    def check_workers(self, count: int) -> None:
        """Raise ConfigurationError where so many processes, of which each runs one case at a time, are too many."""
        if self.options.operator or self.options.only_manual:
            raise ConfigurationError("a person is asked one thing after the other: run it without -n")
        check_process_count(self._template(), count)

    def worker_output(self) -> dict[str, Any]:
        """What an xdist worker found beside the results of its cases, as plain data."""
        findings = self.bench.findings.found if self.bench is not None else []
        return {
            "ocpp_findings": [(key, dataclasses.asdict(finding)) for key, finding in findings],
            "ocpp_problems": self.run_result.problems,
            "ocpp_not_tried": self.run_result.not_tried,
        }

    def take_worker_output(self, output: dict[str, Any]) -> None:
        """Add what a worker found."""
        template = self._template()
        for key, finding in output.get("ocpp_findings", []):
            template.findings.found.append((key, Finding(**finding)))
        self.run_result.problems += output.get("ocpp_problems", [])
        self.run_result.not_tried = output.get("ocpp_not_tried", "") or self.run_result.not_tried  # each knows of all

    def worker_died(self, nodeid: str) -> None:
        """A worker ended with this case, which has no result."""
        self.run_result.problems.append(f"{nodeid}: the xdist worker that ran it died, and it has no result")

    # --- settled

    def stop(self, *, within: float = 30.0) -> None:
        """Stop what still runs, the bench and the loop, in so many seconds; what takes longer is left to the system."""
        if self.lanes is not None:
            self.lanes.cancel()
        if self.loop is not None:
            with contextlib.suppress(TimeoutError):
                if self.bench is not None:
                    self.loop.run(self.bench.stop(), within)
            self.loop.close(within=min(within, 10.0))
            self.loop = None

    def end(self, *, interrupted: bool = False) -> None:
        """Every case has ended: take back what is left. Where the run was `interrupted` those that still run are cut,
        and have a moment for that."""
        if self.lanes is not None:
            if interrupted:
                self.lanes.cancel()
            self.lanes.hand_on()
            self._keep_unconfirmed()
            self._show_notices()
        bench = self.bench
        if bench is None or self.loop is None:
            return
        self.loop.run(bench.wait_for_interrupted() if interrupted else bench.finish())
        self.run_result.problems += bench.problems
        bench.problems.clear()

    def close(self, *, interrupted: bool = False) -> None:
        """Stop the bench, and take over what it noted; after an interruption in no time."""
        self.stop(within=SOON if interrupted else 30.0)
        if self.bench is not None:
            self.run_result.problems += self.bench.problems

    def settle(self, *, complete: bool) -> RunResult:
        """Write what is made from the whole run. `complete`: every chosen case has ended, so that it has a verdict."""
        assert self.bundle is not None
        run = self.run_result
        run.ended = time.time()
        run.cases = self.bundle.cases()
        if self.bench is not None:
            run.rules = self.bench.findings.results()
        run.known = judge_known(self.sut.known, run)
        if complete:
            run.verdict = judge_run(run)
        self.bundle.settle(run, allure=complete)
        return run


def _new_seed() -> int:
    return int(hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:8], 16)
