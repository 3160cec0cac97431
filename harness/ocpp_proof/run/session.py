"""One run inside pytest: selects cases, starts the bench, hands results to pytest and evidence to the bundle."""

from __future__ import annotations

import datetime
import hashlib
import inspect
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ocpp_reports.bundle import Bundle
from ocpp_reports.model import CaseResult, RunResult, Verdict, worst

from .. import __version__
from ..cases.declaration import Case, case_of, order
from ..cases.errors import ConfigurationError, Inconclusive, NonConformance
from ..sut.config import load, with_defects
from ..sut.pics import check_features
from .bench import Bench, default_report_folder
from .disturbance import disturbance, on_loopback
from .generation import Generation
from .lanes import Lanes
from .live import Live
from .loop import Loop
from .selection import Selection, applicability, official_cases

__all__ = ["Session"]

RESULT = pytest.StashKey[CaseResult]()
REASON = pytest.StashKey[str]()


class Session:
    """The hooks of a run. One object per pytest process: the controller's, or an xdist worker's."""

    def __init__(self, config: pytest.Config, sut: Path) -> None:
        self.config = config
        self.sut = load(sut)
        check_features(self.sut.features, self.sut.versions, self.sut.role, str(sut))
        option = config.getoption
        self.ocpp: str = option("--ocpp-version") or self.sut.versions[0]
        if self.ocpp not in self.sut.versions:
            raise ConfigurationError(
                f"--ocpp-version {self.ocpp} is not among sut.ocpp = {list(self.sut.versions)} of {sut}"
            )
        given = option("--ocpp-security-profile")
        self.security_profile: int = self.sut.connection.security_profile if given is None else given
        if self.security_profile not in (0, 1, 2, 3):
            raise ConfigurationError(f"--ocpp-security-profile must be 0, 1, 2 or 3, not {self.security_profile}")
        if defects := option("--ocpp-defect"):
            self.sut = with_defects(self.sut, defects)
        self.selection = Selection(option("--ocpp-select") or "", option("--ocpp-profile") or "")
        self.worker: str | None = getattr(config, "workerinput", {}).get("workerid")
        self.seed: int = option("--ocpp-seed") or getattr(config, "workerinput", {}).get("ocpp_seed") or _new_seed()
        self.run_result = self._new_run()
        self.bundle: Bundle | None = None
        self.loop: Loop | None = None
        self.bench: Bench | None = None
        self.lanes: Lanes | None = None
        self.chosen: list[pytest.Item] = []
        self.left_out: dict[str, int] = {}
        self.finished: list[CaseResult] = []
        self.live = Live(config) if option("--ocpp-live") and not self.worker else None

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
            claimed_profiles=list(sut.profiles),
            official=official_cases(sut, self.ocpp, self.security_profile),
        )

    def _new_bundle(self) -> Bundle:
        folder = self.config.getoption("--ocpp-report")
        return Bundle.create(Path(folder) if folder else default_report_folder(), self.run_result)

    @property
    def controls_workers(self) -> bool:
        """Whether this process only hands cases to xdist's workers."""
        return self.config.pluginmanager.hasplugin("dsession")

    # --- selection

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Keep the cases that were asked for; mark those that do not apply with the reason."""
        kept: list[pytest.Item] = []
        dropped: list[pytest.Item] = []
        for item in items:
            case = case_of(getattr(item, "function", None))
            if case is None:
                kept.append(item)
                continue
            try:
                reason = self._left_out(case)
                if reason:
                    self.left_out[reason] = self.left_out.get(reason, 0) + 1
                    dropped.append(item)
                    continue
                if why := self._not_applicable(case):
                    item.stash[REASON] = why
            except ConfigurationError as error:
                raise pytest.UsageError(str(error)) from None
            item.add_marker(pytest.mark.ocpp_case)
            kept.append(item)
        if dropped:
            self.config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(kept, key=_position)
        self.chosen = [i for i in items if case_of(getattr(i, "function", None))]

    def _left_out(self, case: Case) -> str:
        if case.sut != self.sut.role:
            return f"for a {case.sut} under test"
        if self.ocpp not in case.versions:
            return f"not in OCPP {self.ocpp}"
        if not self.selection.includes(case, self.ocpp):
            return "not selected"
        return ""

    def _not_applicable(self, case: Case) -> str:
        if case.disruptive and not self.config.getoption("--ocpp-allow-disruptive") and not on_loopback(self.sut):
            return f"{disturbance(case)}; run it with --allow-disruptive"
        return applicability(case, self.sut, self.ocpp, self.security_profile)

    # --- running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start the bench and, in front of the serial loop, the cases that own an identity."""
        if session.config.option.collectonly or (not self.chosen and not self.controls_workers):
            return
        if self.worker is None:
            self.bundle = self.bundle or self._new_bundle()
        else:
            self.bundle = Bundle.open_(Path(self.config.workerinput["ocpp_bundle"]))  # type: ignore[attr-defined]
        if self.controls_workers:
            return
        runnable = [i for i in self.chosen if REASON not in i.stash]
        if not runnable:
            return
        self.loop = Loop()
        try:
            self.bench = Bench(
                self.sut,
                ocpp=self.ocpp,
                security_profile=self.security_profile,
                seed=self.seed,
                only_automatic=self.config.getoption("--ocpp-only-automatic"),
                netns=self.config.getoption("--ocpp-netns"),
                generation=Generation(
                    self.config.getoption("--ocpp-exhaustive"), self.config.getoption("--ocpp-message")
                ),
            )
            self.loop.run(self.bench.start(), 60)
        except ConfigurationError as error:
            self._stop()
            raise pytest.UsageError(str(error)) from None
        self.lanes = Lanes(self.loop, self.bench)
        if self.live:
            self.live.begin(self.run_result, len(runnable), self.bundle.path, self.bench.real_link)
            self.live.disturbing([c for i in runnable if (c := case_of(i.function)) and c.disruptive])  # type: ignore[attr-defined]
        if self.worker is None:
            for item in runnable:
                case = case_of(item.function)  # type: ignore[attr-defined]
                if case is not None and not case.exclusive and self.sut.role == "csms":
                    self._begin(item, case)

    def _begin(self, item: pytest.Item, case: Case) -> None:
        assert self.lanes is not None
        function = item.function  # type: ignore[attr-defined]
        callspec = getattr(item, "callspec", None)
        parameters = dict(callspec.params) if callspec else {}
        names = {"case": callspec.id} if callspec else {}
        self.lanes.begin(item.nodeid, case, function, function.__ocpp_arguments__, parameters, names)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A case that does not apply is skipped, visibly, with the reason."""
        reason = item.stash.get(REASON, "")
        case = case_of(getattr(item, "function", None))
        if case is None or not reason:
            return
        callspec = getattr(item, "callspec", None)
        result = self._template().result(case, parameters={"case": callspec.id} if callspec else {}, nodeid=item.nodeid)
        result.verdict, result.reason = Verdict.NOT_APPLICABLE, reason
        self._finished(item, result)
        pytest.skip(f"not applicable: {reason}")

    def _template(self) -> Bench:
        if self.bench is None:
            self.bench = Bench(self.sut, ocpp=self.ocpp, security_profile=0, seed=self.seed)
            self.bench.security_profile = self.security_profile
        return self.bench

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a case, or take the result of one that ran ahead, and end as its verdict says."""
        __tracebackhide__ = True
        case = case_of(pyfuncitem.function)
        if case is None or not inspect.iscoroutinefunction(pyfuncitem.function):
            return None
        result, error = self._outcome(pyfuncitem, case)
        if result.verdict is Verdict.FAIL and self.config.getoption("--ocpp-confirm"):
            again, _ = self._outcome(pyfuncitem, case, fresh=True)
            seen = "failed again" if again.verdict is Verdict.FAIL else f"was {again.verdict} the second time"
            result.reason += f"\n\nconfirmation: {seen}"
        self._apply_known(result)
        self._finished(pyfuncitem, result)
        match result.verdict:
            case Verdict.FAIL:
                raise NonConformance(result.reason) from None
            case Verdict.KNOWN:
                pytest.xfail(result.reason)
            case Verdict.NOT_APPLICABLE:
                pytest.skip(f"not applicable: {result.reason}")
            case Verdict.INCONCLUSIVE | Verdict.NONE:
                if error is not None and not isinstance(error, Inconclusive | NonConformance):
                    raise error
                raise Inconclusive(result.reason) from None
        return True

    def _outcome(
        self, item: pytest.Function, case: Case, *, fresh: bool = False
    ) -> tuple[CaseResult, BaseException | None]:
        assert self.lanes is not None
        try:
            if fresh or not self.lanes.begun(item.nodeid):
                self._begin(item, case)
            return self.lanes.take(item.nodeid)
        except KeyboardInterrupt:
            self.lanes.cancel()
            raise

    def _apply_known(self, result: CaseResult) -> None:
        for known in self.sut.known:
            if known.case == result.id and known.ocpp in ("", self.ocpp):
                expired = known.expires < datetime.date.today().isoformat()
                if result.verdict is Verdict.FAIL and not expired:
                    result.verdict = Verdict.KNOWN
                    result.reason = f"known until {known.expires}: {known.reason}\n\n{result.reason}"
                elif result.verdict is Verdict.FAIL:
                    result.reason += f"\n\nknown, but the entry expired on {known.expires}: {known.reason}"
                elif result.verdict in (Verdict.PASS, Verdict.WARN):
                    self.run_result.problems.append(
                        f"[[known]] {known.case} in sut.toml is not needed any more: the case is {result.verdict}"
                    )

    def _finished(self, item: pytest.Item, result: CaseResult) -> None:
        item.stash[RESULT] = result
        item.user_properties.append(("ocpp_case", result.key))
        item.user_properties.append(("ocpp_verdict", str(result.verdict)))
        self.finished.append(result)
        if self.bundle is not None:
            self.bundle.case_finished(result)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show the line of a case that ended (here, because pytest does not capture here)."""
        key = dict(report.user_properties).get("ocpp_case")
        if self.live and key is not None and report.when == "teardown":
            result = next(r for r in reversed(self.finished) if r.key == key)
            self.live.case(result)

    # --- what pytest says

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Give the report the case's own duration and, for failures, the case's own text."""
        report = yield
        result = item.stash.get(RESULT, None)
        if result is not None and call.when == "call":
            report.duration = result.duration
            if report.failed and result.reason:
                report.longrepr = f"{result.id} {result.title}: {result.verdict.upper()}\n\n{result.reason}"
        return report

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """The word of the verdict instead of pytest's own."""
        verdict = dict(report.user_properties).get("ocpp_verdict") if hasattr(report, "user_properties") else None
        if verdict is None:
            return None
        if report.when == "call" or (report.when == "setup" and report.skipped):
            word = str(verdict).upper()
            category = "skipped" if report.skipped and not hasattr(report, "wasxfail") else report.outcome
            letter = {"PASS": ".", "NOT APPLICABLE": "n"}.get(word, word[:1])
            return (category, "", "") if self.live else (category, letter, word)
        return ("", "", "") if report.passed else None

    def pytest_report_header(self) -> str:
        """What is tested, in one line."""
        return (
            f"ocpp-proof {__version__}: {self.sut.name} ({self.sut.role}), OCPP {self.ocpp}, "
            f"security profile {self.security_profile}, seed {self.seed}"
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The table of verdicts, what was left out and why, and where the evidence is."""
        if self.worker is not None or self.bundle is None:
            return
        Live.summary(terminalreporter, self.run_result, self.left_out, self.bundle.path)

    # --- the end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Stop everything, settle the run and, where rules or known failures demand it, the exit code."""
        if self.bench is not None:
            self.run_result.problems += self.bench.problems
            if self.lanes is not None:
                self.lanes.cancel()
        self._stop()
        if self.bundle is None:
            return
        if self.worker is not None:
            if self.bench is not None:
                self.config.workeroutput["ocpp_findings"] = [  # type: ignore[attr-defined]
                    (key, f.rule, f.requirement, f.expected, f.received) for key, f in self.bench.findings.found
                ]
                self.config.workeroutput["ocpp_problems"] = self.run_result.problems  # type: ignore[attr-defined]
            return
        run = self.run_result
        run.ended = time.time()
        run.cases = self.bundle.cases()
        if self.bench is not None:
            run.rules = self.bench.findings.results()
        complete = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        self._unused_known(run)
        verdicts = [c.verdict for c in run.cases] + [r.verdict for r in run.rules]
        if complete:
            run.verdict = worst(*verdicts)
            if exitstatus == pytest.ExitCode.OK and (
                run.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE) or run.problems
            ):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self.bundle.settle(run)

    def _unused_known(self, run: RunResult) -> None:
        ran = {c.id for c in run.cases}
        for known in self.sut.known:
            if known.case not in ran and not self.selection.text() and known.ocpp in ("", self.ocpp):
                run.problems.append(f"[[known]] {known.case} in sut.toml names a case that is not in this run")

    def _stop(self) -> None:
        if self.loop is not None:
            if self.bench is not None:
                self.loop.run(self.bench.stop(), 30)
            self.loop.close()
            self.loop = None

    # --- xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the evidence goes and which seed the run has."""
        if self.sut.role == "station":
            raise pytest.UsageError("a station under test is one lane: run it without -n")
        self.bundle = self.bundle or self._new_bundle()
        node.workerinput["ocpp_bundle"] = str(self.bundle.path.resolve())
        node.workerinput["ocpp_seed"] = self.seed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Collect what a worker's rules found."""
        from ..rules.protocol import Finding

        output = getattr(node, "workeroutput", None) or {}
        template = self._template()
        for key, rule, requirement, expected, received in output.get("ocpp_findings", []):
            template.findings.found.append((key, Finding(rule, requirement, expected, received)))
        self.run_result.problems += output.get("ocpp_problems", [])


def _position(item: pytest.Item) -> tuple[bool, bool, bool]:
    case = case_of(getattr(item, "function", None))
    return order(case) if case else (False, False, False)


def _new_seed() -> int:
    return int(hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:8], 16)
