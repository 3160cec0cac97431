"""pytest with our plugin: as a process of its own, or in this one, where everything is imported already.

A process costs a second and a half of a core, most of it for imports. It is needed where the process itself is what the
test is about (signals, xdist, what is loaded); options, verdicts, words and exit codes are pytest's own either way.
"""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import ocpp_fixtures
import pytest

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
CSMS = EXAMPLES / "reference-csms.toml"
NO_OTHERS = [
    argument for name in ("cacheprovider", "faker", "asyncio", "anyio", "trio") for argument in ("-p", f"no:{name}")
]


def process(arguments, cwd, **options):
    """`pytest` with these arguments, as a process."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *NO_OTHERS, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # a shell starts what it puts into the background with SIGINT ignored, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **options,
    )


def here(arguments, cwd):
    """`pytest` with these arguments, in this process; what it imports from `cwd` is forgotten again."""
    shown, path = io.StringIO(), list(sys.path)
    with contextlib.chdir(cwd), contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        try:
            code = pytest.main(["--capture=sys", "--assert=plain", *NO_OTHERS, *arguments])
        finally:
            sys.path[:] = path
            for name, module in list(sys.modules.items()):
                if (getattr(module, "__file__", None) or "").startswith(f"{cwd}{os.sep}"):
                    del sys.modules[name]
    return SimpleNamespace(returncode=int(code), stdout=shown.getvalue(), stderr="")


def of_cases(*arguments, sut=CSMS, where="ocpp_testcases.ocpp2"):
    """The arguments of a run of installed cases."""
    return ["--pyargs", where, f"--ocpp-sut={sut}", "--ocpp-version=2.0.1", "--ocpp-report=out", *arguments]


def of_files(*arguments):
    """The arguments of a run of the files in the folder, in front of the reference CSMS."""
    return [f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out", *arguments]


def only_run(folder):
    """The folder and the run.json of the only run there."""
    [found] = (folder / "out").iterdir()
    return found, json.loads((found / "run.json").read_text())
