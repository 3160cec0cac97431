"""`pytest --alluredir DIR`: our cases' results are ours, those of other tests stay allure-pytest's.

allure-pytest makes a result of every item from what pytest tells it. For a case that result has no steps, and its
times are those of the loop that took the result of a case that ran ahead. Its listener therefore no longer hears of our
cases, and the result that the reports write is put into DIR when the case ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ocpp_reports.model import CaseResult, RunResult

from ..cases.declaration import case_of
from ..cases.evidence import in_case

if TYPE_CHECKING:
    from ocpp_reports.allure import AllureResults

__all__ = ["AllureDirectory"]

LISTENER = "allure_listener"
"""The name under which allure-pytest registers with pytest what makes its results; only with --alluredir."""

Wrapper = Generator[None, Any, None]


class AllureDirectory:
    """The folder that --alluredir names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._results: AllureResults | None = None

    @classmethod
    def of(cls, config: pytest.Config) -> AllureDirectory | None:
        """The folder of this pytest process; None where no --alluredir is given or allure-pytest is switched off."""
        folder = config.getoption("allure_report_dir", None)
        return cls(Path(folder)) if folder else None

    def take_over(self, config: pytest.Config) -> None:
        """Put ourselves between pytest and allure-pytest's listener."""
        listener = config.pluginmanager.unregister(name=LISTENER)
        if listener is not None:
            listener.allure_logger = _OutsideOfCases(listener.allure_logger)
            config.pluginmanager.register(_OtherTests(listener), LISTENER)

    def add_case(self, case: CaseResult, run: RunResult) -> None:
        """Write the result of a case that ended."""
        self._open().add_case(case, run)

    def describe(self, run: RunResult) -> None:
        """Write what belongs to the whole run, and again the cases that have causes; by one process, at the end."""
        from ocpp_reports.causes import causes_of, ids_by_case

        ids = ids_by_case(causes_of(run))
        for case in run.cases:
            if case.key in ids:
                self._open().add_case(case, run, ids[case.key])
        self._open().describe(run)

    def _open(self) -> AllureResults:
        from ocpp_reports.allure import AllureResults  # what it imports is only needed here

        if self._results is None:
            self._results = AllureResults(self._folder)
        return self._results


class _OutsideOfCases:
    """allure-pytest's reporter, to which `allure.step` and `allure.attach` in a case mean nothing.

    Without --alluredir they mean nothing either. The reporter has no test to put them into and would raise, or take
    the test that pytest runs while the case runs ahead.
    """

    def __init__(self, reporter: Any) -> None:
        self._reporter = reporter

    def __getattr__(self, name: str) -> Any:
        return self._ignored if in_case() and name in _OF_A_TEST else getattr(self._reporter, name)

    @staticmethod
    def _ignored(*args: Any, **options: Any) -> Any:
        from allure_commons.model2 import TestResult

        return TestResult()  # what the listener writes labels, links and parameters to


_OF_A_TEST = ("start_step", "stop_step", "attach_data", "attach_file", "get_test")


class _OtherTests:
    """Tells allure-pytest's listener of everything but our cases."""

    def __init__(self, listener: Any) -> None:
        self._listener = listener

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Wrapper:
        yield from self._unless_ours(item, self._listener.pytest_runtest_protocol, item=item, nextitem=nextitem)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Wrapper:
        yield from self._unless_ours(item, self._listener.pytest_runtest_setup, item=item)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Wrapper:
        yield from self._unless_ours(item, self._listener.pytest_runtest_call, item=item)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Wrapper:
        yield from self._unless_ours(item, self._listener.pytest_runtest_teardown, item=item)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Wrapper:
        yield from self._unless_ours(item, self._listener.pytest_runtest_makereport, item=item, call=call)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> Wrapper:
        yield from self._unless_ours(None, self._listener.pytest_runtest_logfinish, nodeid=nodeid, location=location)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Wrapper:
        hook = self._listener.pytest_fixture_setup
        yield from self._unless_ours(request.node, hook, fixturedef=fixturedef, request=request)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_fixture_post_finalizer(self, fixturedef: Any) -> Wrapper:
        yield from self._unless_ours(None, self._listener.pytest_fixture_post_finalizer, fixturedef=fixturedef)

    def _unless_ours(self, node: Any, hook: Callable[..., Wrapper], **told: Any) -> Wrapper:
        if case_of(getattr(node, "function", None)) is not None:
            yield
        else:
            yield from hook(**told)
