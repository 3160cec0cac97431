"""`ocpp-proof readiness DIR...` and `compare --gate` on the folders of runs."""

import json
import shlex

import pytest
from ocpp_proof import cli
from ocpp_reports.bundle import Bundle
from ocpp_reports.model import CaseResult, OfficialCase, RunResult, Verdict, WireRecord

ANY, TLS, ELSEWHERE = "TC_B_01_CS", "TC_A_04_CS", "TC_Z_99_CS"


def boot(firmware):
    named = {"vendorName": "Acme", "model": "M1", "firmwareVersion": firmware}
    return [2, "1", "BootNotification", {"reason": "PowerUp", "chargingStation": named}]


def evidence(folder, verdicts, *, at=2, started=1.0, firmware="1.0", ocpp="2.0.1", versions=("2.0.1",), **fields):
    """A settled run: what became of each case, by id."""
    run = RunResult(
        "M1", "station", ocpp, at, started=started, sut_file="bench one/sut.toml", vendor="Acme", model="M1"
    )
    run.versions, run.claimed_profiles, run.security_profiles = [*versions], ["Core"], [2, 3]
    run.official = [
        OfficialCase(ANY, "t", ["Core"], True, True),
        OfficialCase(TLS, "t", ["Core"], True, True, security_profiles=[2, 3]),
    ]
    for id, verdict in verdicts.items():
        case = CaseResult(id, "t", ocpp, at, "station", "M1", verdict, "why", started=1.0)
        case.wire = [WireRecord(1.0, "in", "text", json.dumps(boot(firmware)))] if firmware else []
        run.cases.append(case)
    for name, value in fields.items():
        setattr(run, name, value)
    bundle = Bundle.create(folder, run)
    for case in run.cases:
        bundle.case_finished(case)
    bundle.settle(run)
    return str(bundle.path)


