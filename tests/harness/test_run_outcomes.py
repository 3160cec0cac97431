"""What a run says and ends with, by sut.toml and the options, where the process that it is in does not matter."""

import json
import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_reports.case_files import read_wire

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import CSMS, EXAMPLES, here, of_cases, of_files, only_run, process


def test_inconclusive_is_exit_1(tmp_path):
    sut = tmp_path / "down.toml"
    sut.write_text(
        '[sut]\nrole = "csms"\nocpp = ["2.0.1"]\n[connection]\nurl = "ws://127.0.0.1:9/ocpp"\n'
        "[values]\nmessage_timeout = 2\n"
    )
    done = here(of_cases("--ocpp-select=TC_B_01_CSMS", sut=sut), tmp_path)
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
    done = here(of_cases(*arguments), tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert message in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_nothing_selected_is_exit_5(tmp_path):
    assert here(of_cases("--ocpp-select=TC_ZZ_*"), tmp_path).returncode == 5


def test_not_run_is_shown_with_the_reason(tmp_path):
    done = here(of_cases("--ocpp-select=TC_A_08_CSMS", "-rs"), tmp_path)
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
        done = here(
            of_cases(f"--ocpp-select={select}", "-rs", f"--ocpp-report={name}", sut=sut, where="ocpp_testcases"),
            tmp_path,
        )
        assert done.returncode == 0, done.stdout
        word = "not applicable" if condition else "not run"
        assert f"{word}: is about security profile 3; this run uses 0" in done.stdout
        assert ("the product covers 0, 1, 2 (connection.security_profiles)" in done.stdout) == bool(condition)


def test_what_disturbs_is_not_run_without_permission(tmp_path):
    sut = tmp_path / "sut.toml"
    text = CSMS.read_text().replace('use = ["reference"]', 'use = ["manual"]')
    sut.write_text(text.replace("[connection]", '[connection]\nurl = "ws://127.0.0.1:9/ocpp"'))
    done = here(of_cases("--ocpp-select=X_SIM_08_CSMS", sut=sut, where="ocpp_testcases"), tmp_path)
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
        done = here(of_cases("--ocpp-select=TC_E_03_CS", sut=sut), tmp_path)
    assert done.returncode == 4
    assert "connection.listen" in done.stdout + done.stderr


def test_a_run_that_cannot_begin_leaves_no_folder(tmp_path):
    done = here(of_cases("--ocpp-select=TC_C_02_CSMS", "--ocpp-defect=nono"), tmp_path)
    assert done.returncode == 4
    assert "verdict of the run" not in done.stdout
    assert not (tmp_path / "out").exists()


def test_known_failures_and_their_expiry(tmp_path):
    for expires, code in (("2999-01-01", 0), ("2020-01-01", 1)):
        sut = tmp_path / f"{expires}.toml"
        entry = f'[[known]]\ncase = "TC_C_06_CSMS"\nreason = "ticket 7"\nexpires = "{expires}"\n\n'
        sut.write_text(entry + CSMS.read_text())
        done = here(of_cases("--ocpp-select=TC_C_06_CSMS", "--ocpp-defect=token-status-ignored", sut=sut), tmp_path)
        assert done.returncode == code, done.stdout


def test_a_known_failure_that_passes_fails_the_run(tmp_path):
    sut = tmp_path / "sut.toml"
    sut.write_text(
        '[[known]]\ncase = "TC_C_06_CSMS"\nreason = "ticket 7"\nexpires = "2999-01-01"\n\n' + CSMS.read_text()
    )
    done = here(of_cases("--ocpp-select=TC_C_06_CSMS", sut=sut), tmp_path)
    assert done.returncode == 1
    assert "not needed any more" in done.stdout
    folder, data = only_run(tmp_path)
    assert data["verdict"] == "fail"
    assert "[[known]] TC_C_06_CSMS" in (folder / "junit.xml").read_text()


def test_a_known_failure_by_a_glob_and_a_date_of_toml(tmp_path):
    sut = tmp_path / "sut.toml"
    sut.write_text('[[known]]\ncase = "TC_C_0*"\nreason = "ticket 7"\nexpires = 2999-01-01\n\n' + CSMS.read_text())
    done = here(of_cases("--ocpp-select=TC_C_02* or TC_C_06*", "--ocpp-defect=token-status-ignored", sut=sut), tmp_path)
    assert done.returncode == 0, done.stdout
    verdicts = {c["id"]: c["verdict"] for c in only_run(tmp_path)[1]["cases"]}
    assert verdicts == {"TC_C_02_CSMS": "pass", "TC_C_06_CSMS": "known"}


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
    done = here(of_cases("--ocpp-select=TC_C_06_CSMS", sut=sut), tmp_path)
    assert done.returncode == 4, done.stdout
    assert message in done.stdout + done.stderr


def test_the_seed_repeats_a_run(tmp_path):
    tokens = []
    for run, folder in ((here, "a"), (process, "b")):  # whose hashes of texts differ
        run(of_cases("--ocpp-select=TC_C_02_CSMS", "--ocpp-seed=7", f"--ocpp-report={folder}"), tmp_path)
        wire = "\n".join(read_wire(next((tmp_path / folder).glob("*/cases/TC_C_02_CSMS"))))
        sent = [json.loads(line) for line in wire.splitlines() if '"Authorize\\"' in line]
        tokens.append([json.loads(r["data"])[3] for r in sent if r["direction"] == "out"])
    assert tokens[0]
    assert tokens[0] == tokens[1]


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
    done = here(of_files(), tmp_path)
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
    done = here(of_files(), tmp_path)
    assert done.returncode == 1
    assert "The harness itself stopped: KeyError" in done.stdout


def test_a_key_that_does_not_belong_to_its_certificate_is_said(tmp_path):
    from ocpp_certs import Pki

    pki, other = Pki.create(tmp_path / "pki"), Pki.create(tmp_path / "other")
    assert pki.csms != other.csms
    (tmp_path / "pki" / "csms.key").write_bytes((tmp_path / "other" / "csms.key").read_bytes())
    sut = tmp_path / "sut.toml"
    sut.write_text(CSMS.read_text().replace("security_profile = 0", 'security_profile = 3\npki = "pki"'))
    done = here(of_cases("--ocpp-select=TC_C_06_CSMS", sut=sut), tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "does not belong to the certificate csms.pem" in done.stdout + done.stderr


def test_a_station_that_never_connects_is_said_once_and_stops_the_run(tmp_path, unused_tcp_port):
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    text = text.replace('use = ["reference"]', 'use = ["manual"]').replace("long_timeout = 10", "long_timeout = 0.3")
    sut.write_text(text.replace("[connection]", f'[connection]\nlisten = "ws://127.0.0.1:{unused_tcp_port}/ocpp"'))
    done = here(of_cases("--ocpp-select=TC_E_* or edge", sut=sut, where="ocpp_testcases"), tmp_path)
    assert done.returncode == 1
    assert "did not connect within 0.3 s" in done.stdout
    assert "is it pointed at this address?" in done.stdout
    _, data = only_run(tmp_path)
    reasons = [c["reason"] for c in data["cases"]]
    assert [r for r in reasons if "no driver (manual) can do: power_cycle" in r and r.endswith("not tried")], reasons


def test_how_many_cases_no_driver_can_be_had_for_is_said_before_and_after(tmp_path, unused_tcp_port, monkeypatch):
    (tmp_path / "plugs_in.py").write_text("class Driver:\n    def plug_in(self, **_):\n        pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    sut = tmp_path / "sut.toml"
    text = (EXAMPLES / "reference-station.toml").read_text()
    text = text.replace('use = ["reference"]', 'use = ["python"]\npython = "plugs_in:Driver"')
    text = text.replace("long_timeout = 10", "long_timeout = 0.3")
    sut.write_text(text.replace("[connection]", f'[connection]\nlisten = "ws://127.0.0.1:{unused_tcp_port}/ocpp"'))
    only = ["--ocpp-select=TC_001_CS or TC_002_CS or TC_062_CS", "--ocpp-version=1.6", "--ocpp-only-automatic"]
    done = here(of_cases(*only, sut=sut, where="ocpp_testcases"), tmp_path)
    assert done.stdout.count("2 of 3 not tried: no driver for power_cycle (2)") == 1, done.stdout + done.stderr
    folder, data = only_run(tmp_path)
    assert data["not_tried"] == "2 of 3 not tried: no driver for power_cycle (2)"
    assert data["not_tried"] in (folder / "summary.html").read_text()
    assert {c["id"]: c["verdict"] for c in data["cases"]} == {
        "TC_001_CS": "not run",
        "TC_002_CS": "not run",
        "TC_062_CS": "inconclusive",
    }
