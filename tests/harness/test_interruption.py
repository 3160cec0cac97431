"""Ctrl-C and SIGTERM: a run ends within two seconds, with reports of what has ended; a second one ends it at once."""

import asyncio
import json
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.cases.timing import Timing
from ocpp_proof.cli import main
from ocpp_proof.commands.processes import Processes
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.run.cleanup import Cleanup
from ocpp_proof.run.interruption import CUT
from ocpp_proof.run.session import SOON, RunOptions, Session
from ocpp_reports.model import CaseResult

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import EXAMPLES, of_files, process

HANGS_NO_LONGER = 60
"""Seconds after which a process that a test waits for is taken for one that hangs. How soon a run ends depends on the
machine (`make bench` prints it): what is shown here is that nothing is waited for."""


def started(sut, tmp_path, *arguments):
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "ocpp_proof.cli", "run", "--sut", str(sut), "--report", str(tmp_path / "out")),
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a terminal of its own, as it were: what is sent to the group reaches nobody else
        # a shell starts what it puts into the background with SIGINT ignored, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def read_until(process, ended):
    """Read what the process shows until so many cases have ended."""
    shown = []
    for line in process.stdout:
        shown.append(line)
        if line.lstrip().startswith(f"{ended}/"):
            return shown
    raise AssertionError("".join(shown))


def sent_by_name(process, number):
    """Only `ocpp-proof run` gets it, as from `kill`."""
    process.send_signal(number)


def sent_to_all(process, number):
    """Every process of the terminal gets it, as with Ctrl-C."""
    os.killpg(process.pid, number)


@pytest.mark.parametrize(("role", "number", "send"), [
    ("csms", signal.SIGINT, sent_to_all),
    ("csms", signal.SIGTERM, sent_by_name),
    ("station", signal.SIGINT, sent_by_name),
    ("station", signal.SIGTERM, sent_to_all),
])  # fmt: skip
def test_a_run_is_cut_off_with_reports(tmp_path, role, number, send):
    process = started(EXAMPLES / f"reference-{role}.toml", tmp_path)  # three versions: the first is cut off
    try:
        shown = read_until(process, 8)
        send(process, number)
        rest, _ = process.communicate(timeout=HANGS_NO_LONGER)
    finally:
        process.kill()
        process.wait()
    text = "".join(shown) + rest
    assert process.returncode == 130, text
    [folder] = (tmp_path / "out").iterdir()
    data = json.loads((folder / "run.json").read_text())
    assert data["verdict"] == "incomplete"
    ended = {case["id"] for case in data["cases"]}
    assert len(ended) >= 8
    told = re.search(r"interrupted: (\d+) of (\d+) cases have ended; ocpp-proof report ", rest)
    assert told is not None, text
    assert int(told[1]) < int(told[2])
    for report in ("summary.html", "junit.xml"):
        written = (folder / report).read_text()
        assert all(id in written for id in ended)


def test_what_an_interrupted_run_waits_for_is_less_than_two_seconds_in_all():
    # for its cases; for drivers and the embedded system; for the tasks of its loop, and for its thread
    assert CUT + 3 * SOON < 2


@pytest.mark.asyncio
async def test_a_case_that_does_not_end_when_it_is_cut_is_left(monkeypatch):
    bench = Session(EXAMPLES / "reference-csms.toml", RunOptions(ocpp="2.0.1"))._template()
    waited, wait = [], asyncio.wait

    async def nothing(tasks, *, timeout):
        waited.append((set(tasks), timeout))
        return await wait(tasks, timeout=0)

    monkeypatch.setattr(asyncio, "wait", nothing)
    case = asyncio.create_task(asyncio.Event().wait())
    bench._running.add(case)
    await bench.wait_for_interrupted()
    assert waited == [({case}, CUT)]
    assert not case.done()
    case.cancel()


SETTLES = """
import os, signal, pytest
from ocpp_proof import case, check
from ocpp_proof.run.bench import Bench
from ocpp_reports import bundle

@case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="ends")
async def test_ends(station):
    check("survival", True, expected="it ran", received="yes")

@pytest.fixture(scope="session", autouse=True)
def signals():
    before = {owner}.{name}
    def signalled(*arguments, **options):
        os.kill(os.getpid(), signal.SIGTERM)
        return before(*arguments, **options)
    {owner}.{name} = signalled
    yield
"""


