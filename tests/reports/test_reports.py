"""Everything that is written from the evidence."""

import hashlib
import html
import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from ocpp_reports import allure
from ocpp_reports.bundle import Bundle, load
from ocpp_reports.compare import compare, text
from ocpp_reports.junit import junit
from ocpp_reports.model import (
    CaseResult,
    CheckRecord,
    RuleResult,
    RunResult,
    StepRecord,
    Verdict,
    WireRecord,
    case_from_json,
    run_from_json,
    to_json,
)
from ocpp_reports.overview import table
from ocpp_reports.sequence import label
from ocpp_reports.summary import page

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>\x00\x1b"


def check(verdict=Verdict.PASS, requirement="B01.FR.02"):
    return CheckRecord(requirement, "MUST", verdict, "expected it", "received that", "", 1.0)


def case(id="TC_B_01_CSMS", verdict=Verdict.PASS, **fields):
    scenario = StepRecord(
        "scenario", kind="root", steps=[StepRecord("a step", checks=[check(verdict)], verdict=verdict)]
    )
    wire = [
        WireRecord(1.0, "out", "text", '[2,"1","BootNotification",{"reason":"PowerUp"}]'),
        WireRecord(1.1, "in", "text", '[3,"1",{"status":"Accepted"}]'),
    ]
    why = "why" if verdict is not Verdict.PASS else ""
    defaults = {"reason": why, "profiles": ["Core"], "block": "B Provisioning"}
    return CaseResult(
        id,
        "Cold boot",
        "2.0.1",
        0,
        "csms",
        "Acme",
        verdict,
        **{"scenario": scenario, "wire": wire, "started": 1.0, **defaults, **fields},
    )


def run(*cases, **fields):
    return RunResult("Acme", "csms", "2.0.1", 0, started=1.0, ended=2.0, cases=list(cases), **fields)


def test_a_result_survives_json():
    original = case(verdict=Verdict.FAIL)
    assert case_from_json(json.loads(json.dumps(to_json(original)))) == original


def test_the_page_escapes_whatever_came_from_the_sut():
    hostile = case(
        verdict=Verdict.FAIL,
        reason=HOSTILE,
        summary=HOSTILE,
        wire=[WireRecord(1.0, "in", "text", HOSTILE), WireRecord(1.0, "in", "text", f'[2,"1","{HOSTILE}",{{}}]')],
        not_judged=[("X", HOSTILE)],
        parameters={"case": HOSTILE},
        scenario=StepRecord(HOSTILE, steps=[StepRecord(HOSTILE, error=HOSTILE, checks=[check(Verdict.FAIL, HOSTILE)])]),
    )
    html = page(run(hostile, sut_file=HOSTILE, vendor=HOSTILE, problems=[HOSTILE]))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("<script>") == 1


def test_the_page_says_how_to_run_a_case_again():
    told = ["-p", "ocpp_proof.plugin", "--ocpp-sut=my sut.toml", "--ocpp-allow-disruptive", "--ocpp-defect=slow-boot"]
    failed, passed = case("TC_B_01_CSMS", verdict=Verdict.FAIL), case("TC_B_02_CSMS")
    text = html.unescape(page(run(failed, passed, seed=4711, sut_file="my sut.toml", command=told)))
    assert (
        "<code>ocpp-proof run --sut 'my sut.toml' --ocpp 2.0.1 --security-profile 0 --seed 4711 --select TC_B_01_CSMS "
        "--allow-disruptive --defect slow-boot</code>"
    ) in text
    assert "--select TC_B_02_CSMS" not in text


def test_the_page_stands_alone():
    html = page(run(case()))
    assert not re.findall(r"(?:src|href)\s*=(?!\"#)", html)
    assert "http" not in re.sub(r"http-equiv", "", html)


@pytest.mark.parametrize(
    ("verdict", "tag"),
    [
        (Verdict.PASS, None),
        (Verdict.WARN, "system-out"),
        (Verdict.FAIL, "failure"),
        (Verdict.INCONCLUSIVE, "error"),
        (Verdict.NOT_APPLICABLE, "skipped"),
        (Verdict.KNOWN, "skipped"),
    ],
)
def test_junit(verdict, tag):
    root = ElementTree.fromstring(junit(run(case(verdict=verdict, reason=HOSTILE))))
    item = root.find("testsuite/testcase")
    assert [child.tag for child in item if child.tag != "properties"] == ([tag] if tag else [])
    assert root.find("testsuite").get("tests") == "1"


def test_a_broken_rule_is_a_junit_failure():
    rule = RuleResult("RULE_SCHEMA", "schema", Verdict.FAIL, [check(Verdict.FAIL)], ["TC_X"])
    root = ElementTree.fromstring(junit(run(case(), rules=[rule])))
    assert root.find("testsuite").get("failures") == "1"
    assert root.find(".//failure").get("message").startswith("1 findings; TC_X: ")


