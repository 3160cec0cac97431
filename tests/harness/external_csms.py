"""A CSMS in a process of its own, which no driver operates, and a run of some cases in front of it."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import here, only_run

LISTENS = """
    from ocpp_fixtures.csms import ReferenceCsms
    from ocpp_fixtures.csms.stations import Station

    async def listen(port=0, handle=None):
        if handle is not None:
            Station.handle = handle
        csms = ReferenceCsms(ocpp="2.0.1", port=port)
        await csms.start()
        return csms
"""
"""What each program begins with: the reference CSMS of 2.0.1, with what handles requests put in its place."""

SUT = """
    [sut]
    name = "external CSMS"
    role = "csms"
    ocpp = ["2.0.1"]
    [connection]
    url = "ws://127.0.0.1:{port}/ocpp"
    identities = {identities}
    [driver]
    use = ["manual"]
    [values]
    message_timeout = 1
    event_timeout = 5
    quiet = 0.2
    {values}
"""


@contextlib.contextmanager
def started(folder, program, *arguments):
    """Runs the program while the block does; the first line that it prints, when it listens."""
    file = folder / "external_csms.py"
    file.write_text(textwrap.dedent(LISTENS) + textwrap.dedent(program))
    process = subprocess.Popen(
        [sys.executable, str(file), *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        first = process.stdout.readline().strip()
        assert first, "it ended before it listened"
        yield first
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def run(folder, port, cases, values="", identities='"PROOF-{n:03}"'):
    """How pytest ended, run.json, and the folder of the evidence; `values` are lines of [values]."""
    (folder / "sut.toml").write_text(textwrap.dedent(SUT).format(port=port, values=values, identities=identities))
    (folder / "test_them.py").write_text(textwrap.dedent(cases))
    done = here(["--ocpp-sut=sut.toml", "--ocpp-report=out", "--ocpp-live", "-qq", "--tb=no"], folder)
    evidence, data = only_run(folder)
    return done, data, evidence
