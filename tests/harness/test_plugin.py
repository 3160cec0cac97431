"""The plugin in processes of its own: inert elsewhere, evidence and exit codes, xdist, runs that are cut off."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_proof.rules.protocol import Finding
from ocpp_proof.run.session import RunOptions, Session
from ocpp_reports.model import Verdict

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import CSMS, here, of_cases, of_files, only_run, process


def test_inert_in_a_foreign_project(tmp_path):
    (tmp_path / "test_foreign.py").write_text(
        "import sys\n"
        "def test_ours(request):\n"
        "    assert not [n for n in request.fixturenames if n in ('csms', 'station', 'sut')]\n"
        "    assert 'ocpp_proof.run.session' not in sys.modules and 'ocpp_proof.run.hooks' not in sys.modules\n"
        "    assert 'jsonschema' not in sys.modules and 'websockets' not in sys.modules\n"
    )
    done = process(["-q", "-W", "error", "-p", "no:xdist"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_passed_is_exit_0_with_evidence(tmp_path):
    done = process(of_cases("--ocpp-select=TC_C_06_CSMS"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    folder, data = only_run(tmp_path)
    assert data["verdict"] == "pass"
    assert [c["verdict"] for c in data["cases"]] == ["pass"]
    names = {p.name for p in folder.iterdir()}
    assert {"summary.html", "junit.xml", "allure-results", "cases", "MANIFEST.sha256", "allurerc.mjs"} <= names


def test_failed_is_exit_1_and_says_why(tmp_path):
    done = process(of_cases("--ocpp-select=TC_C_06_CSMS", "--ocpp-defect=token-status-ignored"), tmp_path)
    assert done.returncode == 1
    for word in ("C01.FR.07", "expected: idTokenInfo.status = 'Blocked'", "received:"):
        assert word in done.stdout
    end = done.stdout.partition("security profile 0: reference CSMS")[2]
    assert re.search(r"Causes\n  C1 +1 x  C01\.FR\.07: .*(\n +.*)?\n +TC_C_06_CSMS\n", end)
    assert "FAIL TC_C_06_CSMS (C1): C01.FR.07" in end


def test_usage_is_exit_4(tmp_path):
    done = process(of_cases("--ocpp-select=TC_E_* or"), tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "--select" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_xdist_gives_the_same_verdicts(tmp_path):
    done = process(of_cases("--ocpp-select=TC_C_02* or TC_C_06*", "-n2"), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    _, data = only_run(tmp_path)
    assert {c["id"]: c["verdict"] for c in data["cases"]} == {"TC_C_02_CSMS": "pass", "TC_C_06_CSMS": "pass"}
    assert data["verdict"] == "pass"


ALONE = """
    import asyncio, os, time, pytest
    from pathlib import Path
    from ocpp_proof import case, check
    from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

    @pytest.mark.parametrize("number", range(4))
    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="who runs it")
    async def test_who(station, sut, number):
        await booted(station, sut)
        told = f"{station.identity} {sut.tokens.valid.idToken}"
        Path(f"{os.environ['PYTEST_XDIST_WORKER']}-{number}").write_text(told)
        check("survival", True, expected="it ran", received="yes")
"""


def test_xdist_no_two_workers_come_as_the_same_station_or_with_the_same_token(tmp_path):
    (tmp_path / "test_them.py").write_text(textwrap.dedent(ALONE))
    done = process(of_files("-n2"), tmp_path)
    assert done.returncode == 0, done.stdout
    told = {}
    for path in tmp_path.glob("gw*-*"):
        for word in path.read_text().split():
            told.setdefault(word, set()).add(path.name.partition("-")[0])
    assert len({worker for workers in told.values() for worker in workers}) == 2
    assert all(len(workers) == 1 for workers in told.values()), told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('identities = "PROOF-{n:03}"', 'identities = ["A"]', "connection.identities names 1"),
        ("quiet = 0.2", "quiet = 0.2\nparallel = 1", "values.parallel, and the shortest list under"),
    ],
)
def test_xdist_more_workers_than_stations_or_tokens(tmp_path, old, new, said):
    sut = tmp_path / "sut.toml"
    sut.write_text(CSMS.read_text().replace(old, new))
    done = process(of_cases("--ocpp-select=TC_C_02* or TC_C_06*", "-n2", sut=sut), tmp_path)
    assert done.returncode == 4
    told = f"-n 2 runs 2 cases at once, each as a station and with tokens of its own; {said}"
    assert told in done.stderr, done.stderr


CASES = """
    import os, signal, pytest
    from ocpp_proof import case, check, step
    from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="ends")
    async def test_ends(station, sut):
        await booted(station, sut)

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="is cut off", exclusive=True)
    async def test_is_cut_off(station, sut):
        await booted(station, sut)
        os.kill(os.getpid(), signal.{signal})
        await station.expect("Reset", within=20)
"""


def test_a_report_that_cannot_be_made_is_a_usage_error(tmp_path):
    (tmp_path / "out").write_text("a file")
    for run, workers in ((here, ()), (process, ("-n1",))):
        done = run(of_cases("--ocpp-select=TC_C_02_CSMS", *workers), tmp_path)
        assert done.returncode == 4, done.stdout + done.stderr
        assert "--report out: no folder can be made there" in done.stdout + done.stderr


def test_a_worker_that_dies_is_a_problem_of_the_run(tmp_path):
    (tmp_path / "test_cut.py").write_text(textwrap.dedent(CASES.replace("{signal}", "SIGKILL")))
    done = process(of_files("-n1"), tmp_path)
    _, data = only_run(tmp_path)
    assert done.returncode == 1
    assert [c["id"] for c in data["cases"]] == ["X_TEST_01"]
    assert data["verdict"] == "inconclusive"
    assert "test_is_cut_off: the xdist worker that ran it died" in data["problems"][0]


def test_what_an_xdist_worker_found_stays_as_it_was():
    worker, controller = (Session(CSMS, RunOptions(ocpp="2.0.1")) for _ in range(2))
    worker.bench = worker._template()
    worker.bench.findings.found.append(("TC_A", Finding("FRAME", "OCPP-J 4.1.2", "it", "that", should=True)))
    worker.run_result.not_tried = "1 of 2 not tried"
    controller.take_worker_output(worker.worker_output())
    assert controller.run_result.not_tried == "1 of 2 not tried"
    (rule,) = [rule for rule in controller._template().findings.results() if rule.count]
    assert rule.verdict is Verdict.WARN


@pytest.mark.parametrize("name", ["SIGINT", "SIGKILL"])
def test_finished_evidence_survives(tmp_path, name):
    (tmp_path / "test_cut.py").write_text(textwrap.dedent(CASES.replace("{signal}", name)))
    done = process(of_files(), tmp_path)
    assert done.returncode in (2, -signal.SIGKILL)
    folder, data = only_run(tmp_path)
    assert data["verdict"] == "incomplete"
    result = json.loads((folder / "cases" / "X_TEST_01" / "result.json").read_text())
    assert result["verdict"] == "pass"
    again = subprocess.run(
        [sys.executable, "-m", "ocpp_proof.cli", "report", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ},
    )
    assert again.returncode == 0, again.stderr
    assert "X_TEST_01" in (folder / "summary.html").read_text()
