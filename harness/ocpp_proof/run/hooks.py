"""What pytest asks of a run: which items are kept, what a case ends as, what is shown, and the exit code."""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import Any

import pytest
from ocpp_reports.model import CaseResult, Verdict

from .. import __version__
from ..cases.declaration import Case
from ..cases.errors import ConfigurationError, Inconclusive, NonConformance
from .allure_directory import AllureDirectory
from .generation import Generation
from .interruption import Interruption
from .items import call_of, case_of_item, parameters_of, position, refuse_twice
from .lanes import Lanes
from .left_out import LeftOut
from .listening import address_for_station
from .missing_verbs import counted
from .person_turns import LEFT_OUT, PersonTurns
from .session import RunOptions, Session
from .share import Share
from .terminal_output import TerminalOutput

__all__ = ["Hooks"]

RESULT = pytest.StashKey[CaseResult]()
REASON = pytest.StashKey[tuple[Verdict, str]]()


class Hooks:
    """The hooks of one pytest process, in front of its `Session`."""

    def __init__(self, config: pytest.Config, sut: Path) -> None:
        self.config = config
        self.worker_input: dict[str, Any] = getattr(config, "workerinput", {})
        self.session = Session(
            sut,
            self._options(),
            worker=self.worker_input.get("workerid"),
            share=Share(*self.worker_input.get("ocpp_share", ())),
        )
        self.shares: dict[str, int] = {}
        self.chosen: list[pytest.Item] = []
        self.asked: dict[pytest.Item, frozenset[str]] = {}
        """What cases may ask a person for: they run one after another, and none ahead of its turn."""
        self.left_out = LeftOut(self.session.why_left_out)
        self.pytest_chooses = any(config.getoption(name, None) for name in ("keyword", "markexpr", "deselect"))
        self.allure = AllureDirectory.of(config)
        self.live = TerminalOutput(config) if config.getoption("--ocpp-live") and not self.session.worker else None
        self.session.show = self._ended
        if self.live:
            self.session.say = self.live.say
            self.session.tick = self.live.tick
            self.live.what_runs = self.session.what_runs
        self.interruption = Interruption()
        self.session.check = self.interruption.check
        self.session.interrupt = self.interruption.ask

    def _options(self) -> RunOptions:
        option = self.config.getoption
        return RunOptions(
            ocpp=option("--ocpp-version"),
            security_profile=option("--ocpp-security-profile"),
            select=option("--ocpp-select") or "",
            profile=option("--ocpp-profile") or "",
            defects=option("--ocpp-defect"),
            freedoms=option("--ocpp-freedom"),
            seed=option("--ocpp-seed") or self.worker_input.get("ocpp_seed"),
            report=option("--ocpp-report"),
            only_automatic=option("--ocpp-only-automatic"),
            only_manual=option("--ocpp-only-manual"),
            operator=option("--ocpp-operator"),
            allow_disruptive=option("--ocpp-allow-disruptive"),
            confirm=option("--ocpp-confirm"),
            netns=option("--ocpp-netns"),
            generation=Generation(
                option("--ocpp-exhaustive"), option("--ocpp-message"), option("--ocpp-generation-seconds")
            ),
        )

    @property
    def controls_workers(self) -> bool:
        """Whether this process only hands cases to xdist's workers."""
        return self.config.pluginmanager.hasplugin("dsession")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take our cases away from allure-pytest, now that every plugin is configured."""
        if self.allure is not None:
            self.allure.take_over(self.config)

    # --- selection

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let -k find a case by its id."""
        if (case := case_of_item(item)) is not None:
            item.extra_keyword_matches.add(case.id)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Pass over a file of ours without a case of this run; where pytest chooses too (-k) it is asked of each."""
        return True if not self.pytest_chooses and self.left_out.passes_over(collection_path) else None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Say why a file of cases cannot be read: `ocpp-proof run` shows no tracebacks."""
        if report.failed and self.live:
            reason = str(report.longrepr).strip().splitlines()
            told = next((line for line in reversed(reason) if line.startswith("E ")), reason[-1] if reason else "")
            self.live.cannot_read(report.nodeid, told.removeprefix("E").strip())

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the cases that were asked for; mark those that do not apply, or are not run, with the reason."""
        kept: list[pytest.Item] = []
        dropped: list[pytest.Item] = []
        try:
            self.session.check_known({case.id for item in items if (case := case_of_item(item))})
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
        for item in items:
            case = case_of_item(item)
            if case is None:
                kept.append(item)
                continue
            try:
                if reason := self.session.why_left_out(case):
                    self.left_out.add(reason, case.id)
                    dropped.append(item)
                    continue
                if why := self.session.why_not_applicable(case):
                    item.stash[REASON] = (Verdict.NOT_APPLICABLE, why)
                elif why := self.session.why_not_run(case):
                    item.stash[REASON] = (Verdict.NOT_RUN, why)
            except ConfigurationError as error:
                raise pytest.UsageError(str(error)) from None
            item.add_marker(pytest.mark.ocpp_case)
            kept.append(item)
        if dropped:
            self.config.hook.pytest_deselected(items=dropped)
        items[:] = sorted(kept, key=position)
        self.chosen = [i for i in items if case_of_item(i)]
        refuse_twice(self.chosen)
        if self.live and not self.chosen:
            self.live.nothing_selected(self.session.selection.text(), self.left_out.counts())

    # --- running

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start the bench and, in front of the serial loop, the cases that may run ahead."""
        gc.freeze()  # what was collected stays: no case is held up by a look through it
        gc.enable()
        if session.config.option.collectonly or (not self.chosen and not self.controls_workers):
            return
        run = self.session
        if run.worker is None:
            self.interruption.watch()
        else:
            run.open_bundle(Path(self.worker_input["ocpp_bundle"]), began=self.worker_input["ocpp_began"])
        runnable = [(i, case) for i in self.chosen if REASON not in i.stash and (case := case_of_item(i))]
        try:
            if not self.controls_workers and runnable:
                run.begin()
            if run.worker is None:
                run.make_bundle()
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
        if self.controls_workers or not runnable:
            return
        bench, lanes, turns = run.bench, run.lanes, run.turns
        assert bench is not None
        assert lanes is not None
        assert turns is not None
        if bench.operator.url:
            (self.live or TerminalOutput(self.config)).operator_page(bench.operator.url)
        left_out = self._with_a_person(turns, lanes, session.items, runnable)
        runnable = [(item, case) for item, case in runnable if item not in left_out]
        missing = {item: verbs for item, _ in runnable if (verbs := run.missing_verbs(call_of(item)[0]))}
        if missing:
            run.run_result.not_tried = (
                f"{len(missing)} of {len(runnable)} not tried: no driver for {counted(missing.values())}"
            )
        if run.options.only_automatic:
            for item, verbs in missing.items():
                item.stash[REASON] = (Verdict.NOT_RUN, run.why_not_tried(verbs))
            runnable = [(item, case) for item, case in runnable if item not in missing]
        if self.live:
            self.live.question_is_open = lambda: bench.operator.questions.open is not None
            self.live.begin(run.run_result, len(runnable), run.make_bundle().path, bench.real_link)
            lanes.on_long_wait = self.live.long_wait
            self.live.waits_at(address_for_station(run.sut))
            self.live.announce_disruptive([case for _, case in runnable if case.disruptive])
        bench.operator.live.begin_run(run.sut.name, run.ocpp, len(runnable))
        for item, case in runnable:
            if run.may_run_ahead(case) and item not in self.asked:
                run.start_case(item.nodeid, case, *call_of(item))

    def _with_a_person(
        self, turns: PersonTurns, lanes: Lanes, items: list[pytest.Item], runnable: list[tuple[pytest.Item, Case]]
    ) -> list[pytest.Item]:
        """Put those that may ask a person first among their like, and have that person get ready; gives the items that
        `--only-manual` leaves out."""
        only_manual = self.session.options.only_manual
        self.asked = {item: verbs for item, _ in runnable if (verbs := turns.asked(call_of(item)[0]))}
        left_out = [item for item, _ in runnable if only_manual and item not in self.asked]
        for item in left_out:
            item.stash[REASON] = (Verdict.NOT_RUN, LEFT_OUT)
        if self.asked:
            places = {item: turns.place(self.asked.get(item, ())) for item in items}
            items.sort(key=lambda item: position(item, places[item]))
            lanes.wait_for(turns.get_ready(self.asked.values()))
        return left_out

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """A signal ends the wait for a case, not whatever pytest does then."""
        with self.interruption.deferred() if case_of_item(item) else contextlib.nullcontext():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """A case that does not apply, or is not run, is skipped, visibly, with the reason."""
        marked = item.stash.get(REASON, None)
        case = case_of_item(item)
        if case is None or marked is None:
            return
        verdict, reason = marked
        self._finished(item, self.session.skip_case(item.nodeid, case, parameters_of(item), reason, verdict))
        pytest.skip(f"{verdict}: {reason}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """Run a case, or take the result of one that ran ahead, and end as its verdict says."""
        __tracebackhide__ = True
        case = case_of_item(pyfuncitem)
        if case is None:
            return None
        result, error = self.session.run_case(pyfuncitem.nodeid, case, *call_of(pyfuncitem))
        self._finished(pyfuncitem, result)
        match result.verdict:
            case Verdict.FAIL:
                raise NonConformance(result.reason) from None
            case Verdict.KNOWN:
                pytest.xfail(result.reason)
            case Verdict.NOT_APPLICABLE | Verdict.NOT_RUN:
                pytest.skip(f"{result.verdict}: {result.reason}")
            case Verdict.INCONCLUSIVE | Verdict.NONE:
                if error is not None and not isinstance(error, Inconclusive | NonConformance):
                    raise error
                raise Inconclusive(result.reason) from None
        return True

    def _finished(self, item: pytest.Item, result: CaseResult) -> None:
        item.stash[RESULT] = result
        item.user_properties.append(("ocpp_case", result.key))
        item.user_properties.append(("ocpp_verdict", str(result.verdict)))

    # --- what is shown

    def _ended(self, result: CaseResult) -> None:
        """Show a case that ended, which need not be the one that pytest waits for."""
        if self.allure is not None:
            self.allure.add_case(result, self.session.run_result)
        if self.live:
            self.live.case(result)

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
            letter = {"PASS": ".", "NOT APPLICABLE": "n", "NOT RUN": "-"}.get(word, word[:1])
            return (category, "", "") if self.live else (category, letter, word)
        return ("", "", "") if report.passed else None

    def pytest_report_header(self) -> str:
        """What is tested, in one line."""
        run = self.session
        return (
            f"ocpp-proof {__version__}: {run.sut.name} ({run.sut.role}), OCPP {run.ocpp}, "
            f"security profile {run.security_profile}, seed {run.seed}"
        )

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """The table of verdicts, what was left out and why, and where the evidence is."""
        run = self.session
        if run.worker is None and run.bundle is not None:
            TerminalOutput.summary(terminalreporter, run.run_result, self.left_out.counts(), run.bundle.path)
            if run.run_result.verdict is Verdict.INCOMPLETE:
                chosen = sum(REASON not in item.stash for item in self.chosen)
                TerminalOutput.interrupted(terminalreporter, run.run_result, chosen, run.bundle.path)

    # --- the end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Stop everything, settle the run and, where rules or known failures demand it, the exit code."""
        run = self.session
        interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
        try:
            run.end(interrupted=interrupted)
            if not interrupted or run.bundle is None or run.worker is not None:
                run.close(interrupted=interrupted)
        except KeyboardInterrupt:  # every case has ended, and something is waited for
            interrupted, session.exitstatus = True, pytest.ExitCode.INTERRUPTED
            exitstatus = session.exitstatus
            run.end(interrupted=True)
        self.interruption.nothing_to_wait_for()
        if run.bundle is None:
            return
        if run.worker is not None:
            self.config.workeroutput.update(run.worker_output())  # type: ignore[attr-defined]
            return
        complete = exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
        settled = run.settle(complete=complete)
        if self.allure is not None:
            self.allure.describe(settled)
        if exitstatus == pytest.ExitCode.OK and settled.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if interrupted:  # the reports come first
            run.close(interrupted=True)

    def pytest_unconfigure(self) -> None:
        """The signals and the garbage collector are left to others again."""
        self.interruption.leave()
        gc.enable()

    # --- xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the evidence goes, when the run began, which seed it has and which stations."""
        count = node.workerinput["workercount"]
        try:
            self.session.check_workers(count)
            folder = self.session.make_bundle().path
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
        node.workerinput["ocpp_bundle"] = str(folder.resolve())
        node.workerinput["ocpp_began"] = self.session.run_result.started
        node.workerinput["ocpp_seed"] = self.session.seed
        # a worker that comes after one that crashed has what that one had
        self.shares[node.gateway.id] = number = min(set(range(count)) - set(self.shares.values()))
        node.workerinput["ocpp_share"] = number, count

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Collect what a worker's rules found."""
        self.shares.pop(node.gateway.id, None)
        self.session.take_worker_output(getattr(node, "workeroutput", None) or {})

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str) -> None:
        """A worker died, which pytest counts as a failure: the words of the run have to agree."""
        self.session.worker_died(crashitem)
