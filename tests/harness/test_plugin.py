"""The plugin's own behaviour: options, selection, exit codes, inert elsewhere, interrupted runs, xdist."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof.rules.protocol import Finding
from ocpp_proof.run.session import RunOptions, Session
from ocpp_reports.model import Verdict

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
CSMS = EXAMPLES / "reference-csms.toml"


def run(arguments, cwd, **options):
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:faker", "-p", "no:asyncio", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        # a shell starts what it puts into the background with SIGINT ignored, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        **options,
    )


def cases(*arguments, cwd, sut=CSMS, where="ocpp_testcases.ocpp2", **options):
    return run(
        ["--pyargs", where, f"--ocpp-sut={sut}", "--ocpp-version=2.0.1", "--ocpp-report=out", *arguments],
        cwd,
        **options,
    )


def only_run(tmp_path):
    folders = list((tmp_path / "out").iterdir())
    assert len(folders) == 1
    return folders[0], json.loads((folders[0] / "run.json").read_text())


def test_inert_in_a_foreign_project(tmp_path):
    (tmp_path / "test_foreign.py").write_text(
        "import sys\n"
        "def test_ours(request):\n"
        "    assert not [n for n in request.fixturenames if n in ('csms', 'station', 'sut')]\n"
        "    assert 'ocpp_proof.run.session' not in sys.modules and 'ocpp_proof.run.hooks' not in sys.modules\n"
        "    assert 'jsonschema' not in sys.modules and 'websockets' not in sys.modules\n"
    )
    done = run(["-q", "-W", "error", "-p", "no:xdist"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_passed_is_exit_0_with_evidence(tmp_path):
    done = cases("--ocpp-select=TC_C_06_CSMS", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    folder, data = only_run(tmp_path)
    assert data["verdict"] == "pass"
    assert [c["verdict"] for c in data["cases"]] == ["pass"]
    names = {p.name for p in folder.iterdir()}
    assert {"summary.html", "junit.xml", "allure-results", "cases", "MANIFEST.sha256", "allurerc.mjs"} <= names


def test_failed_is_exit_1_and_says_why(tmp_path):
    done = cases("--ocpp-select=TC_C_06_CSMS", "--ocpp-defect=token-status-ignored", cwd=tmp_path)
    assert done.returncode == 1
    for word in ("C01.FR.07", "expected: idTokenInfo.status = 'Blocked'", "received:"):
        assert word in done.stdout
    end = done.stdout.partition("security profile 0: reference CSMS")[2]
    assert re.search(r"Causes\n  C1 +1 x  C01\.FR\.07: .*(\n +.*)?\n +TC_C_06_CSMS\n", end)
    assert "FAIL TC_C_06_CSMS (C1): C01.FR.07" in end


def test_inconclusive_is_exit_1(tmp_path):
    sut = tmp_path / "down.toml"
    sut.write_text(
        '[sut]\nrole = "csms"\nocpp = ["2.0.1"]\n[connection]\nurl = "ws://127.0.0.1:9/ocpp"\n'
        "[values]\nmessage_timeout = 2\n"
    )
    done = cases("--ocpp-select=TC_B_01_CSMS", cwd=tmp_path, sut=sut)
    assert done.returncode == 1
    assert "cannot be reached" in done.stdout
    assert "connection.url" in done.stdout
    assert only_run(tmp_path)[1]["verdict"] == "inconclusive"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--ocpp-sut=nowhere.toml"], "cannot be read"),
        (["--ocpp-security-profile=7"], "must be 0, 1, 2 or 3"),
        (["--ocpp-version=3.0"], "not among sut.ocpp"),
        (["--ocpp-select=TC_E_* or"], "--select"),
        (["--ocpp-defect=no-such-defect"], "no defect"),
    ],
)
def test_usage_is_exit_4(tmp_path, arguments, message):
    done = cases(*arguments, cwd=tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_nothing_selected_is_exit_5(tmp_path):
    assert cases("--ocpp-select=TC_ZZ_*", cwd=tmp_path).returncode == 5


def test_not_run_is_shown_with_the_reason(tmp_path):
    done = cases("--ocpp-select=TC_A_08_CSMS", "-rs", cwd=tmp_path)
    assert done.returncode == 1  # nothing was judged
    assert "not run: is about security profile 3; this run uses 0" in done.stdout
    assert "nothing was judged: of 1 cases 0 not applicable, 1 not run" in done.stdout
    _, data = only_run(tmp_path)
    assert (data["verdict"], [c["verdict"] for c in data["cases"]]) == ("inconclusive", ["not run"])


def test_not_applicable_is_what_the_product_does_not_claim(tmp_path):
    for name, security_profiles, condition in (("no-profile", "[0, 1, 2]", "connection"), ("all", "[0, 1, 2, 3]", "")):
        sut = tmp_path / f"{name}.toml"
        text = CSMS.read_text().replace('"Advanced Security", ', "").replace('"ISO 15118 Support", ', "")
        sut.write_text(text.replace("[connection]", f"[connection]\nsecurity_profiles = {security_profiles}"))
        select = "X_TLS_05_CSMS or TC_C_06_CSMS"
        done = cases(
            f"--ocpp-select={select}", "-rs", f"--ocpp-report={name}", cwd=tmp_path, sut=sut, where="ocpp_testcases"
        )
        assert done.returncode == 0, done.stdout
        word = "not applicable" if condition else "not run"
        assert f"{word}: is about security profile 3; this run uses 0" in done.stdout
        assert ("the product covers 0, 1, 2 (connection.security_profiles)" in done.stdout) == bool(condition)


def test_what_disturbs_is_not_run_without_permission(tmp_path):
    sut = tmp_path / "sut.toml"
    text = CSMS.read_text().replace('use = ["reference"]', 'use = ["manual"]')
    sut.write_text(text.replace("[connection]", '[connection]\nurl = "ws://127.0.0.1:9/ocpp"'))
    done = cases("--ocpp-select=X_SIM_08_CSMS", cwd=tmp_path, sut=sut, where="ocpp_testcases")
    assert done.returncode == 1
    _, data = only_run(tmp_path)
    assert {c["verdict"] for c in data["cases"]} == {"not run"}
    assert "--allow-disruptive" in data["cases"][0]["reason"]


def test_a_port_in_use_is_said(tmp_path, unused_tcp_port):
    import socket

    with socket.create_server(("127.0.0.1", unused_tcp_port)):
        sut = tmp_path / "station.toml"
        sut.write_text(
            '[sut]\nrole = "station"\nocpp = ["2.0.1"]\n[connection]\n'
            f'listen = "ws://127.0.0.1:{unused_tcp_port}/ocpp"\n[features]\n"C-30" = true\n'
        )
        done = cases("--ocpp-select=TC_E_03_CS", cwd=tmp_path, sut=sut)
    assert done.returncode == 4
    assert "connection.listen" in done.stdout + done.stderr


def test_known_failures_and_their_expiry(tmp_path):
    for expires, code in (("2999-01-01", 0), ("2020-01-01", 1)):
        sut = tmp_path / f"{expires}.toml"
        entry = f'[[known]]\ncase = "TC_C_06_CSMS"\nreason = "ticket 7"\nexpires = "{expires}"\n\n'
        sut.write_text(entry + CSMS.read_text())
        done = cases("--ocpp-select=TC_C_06_CSMS", "--ocpp-defect=token-status-ignored", cwd=tmp_path, sut=sut)
        assert done.returncode == code, done.stdout


def test_a_known_failure_that_passes_fails_the_run(tmp_path):
    sut = tmp_path / "sut.toml"
    sut.write_text(
        '[[known]]\ncase = "TC_C_06_CSMS"\nreason = "ticket 7"\nexpires = "2999-01-01"\n\n' + CSMS.read_text()
    )
    done = cases("--ocpp-select=TC_C_06_CSMS", cwd=tmp_path, sut=sut)
    assert done.returncode == 1
    assert "not needed any more" in done.stdout
    folder, data = only_run(tmp_path)
    assert data["verdict"] == "fail"
    assert "[[known]] TC_C_06_CSMS" in (folder / "junit.xml").read_text()


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            'case = "TC_C_06_CSMS"\nexpires = "31.12.2025"',
            "[[known]] 1 (TC_C_06_CSMS): expires = '31.12.2025' is no date",
        ),
        ('case = "TC_C_06_CSMS"\nexpires = "tomorrow"', "expires = 'tomorrow' is no date"),
        ('case = "TC_C_6_CSMS"\nexpires = 2999-01-01', "'TC_C_6_CSMS' is no case; did you mean 'TC_C_06_CSMS'?"),
        ('case = "TC_C_6*"\nexpires = 2999-01-01', "'TC_C_6*' is no case"),
        ('case = "TC_C_06_CSMS"\nexpires = 2999-01-01\nocpp = "2.2"', "ocpp = '2.2' is not among"),
    ],
)
def test_a_wrong_entry_of_known_is_named(tmp_path, entry, message):
    sut = tmp_path / "sut.toml"
    sut.write_text(f'[[known]]\nreason = "ticket 7"\n{entry}\n\n' + CSMS.read_text())
    done = cases("--ocpp-select=TC_C_06_CSMS", cwd=tmp_path, sut=sut)
    assert done.returncode == 4, done.stdout
    assert message in done.stdout + done.stderr


def test_a_known_failure_by_a_glob_and_a_date_of_toml(tmp_path):
    sut = tmp_path / "sut.toml"
    sut.write_text('[[known]]\ncase = "TC_C_0*"\nreason = "ticket 7"\nexpires = 2999-01-01\n\n' + CSMS.read_text())
    done = cases("--ocpp-select=TC_C_*", "--ocpp-defect=token-status-ignored", cwd=tmp_path, sut=sut)
    assert done.returncode == 0, done.stdout
    verdicts = {c["id"]: c["verdict"] for c in only_run(tmp_path)[1]["cases"]}
    assert verdicts == {"TC_C_02_CSMS": "pass", "TC_C_06_CSMS": "known"}


def test_the_seed_repeats_a_run(tmp_path):
    tokens = []
    for folder in ("a", "b"):
        cases("--ocpp-select=TC_C_02_CSMS", "--ocpp-seed=7", f"--ocpp-report={folder}", cwd=tmp_path)
        wire = next((tmp_path / folder).glob("*/cases/TC_C_02_CSMS/wire.jsonl")).read_text()
        sent = [json.loads(line) for line in wire.splitlines() if '"Authorize\\"' in line]
        tokens.append([json.loads(r["data"])[3] for r in sent if r["direction"] == "out"])
    assert tokens[0]
    assert tokens[0] == tokens[1]


def test_xdist_gives_the_same_verdicts(tmp_path):
    done = cases("--ocpp-select=TC_C_*", "-n2", cwd=tmp_path)
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
    done = run([f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out", "-n2"], tmp_path)
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
    done = cases("--ocpp-select=TC_C_*", "-n2", cwd=tmp_path, sut=sut)
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
    for workers in ((), ("-n1",)):
        done = cases("--ocpp-select=TC_C_02_CSMS", *workers, cwd=tmp_path)
        assert done.returncode == 4, done.stdout + done.stderr
        assert "--report out: no folder can be made there" in done.stdout + done.stderr


def test_a_run_that_cannot_begin_leaves_no_folder(tmp_path):
    done = cases("--ocpp-select=TC_C_02_CSMS", "--ocpp-defect=nono", cwd=tmp_path)
    assert done.returncode == 4
    assert "verdict of the run" not in done.stdout
    assert not (tmp_path / "out").exists()


def test_a_worker_that_dies_is_a_problem_of_the_run(tmp_path):
    (tmp_path / "test_cut.py").write_text(textwrap.dedent(CASES.replace("{signal}", "SIGKILL")))
    done = run([f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out", "-n1"], tmp_path)
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
    done = run([f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out"], tmp_path)
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


def test_cases_run_ahead_of_each_other(tmp_path):
    (tmp_path / "test_ahead.py").write_text(
        textwrap.dedent("""
        import asyncio
        from ocpp_proof import case, check
        BARRIER = asyncio.Barrier(2)

        @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="one")
        async def test_one(station):
            await BARRIER.wait()
            check("survival", True, expected="both run at once", received="yes")

        @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="two")
        async def test_two(station):
            await BARRIER.wait()
            check("survival", True, expected="both run at once", received="yes")
    """)
    )
    done = run([f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out"], tmp_path)
    assert done.returncode == 0, done.stdout


def test_a_bug_of_ours_is_inconclusive_with_its_traceback(tmp_path):
    (tmp_path / "test_bug.py").write_text(
        textwrap.dedent("""
        from ocpp_proof import case
        @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="bug")
        async def test_bug(station):
            {}["nothing"]
    """)
    )
    done = run([f"--ocpp-sut={CSMS}", "--ocpp-version=2.0.1", "--ocpp-report=out"], tmp_path)
    assert done.returncode == 1
    assert "The harness itself stopped: KeyError" in done.stdout


def test_a_key_that_does_not_belong_to_its_certificate_is_said(tmp_path):
    from ocpp_certs import Pki

    pki, other = Pki.create(tmp_path / "pki"), Pki.create(tmp_path / "other")
    assert pki.csms != other.csms
    (tmp_path / "pki" / "csms.key").write_bytes((tmp_path / "other" / "csms.key").read_bytes())
    sut = tmp_path / "sut.toml"
    sut.write_text(CSMS.read_text().replace("security_profile = 0", 'security_profile = 3\npki = "pki"'))
    done = cases("--ocpp-select=TC_C_06_CSMS", cwd=tmp_path, sut=sut)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "does not belong to the certificate csms.pem" in done.stdout + done.stderr


def test_a_station_that_never_connects_is_said_once_and_stops_the_run(tmp_path, unused_tcp_port):
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    text = text.replace('use = ["reference"]', 'use = ["manual"]').replace("long_timeout = 10", "long_timeout = 0.3")
    sut.write_text(text.replace("[connection]", f'[connection]\nlisten = "ws://127.0.0.1:{unused_tcp_port}/ocpp"'))
    done = cases("--ocpp-select=TC_E_* or edge", cwd=tmp_path, sut=sut, where="ocpp_testcases")
    assert done.returncode == 1
    assert "did not connect within 0.3 s" in done.stdout
    assert "is it pointed at this address?" in done.stdout
    _, data = only_run(tmp_path)
    reasons = [c["reason"] for c in data["cases"]]
    assert [r for r in reasons if "no driver (manual) can do: power_cycle" in r and r.endswith("not tried")], reasons


def test_how_many_cases_no_driver_can_be_had_for_is_said_before_and_after(tmp_path, unused_tcp_port, monkeypatch):
    (tmp_path / "plugs_in.py").write_text("class Driver:\n    def plug_in(self, **_):\n        pass\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    text = text.replace('use = ["reference"]', 'use = ["python"]\npython = "plugs_in:Driver"')
    text = text.replace("long_timeout = 10", "long_timeout = 0.3")
    sut.write_text(text.replace("[connection]", f'[connection]\nlisten = "ws://127.0.0.1:{unused_tcp_port}/ocpp"'))
    only = ["--ocpp-select=TC_001_CS or TC_002_CS or TC_062_CS", "--ocpp-version=1.6", "--ocpp-only-automatic"]
    done = cases(*only, cwd=tmp_path, sut=sut, where="ocpp_testcases")
    assert done.stdout.count("2 of 3 not tried: no driver for power_cycle (2)") == 1, done.stdout + done.stderr
    folder, data = only_run(tmp_path)
    assert data["not_tried"] == "2 of 3 not tried: no driver for power_cycle (2)"
    assert data["not_tried"] in (folder / "summary.html").read_text()
    assert {c["id"]: c["verdict"] for c in data["cases"]} == {
        "TC_001_CS": "not run",
        "TC_002_CS": "not run",
        "TC_062_CS": "inconclusive",
    }
