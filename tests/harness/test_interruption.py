"""Ctrl-C and SIGTERM: a run ends within two seconds, with reports of what has ended; a second one ends it at once."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import ocpp_fixtures
import pytest

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
