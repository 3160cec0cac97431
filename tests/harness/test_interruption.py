"""Ctrl-C and SIGTERM: a run ends within two seconds, with reports of what has ended; a second one ends it at once."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import ocpp_fixtures
import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun
from ocpp_proof.cases.timing import Timing
from ocpp_proof.cli import main
from ocpp_proof.commands.processes import Processes
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.run.cleanup import Cleanup
from ocpp_reports.model import CaseResult

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
WITHIN = 6.0
"""Seconds, with much else on the machine; `make bench` shows what it takes alone, which is to be less than two."""


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
def test_a_run_ends_soon_with_reports(tmp_path, role, number, send):
    process = started(EXAMPLES / f"reference-{role}.toml", tmp_path)  # three versions: the first is cut off
    try:
        shown = read_until(process, 8)
        at = time.monotonic()
        send(process, number)
        rest, _ = process.communicate(timeout=20)
        took = time.monotonic() - at
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
    assert " cases have ended; ocpp-proof report " in rest, text
    for report in ("summary.html", "junit.xml"):
        written = (folder / report).read_text()
        assert all(id in written for id in ended)
    assert took < WITHIN, f"{took:.2f} s\n{text}"


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
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:asyncio"),
            *(f"--ocpp-sut={EXAMPLES / 'reference-csms.toml'}", "--ocpp-version=2.0.1", "--ocpp-report=out"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
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
import pathlib, time

class Driver:
    def plug_in(self, **_):
        pathlib.Path("{called}").touch()
        time.sleep(60)
    present_token = plug_in
"""


def test_nobody_waits_for_a_driver_that_hangs(tmp_path):
    called = tmp_path / "called"
    (tmp_path / "hanging.py").write_text(HANGS.replace("{called}", str(called)))
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    sut.write_text(text.replace('use = ["reference"]', 'use = ["python", "reference"]\npython = "hanging:Driver"'))
    before, os.environ["PYTHONPATH"] = os.environ.get("PYTHONPATH"), str(tmp_path)
    try:
        process = started(sut, tmp_path, "--ocpp", "2.0.1", "--select", "TC_B_20_CS or TC_E_01_CS or TC_E_03_CS")
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)
    try:
        limit = time.monotonic() + 20
        while not called.exists() and time.monotonic() < limit:
            time.sleep(0.02)
        assert called.exists()
        at = time.monotonic()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=20)
        took = time.monotonic() - at
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert process.returncode == 130, rest
    assert took < WITHIN, f"{took:.2f} s\n{rest}"


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


def test_a_second_signal_ends_at_once():
    program = (
        "import time, sys\n"
        "from ocpp_proof.run.interruption import Interruption\n"
        "Interruption().watch()\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    time.sleep(30)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
        "    for line in sys.stdin:\n"
        "        print('still here', flush=True)\n"
        "    time.sleep(30)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "interrupted\n"
        first = time.monotonic()
        process.send_signal(signal.SIGTERM)  # the same one, by another way
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "still here\n"
        assert time.monotonic() - first < 0.5, "this machine is too slow to tell one signal from two"
        while time.monotonic() - first < 0.6:
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == -signal.SIGTERM
    finally:
        process.kill()
        process.communicate()
