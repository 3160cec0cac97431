"""`ocpp-proof` itself: help, version, what was not well once more, ids in any case; the plugin without a system."""

import sys
from pathlib import Path

import pytest
from ocpp_proof import __version__, cli
from ocpp_proof.cases.errors import ConfigurationError
from ocpp_proof.commands import run as run_command
from ocpp_proof.commands.last_failed import last_failed, only
from ocpp_proof.run.listening import address_for_station
from ocpp_proof.sut.config import load
from ocpp_reports.bundle import Bundle
from ocpp_reports.model import CaseResult, CheckRecord, RunResult, Verdict

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import CSMS, EXAMPLES, here, of_cases


def test_bare_is_help(capsys):
    assert cli.main([]) == 4
    assert "readiness" in capsys.readouterr().out


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ocpp-proof {__version__}\n"


def test_an_id_is_found_in_any_case_and_a_wrong_one_has_near_ones(capsys):
    assert cli.main(["show", "tc_c_06_csms"]) == 0
    assert capsys.readouterr().out.startswith("TC_C_06_CSMS ")
    assert cli.main(["show", "tc_c_6_csms"]) == 4
    told = capsys.readouterr().err.partition("did you mean ")[2].rstrip("?\n").split(" or ")
    assert "TC_C_06_CSMS" in told
    assert len(told) == len(set(told))


def test_cases_without_a_system_are_refused_in_one_sentence(tmp_path):
    done = here(["-q", "--pyargs", "ocpp_testcases.ocpp2.csms.c_authorization"], tmp_path)
    assert done.returncode == 4
    assert [line for line in done.stdout.splitlines() if "need a system under test: --ocpp-sut FILE" in line]
    assert "Traceback" not in done.stdout
    assert (
        here(["-q", "--collect-only", "--pyargs", "ocpp_testcases.ocpp2.csms.c_authorization"], tmp_path).returncode
        == 0
    )


def test_an_id_is_a_keyword_of_pytest(tmp_path):
    done = here(of_cases("-k", "tc_c_06_csms"), tmp_path)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def evidence(folder, verdicts, *, started=1.0, findings=(), **fields):
    sut = load(CSMS)
    run = RunResult(sut.name, "csms", "2.0.1", 0, started=started, verdict=Verdict.FAIL)
    for name, value in fields.items():
        setattr(run, name, value)
    for id, verdict in verdicts.items():
        case = CaseResult(id, "t", "2.0.1", 0, "csms", sut.name, verdict, started=started)
        case.findings = [CheckRecord("r", "MUST", Verdict.FAIL, "", "", "rule X")] if id in findings else []
        run.cases.append(case)
    bundle = Bundle.create(folder, run)
    for case in run.cases:
        bundle.case_finished(case)
    bundle.settle(run)


BAD = {
    "TC_A": Verdict.FAIL,
    "TC_B": Verdict.INCONCLUSIVE,
    "TC_C": Verdict.PASS,
    "TC_D": Verdict.PASS,
    "TC_E": Verdict.KNOWN,
}


def test_the_newest_run_of_the_same_system_counts(tmp_path):
    evidence(tmp_path, {"TC_OLD": Verdict.FAIL}, started=1.0)
    evidence(tmp_path, BAD, started=2.0, findings=["TC_D"])
    evidence(tmp_path, {"TC_OTHER": Verdict.FAIL}, started=3.0, sut="another")
    evidence(tmp_path, {"TC_OTHER": Verdict.FAIL}, started=3.0, security_profile=2)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    assert last_failed(tmp_path, load(CSMS), "2.0.1", 0) == ["TC_A", "TC_B", "TC_D"]
    with pytest.raises(ConfigurationError, match="holds no run of"):
        last_failed(tmp_path, load(CSMS), "2.1", 0)


def test_what_was_not_well_is_run_of_what_is_selected(tmp_path, monkeypatch):
    evidence(tmp_path, BAD)
    started = []
    monkeypatch.setattr(run_command.Processes, "run", lambda self, command, **_: (started.append(command), (0, ""))[1])
    arguments = ["run", "--sut", str(CSMS), "--ocpp", "2.0.1", "--report", str(tmp_path), "--last-failed"]
    assert cli.main([*arguments, "--select", "TC_*"]) == 0
    assert started[0][-1] == "--ocpp-select=(TC_*) and (TC_A or TC_B)"
    assert only(["TC_A"], None) == "TC_A"


def test_everything_was_well(tmp_path, capsys):
    evidence(tmp_path, {"TC_A": Verdict.PASS})
    arguments = ["run", "--sut", str(CSMS), "--ocpp", "2.0.1", "--report", str(tmp_path), "--last-failed"]
    assert cli.main(arguments) == 5
    assert "everything was well" in capsys.readouterr().out


def test_where_a_station_is_waited_for(tmp_path):
    file = tmp_path / "sut.toml"
    file.write_text(
        '[sut]\nname = "M1"\nrole = "station"\nocpp = ["2.0.1"]\n'
        '[connection]\nlisten = "ws://192.0.2.1:9000/ocpp"\nidentity = "CS001"\nsecurity_profile = 0\n'
        '[driver]\nuse = ["manual"]\n'
    )
    assert address_for_station(load(file)) == "ws://192.0.2.1:9000/ocpp/CS001"
    assert address_for_station(load(EXAMPLES / "reference-station.toml")) == ""
    assert address_for_station(load(CSMS)) == ""