def readiness(capsys, *arguments):
    code = cli.main(["readiness", *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_ready_over_several_runs(tmp_path, capsys):
    at_two = evidence(tmp_path, {ANY: Verdict.PASS, TLS: Verdict.PASS})
    code, said = readiness(capsys, at_two)
    assert code == 1
    assert f"open: {TLS} (1): not run at security profile 3" in said
    wanted = ["ocpp-proof", "run", "--sut", "bench one/sut.toml", "--ocpp", "2.0.1", "--security-profile", "3"]
    command = shlex.join([*wanted, "--select", TLS])
    assert command in said
    evidence(tmp_path, {TLS: Verdict.PASS}, at=3, started=2.0)
    code, said = readiness(capsys, str(tmp_path))  # a folder of runs
    assert (code, "Core: READY" in said, "everything that it claims is ready" in said) == (0, True, True)


def test_every_group_has_its_command(tmp_path, capsys):
    everything = {ANY: Verdict.FAIL, TLS: Verdict.NOT_RUN, "TC_C_02_CS": Verdict.INCONCLUSIVE}
    names = (ANY, TLS, "TC_C_02_CS", ELSEWHERE)
    official = [OfficialCase(id, "t", ["Core"], True, True, in_release=id != ELSEWHERE) for id in names]
    folder = evidence(tmp_path, everything, official=official)
    code, said = readiness(capsys, folder, "--sut", "new.toml")
    assert code == 1
    commands = [line.split("--select ")[1] for line in said.splitlines() if "ocpp-proof run --sut new.toml" in line]
    assert commands == [ANY, "TC_C_02_CS", TLS]
    assert f"open: {ELSEWHERE} (1): not in this release" in said


def test_what_disturbs_needs_its_permission_in_the_command(tmp_path, capsys):
    folder = evidence(tmp_path, {ANY: Verdict.PASS, TLS: Verdict.PASS})
    run = json.loads((tmp_path / folder / "run.json").read_text())
    assert run["cases"]
    result = tmp_path / folder / "cases" / ANY / "result.json"
    told = json.loads(result.read_text()) | {"verdict": "not run", "reason": "run it with --allow-disruptive"}
    result.write_text(json.dumps(told))
    assert f"--select {ANY} --allow-disruptive" in readiness(capsys, folder)[1]


def test_json(tmp_path, capsys):
    folder = evidence(tmp_path, {ANY: Verdict.FAIL, TLS: Verdict.PASS})
    code, said = readiness(capsys, folder, "--json")
    data = json.loads(said)
    assert (code, data["ready"], data["product"]) == (1, False, "Acme M1 1.0 (by BootNotification)")
    (core,) = data["versions"][0]["profiles"]
    assert core["failed"] == [{"id": ANY, "reason": "why", "security_profile": 2}]
    assert core["open"] == [{"id": TLS, "reason": "not run at security profile 3", "security_profile": 3}]
    assert (core["demands"], core["ran_at"], core["state"], len(core["commands"])) == ([2, 3], [2], "not ready", 2)


def test_a_version_that_was_never_run_is_not_ready(tmp_path, capsys):
    folders = [
        evidence(tmp_path, {ANY: Verdict.PASS, TLS: Verdict.PASS}, at=at, versions=("2.0.1", "2.1")) for at in (2, 3)
    ]
    code, said = readiness(capsys, *folders)
    assert (code, "Core: READY" in said) == (1, True)
    assert "no run of this version" in said
    assert "--ocpp 2.1" in said


def test_who_claims_no_profile_is_not_ready(tmp_path, capsys):
    code, said = readiness(capsys, evidence(tmp_path, {ANY: Verdict.PASS}, claimed_profiles=[]))
    assert (code, "claims no certification profile" in said) == (1, True)


def test_what_the_newest_run_does_not_claim_any_more_is_said(tmp_path, capsys):
    """A failure goes from the count when the feature goes from sut.toml: who reads it has to know."""
    done = {ANY: Verdict.PASS, TLS: Verdict.PASS}
    listed = [
        OfficialCase(ANY, "t", ["Core"], True, True),
        OfficialCase("TC_H_01_CS", "t", ["Reservation"], True, True),
    ]
    evidence(tmp_path, done | {"TC_H_01_CS": Verdict.FAIL}, claimed_profiles=["Core", "Reservation"], official=listed)
    newer = evidence(tmp_path, done, started=2.0, official=listed[:1])
    code, said = readiness(capsys, str(tmp_path))
    assert code == 0
    assert (
        "claimed in an older run, and not in the newest, whose claims count: Reservation, what TC_H_01_CS (1)" in said
    )
    assert "older run" not in readiness(capsys, newer)[1]


def test_unlike_products_are_refused(tmp_path, capsys):
    folders = [evidence(tmp_path, {ANY: Verdict.PASS}, firmware=firmware) for firmware in ("1.0", "1.1")]
    code, said = readiness(capsys, *folders)
    assert code == 4
    assert "Acme M1 1.0 (by BootNotification) and Acme M1 1.1 (by BootNotification)" in said


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_folder_without_a_run_is_refused(tmp_path, capsys, name):
    code, said = readiness(capsys, str(tmp_path / name))
    assert (code, "is no folder of a run" in said) == (4, True)


def test_the_gate(tmp_path, capsys):
    before = evidence(tmp_path, {ANY: Verdict.PASS, TLS: Verdict.PASS})
    after = evidence(tmp_path, {ANY: Verdict.NOT_APPLICABLE})
    assert cli.main(["compare", before, after]) == 0  # for reading
    assert cli.main(["compare", before, after, "--gate"]) == 1
    said = capsys.readouterr().out
    assert f"  {ANY}: not applicable" in said
    assert f"  {TLS}: gone" in said
    assert cli.main(["compare", after, before, "--gate"]) == 0
    other = evidence(tmp_path, {ANY: Verdict.PASS}, at=3)
    for more in ([], ["--gate"]):
        assert cli.main(["compare", before, other, *more]) == 4
        assert "cannot be compared: security profile 2 and 3" in capsys.readouterr().err
