"""The pytest plugin: options, collection, running, verdicts. Inert until --ocpp-sut is given.

Only options and one marker are registered in a foreign project; everything else hangs on `Hooks`, which are made when
a SUT is named.
"""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, each named --ocpp-..."""
    group = parser.getgroup("ocpp", "OCPP conformance (ocpp-proof)")
    group.addoption(
        "--ocpp-sut", metavar="FILE", default=None, help="sut.toml: the system under test; turns the plugin on"
    )
    group.addoption(
        "--ocpp-version", metavar="V", default=None, help="1.6, 2.0.1 or 2.1 (default: the first in sut.toml)"
    )
    group.addoption("--ocpp-security-profile", metavar="N", type=int, default=None, help="0 to 3, overrides sut.toml")
    group.addoption("--ocpp-select", metavar="EXPR", default=None, help='ids, globs and words: "TC_E_* or edge"')
    group.addoption("--ocpp-profile", metavar="NAME", default=None, help="only this certification profile")
    group.addoption("--ocpp-only-automatic", action="store_true", default=False, help="leave out what needs a person")
    group.addoption("--ocpp-only-manual", action="store_true", default=False, help="only what may ask a person")
    group.addoption(
        "--ocpp-operator", metavar="HOST:PORT", default=None, help="a page that asks the person, such as 127.0.0.1:8765"
    )
    group.addoption(
        "--ocpp-confirm",
        action="store_true",
        default=False,
        help="run each failed case again and say if it failed again",
    )
    group.addoption(
        "--ocpp-allow-disruptive", action="store_true", default=False, help="also cases that load or disturb the SUT"
    )
    group.addoption(
        "--ocpp-seed", metavar="N", type=int, default=None, help="repeat a run: fresh values derive from it"
    )
    group.addoption(
        "--ocpp-exhaustive", action="store_true", default=False, help="every generated message, whatever it takes"
    )
    group.addoption(
        "--ocpp-generation-seconds",
        type=float,
        default=5.0,
        help="so long a case goes on with generated messages after its sample (5; 0: the sample alone)",
    )
    group.addoption(
        "--ocpp-message", metavar="NAME", default="", help="only this generated message; a failure names it"
    )
    group.addoption(
        "--ocpp-netns", action="store_true", default=False, help="over a real link that goes down (Linux, root)"
    )
    group.addoption(
        "--ocpp-report", metavar="DIR", default=None, help="where the run's folder is made (default: ocpp-reports)"
    )
    group.addoption(
        "--ocpp-live", action="store_true", default=False, help="a line per case instead of pytest's own progress"
    )
    group.addoption(
        "--ocpp-defect",
        action="append",
        default=None,
        help="give the embedded reference system this defect (repeatable)",
    )
    group.addoption(
        "--ocpp-freedom",
        action="append",
        default=None,
        help="let the embedded reference system do this otherwise, as the standard allows (repeatable)",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to run cases without a system under test, in one sentence instead of a failure for each."""
    if config.getoption("--ocpp-sut") is not None or config.option.collectonly:
        return
    count = sum(hasattr(getattr(item, "function", None), "__ocpp_case__") for item in items)
    if count:
        raise pytest.UsageError(f"{count} cases of ocpp-proof need a system under test: --ocpp-sut FILE (a sut.toml)")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; with --ocpp-sut also the session's hooks."""
    config.addinivalue_line("markers", "ocpp_case: set by ocpp-proof on its own cases")
    sut = config.getoption("--ocpp-sut")
    if sut is None:
        return
    gc.disable()  # until the run begins (`Hooks.pytest_runtestloop`): a fifth of its start, for what is there to stay
    from .cases.errors import ConfigurationError
    from .run.hooks import Hooks

    try:
        config.pluginmanager.register(Hooks(config, Path(sut)), "ocpp-proof-run")
    except ConfigurationError as error:
        gc.enable()
        raise pytest.UsageError(str(error)) from None
