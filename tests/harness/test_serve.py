"""`ocpp-proof serve`: a reference system in a process of its own, and a run with the sut.toml that it prints."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_proof.cli import main

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import here, only_run


@contextlib.contextmanager
def serving(*arguments):
    """Runs `serve` while the block does; the lines that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ocpp_proof.cli", "serve", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        yield "".join(lines)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert process.returncode == 0


def verdicts(folder, printed, select):
    """The run with what was printed for sut.toml, and short times."""
    text = textwrap.dedent(printed[printed.index("  [sut]") : printed.index("Ctrl-C")])
    times = "[values]\nmessage_timeout = 2\nevent_timeout = 5\nquiet = 0.2\ntransaction_duration = 0.2\n"
    (folder / "sut.toml").write_text(text + times)
    given = ["--pyargs", "ocpp_testcases", "--ocpp-sut=sut.toml", "--ocpp-report=out", f"--ocpp-select={select}"]
    here(given, folder)
    _, run = only_run(folder)
    return {result["id"]: result["verdict"] for result in run["cases"]}


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def test_a_csms_is_tested_with_what_is_printed(tmp_path):
    with serving("csms", "--ocpp=2.0.1", "--token=04A1B2C3") as printed:
        assert verdicts(tmp_path, printed, "TC_B_01_CSMS or TC_B_06_CSMS") == {
            "TC_B_01_CSMS": "pass",
            "TC_B_06_CSMS": "pass",
        }


def test_a_csms_has_a_defect_and_a_password_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("OF_THE_BENCH", "a-password-of-the-bench")
    options = ["--ocpp=2.0.1", "--security-profile=1", "--password-env=OF_THE_BENCH", "--defect=local-time-called-utc"]
    with serving("csms", *options) as printed:
        assert "a-password-of-the-bench" not in printed
        assert verdicts(tmp_path, printed, "TC_B_01_CSMS") == {"TC_B_01_CSMS": "fail"}


def test_a_csms_with_a_password_and_tokens_is_tested_with_what_is_printed(tmp_path, monkeypatch):
    tokens = ["--token=04A1B2C3", "--token=04A1B2C4", "--token=04B1=Blocked", "--token=04B2=Expired"]
    with serving("csms", "--ocpp=1.6", "--security-profile=1", *tokens) as printed:
        monkeypatch.setenv("OCPP_PASSWORD", re.search(r"export OCPP_PASSWORD=(\w+)", printed)[1])
        for line in (
            'valid = { idToken = "04A1B2C3", type = "ISO14443" }',
            'second = { idToken = "04A1B2C4", type = "ISO14443" }',
            'blocked = { idToken = "04B1", type = "ISO14443" }',
        ):
            assert line in printed
        seen = verdicts(tmp_path, printed, "TC_023_2_CSMS or TC_023_3_CSMS or TC_073_CSMS or X_SIM_06_CSMS")
        assert seen == dict.fromkeys(("TC_023_2_CSMS", "TC_023_3_CSMS", "TC_073_CSMS", "X_SIM_06_CSMS"), "pass")


def test_a_station_is_tested_with_what_is_printed(tmp_path):
    port = free_port()
    with serving("station", "--ocpp=1.6", f"--csms=ws://127.0.0.1:{port}/ocpp") as printed:
        assert verdicts(tmp_path, printed, "TC_003_CS or TC_013_CS") == {"TC_003_CS": "pass", "TC_013_CS": "pass"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["station", "--ocpp=1.6"], "--csms URL"),
        (["station", "--ocpp=1.6", "--csms=wss://localhost:1/ocpp"], "begins with ws://"),
        (["station", "--ocpp=1.6", "--csms=ws://localhost:1", "--token=1"], "are for serve csms"),
        (["csms", "--ocpp=1.5"], "there are 1.6, 2.0.1, 2.1"),
        (["csms", "--ocpp=1.6", "--defect=nope"], "no defect 'nope'"),
        (["csms", "--ocpp=1.6", "--security-profile=2"], "--pki DIR"),
        (["csms", "--ocpp=1.6", "--token=1=Nope"], "ID=STATUS"),
        (["csms", "--ocpp=1.6", "--password-env=NOT_THERE_AT_ALL"], "no such variable"),
    ],
)
def test_what_cannot_be_served_is_said(capsys, arguments, said):
    assert main(["serve", *arguments]) == 4
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_said(capsys):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert main(["serve", "csms", "--ocpp=1.6", f"--port={listening.getsockname()[1]}"]) == 4
    assert "cannot listen" in capsys.readouterr().err