@pytest.mark.parametrize(
    ("owner", "name", "verdict", "code"),
    [("bundle.Bundle", "settle", "pass", 0), ("Bench", "finish", "incomplete", 2)],
)
def test_a_signal_when_the_cases_have_ended_cuts_no_report(tmp_path, owner, name, verdict, code):
    (tmp_path / "test_them.py").write_text(SETTLES.format(owner=owner, name=name))
    done = process(of_files(), tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    [folder] = (tmp_path / "out").iterdir()
    data = json.loads((folder / "run.json").read_text())
    assert (data["verdict"], [case["id"] for case in data["cases"]]) == (verdict, ["X_TEST_01"])
    assert "X_TEST_01" in (folder / "summary.html").read_text()


def test_what_was_interrupted_says_so_also_where_the_version_that_ran_had_just_ended(tmp_path, monkeypatch):
    def ended(processes, command, **_):
        processes.stopped = True  # the signal came when the first version was being settled
        return 0, ""

    monkeypatch.setattr(Processes, "run", ended)
    assert main(["run", "--sut", str(EXAMPLES / "reference-csms.toml"), "--report", str(tmp_path)]) == 130


@pytest.mark.asyncio
async def test_what_is_taken_back_at_the_end_and_cut_is_told():
    cleanup, begun = Cleanup(Timing()), asyncio.Event()
    station = Station(ocpp="2.0.1", timing=Timing(), url="ws://nowhere", credentials=Credentials("A"))
    station.connections.append(SimpleNamespace(is_open=True, close=lambda: None))
    nobody = CaseResult("clean up", "clean up", "2.0.1", 0, "csms", "a CSMS")

    async def hangs():
        begun.set()
        await asyncio.Event().wait()

    run = CaseRun(CaseResult("X_TEST_01", "left", "2.0.1", 0, "csms", "a CSMS"))
    run.undo += [("the second", hangs), ("the first", hangs)]
    cleanup.put_off(run, station, Inconclusive("nobody was there"))
    trying = asyncio.create_task(cleanup.try_again(nobody, at_end=True))
    await begun.wait()
    trying.cancel()
    await asyncio.wait({trying})
    assert [line.rpartition(": nobody")[0] for line in cleanup.told()] == [
        "X_TEST_01: could not take back: the first",
        "X_TEST_01: could not take back: the second",
    ]


HANGS = """
import pathlib, threading

class Driver:
    def plug_in(self, **_):
        pathlib.Path("{called}").write_text("called")
        threading.Event().wait()
    present_token = plug_in
"""


def test_nobody_waits_for_a_driver_that_hangs(tmp_path, monkeypatch):
    called = tmp_path / "called"
    os.mkfifo(called)
    (tmp_path / "hanging.py").write_text(HANGS.replace("{called}", str(called)))
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    text = text.replace('use = ["reference"]', 'use = ["python", "reference"]\npython = "hanging:Driver"')
    sut.write_text(text.replace("[values]", "[values]\ndriver_timeout = 3600").replace("case_timeout = 60", ""))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    waiting = os.open(called, os.O_RDONLY | os.O_NONBLOCK)
    process = started(sut, tmp_path, "--ocpp", "2.0.1", "--select", "TC_B_20_CS or TC_E_01_CS or TC_E_03_CS")
    try:
        assert select.select([waiting], [], [], HANGS_NO_LONGER)[
            0
        ]  # until the driver is called, which never comes back
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=HANGS_NO_LONGER)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(waiting)
    assert process.returncode == 130, rest


def test_what_pytest_does_between_two_cases_is_not_cut():
    program = (
        "import os, signal\n"
        "from ocpp_proof.run.interruption import Interruption\n"
        "interruption = Interruption()\n"
        "interruption.watch()\n"
        "where = 'nowhere'\n"
        "try:\n"
        "    with interruption.deferred():\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        where = 'behind the signal'\n"
        "        interruption.check()\n"
        "        where = 'behind the check'\n"
        "except KeyboardInterrupt:\n"
        "    print(where)\n"
        "interruption.check()\n"
        "with interruption.deferred():\n"
        "    pass\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.returncode) == ("behind the signal\n", 0), done.stderr


SIGNALLED_TWICE = """
import os, signal, sys, time
from ocpp_proof.run import interruption

now = 100.0
time.monotonic = lambda: now
interruption.Interruption().watch()
try:
    os.kill(os.getpid(), signal.SIGTERM)
except KeyboardInterrupt:
    print("interrupted", flush=True)
now += interruption.SAME
os.kill(os.getpid(), signal.SIGTERM)  # the same one, by another way
print("still here", flush=True)
now += 0.01
os.kill(os.getpid(), signal.SIGTERM)
print("still here", flush=True)
"""


def test_a_second_signal_ends_at_once():
    command = [sys.executable, "-c", SIGNALLED_TWICE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANGS_NO_LONGER, check=False)
    assert (done.stdout, done.returncode) == ("interrupted\nstill here\n", -signal.SIGTERM), done.stderr