def test_a_broken_rule_names_its_causes_in_junit():
    one, other = (
        CheckRecord(f"schema {action} request", "MUST", Verdict.FAIL, "$.id: a text", "7", "rule SCHEMA")
        for action in ("Heartbeat", "StatusNotification")
    )
    judged = case("TC_A_CS", verdict=Verdict.FAIL, findings=[one])
    judged.scenario.steps[0].checks = [one]
    rules = [
        RuleResult("RULE_SCHEMA", "schema", Verdict.FAIL, [one, other], ["TC_A_CS", "TC_B_CS"]),
        RuleResult("RULE_FRAME", "frame", Verdict.PASS),
    ]
    root = ElementTree.fromstring(junit(run(judged, case("TC_B_CS", findings=[other]), rules=rules)))
    items = {item.get("name").partition(" ")[0]: item for item in root.iter("testcase")}
    assert items["TC_A_CS"].find("failure").get("message").startswith("[C1] ")
    schema = items["RULE_SCHEMA"]
    assert schema.find("properties/property[@name='causes']").get("value") == "C1 C2"
    assert schema.find("failure").get("message").startswith("[C1 C2] 2 findings; TC_A_CS: ")
    assert items["RULE_FRAME"].find("properties") is None


def test_a_rule_says_how_much_it_found_and_not_how_much_is_kept():
    rule = RuleResult("RULE_SCHEMA", "schema", Verdict.FAIL, [check(Verdict.FAIL)], ["TC_X"], 120)
    result = run(case(), rules=[rule])
    assert "120 findings" in page(result)
    assert b"120 findings" in junit(result)
    assert run_from_json(to_json(result)).rules[0].count == 120


def test_allure_results(tmp_path):
    allure.write(tmp_path / "allure-results", run(case(verdict=Verdict.FAIL), case("TC_C_06_CSMS")))
    results = [json.loads(f.read_text()) for f in (tmp_path / "allure-results").glob("*-result.json")]
    assert {r["testCaseId"]: r["status"] for r in results} == {"TC_B_01_CSMS": "failed", "TC_C_06_CSMS": "passed"}
    failed = next(r for r in results if r["status"] == "failed")
    assert {p["name"] for p in failed["parameters"]} == {"ocpp", "security_profile", "sut"}
    assert failed["steps"][0]["steps"][0]["status"] == "failed"
    for attachment in failed["attachments"]:
        assert (tmp_path / "allure-results" / attachment["source"]).exists()
    for name in ("environment.properties", "categories.json", "executor.json"):
        assert (tmp_path / "allure-results" / name).exists()
    assert "Non-conformance" in (tmp_path / "allurerc.mjs").read_text()


def test_results_of_different_systems_are_different_histories(tmp_path):
    ids = set()
    for number, changed in enumerate(({}, {"sut": "Other"}, {"security_profile": 2}, {"ocpp": "2.1"})):
        result = case()
        for name, value in changed.items():
            setattr(result, name, value)
        allure.write(tmp_path / str(number), run(result))
        ids |= {json.loads(f.read_text())["historyId"] for f in (tmp_path / str(number)).glob("*-result.json")}
    assert len(ids) == 4


def test_analytics_are_stripped():
    html = (
        '<p>a</p><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>'
        "<script>window.dataLayer=[];function gtag(){};gtag('js');</script><script>app()</script>"
    )
    assert allure.strip_analytics(html) == "<p>a</p><script>app()</script>"


def test_comparison():
    before = run(case("A", Verdict.PASS), case("B", Verdict.FAIL), case("C"), case("D", Verdict.WARN))
    after = run(case("A", Verdict.FAIL), case("B", Verdict.PASS), case("D", Verdict.PASS), case("E"))
    cases, requirements = compare(before, after)
    assert [c[0] for c in cases.broken] == ["A"]
    assert [c[0] for c in cases.fixed] == ["B"]
    assert [c[0] for c in cases.changed] == ["D"]
    assert ([c[0] for c in cases.new], [c[0] for c in cases.gone]) == (["E"], ["C"])
    assert not requirements.broken
    assert "newly broken  A: pass -> fail" in text(before, after)


def test_a_bundle_is_incomplete_until_it_is_settled(tmp_path):
    bundle = Bundle.create(tmp_path, run())
    bundle.case_finished(case())
    cut_off = load(bundle.path)
    assert cut_off.verdict is Verdict.INCOMPLETE
    assert [c.id for c in cut_off.cases] == ["TC_B_01_CSMS"]
    assert cut_off.cases[0].wire
    settled = run(verdict=Verdict.PASS)
    bundle.settle(settled)
    assert load(bundle.path).verdict is Verdict.PASS
    for line in (bundle.path / "MANIFEST.sha256").read_text().splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((bundle.path / name).read_bytes()).hexdigest() == digest


def test_two_runs_in_the_same_second_get_folders_of_their_own(tmp_path):
    assert Bundle.create(tmp_path, run()).path != Bundle.create(tmp_path, run()).path


def test_names_of_a_sut_cannot_leave_the_folder(tmp_path):
    hostile = run()
    hostile.sut = "../../etc/x"
    bundle = Bundle.create(tmp_path / "reports", hostile)
    bundle.case_finished(case("../../../evil"))
    assert all(p.is_relative_to(tmp_path / "reports") for p in tmp_path.rglob("*") if p.is_file())


def test_the_table(tmp_path):
    assert "Acme" in table([run(case(verdict=Verdict.FAIL))], [tmp_path])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "unreadable: " + "[" * 60),
        ('[2,"1","Heartbeat",{"a":"\\ud800"}]', "Heartbeat a \\ud800"),
        ('[4,"1","\\udc00","",{}]', "? CALLERROR \\udc00"),
    ],
)
def test_what_nobody_can_read_is_shown_all_the_same(text, words):
    said = label(WireRecord(1.0, "out", "text", text), {})
    assert said == words
    said.encode()
