"""The causes of a run in every report that is made of it."""

import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import unquote

from ocpp_reports import allure
from ocpp_reports.bundle import Bundle, load
from ocpp_reports.causes import causes_of, ids_by_case
from ocpp_reports.causes_section import section
from ocpp_reports.junit import junit
from ocpp_reports.summary import page
from sample_results import HOSTILE, causes, check, failed, passed, run, unjudged


def both():
    return run(failed("X_01_CS", check()), failed("TC_A_CS", check("B02.FR.01"), check()), passed("TC_B_CS"))


def test_the_page_begins_with_the_causes_and_links_both_ways():
    result = both()
    result.cases[0].parameters = {"case": "an element more"}
    html = page(result)
    assert html.index("Verdict of the run") < html.index("<h2>Causes</h2>") < html.index("<h2>Cases</h2>")
    for target in re.findall(r'href="#([^"]*)"', html):
        assert f'id="{unquote(target)}"' in html
    assert 'href="#X_01_CS%5Bcase%3Dan%20element%20more%5D"' in html
    case = html.split('id="TC_A_CS"', 1)[1].split("</details>", 1)[0]
    assert 'href="#C1"' in case
    assert 'href="#C2"' in case


def test_the_page_escapes_what_came_from_the_sut():
    hostile = failed(HOSTILE, check(HOSTILE, HOSTILE, HOSTILE))
    told = unjudged(f"X{HOSTILE}", HOSTILE)
    hostile.parameters = {"case": HOSTILE}
    html = page(run(hostile, told, passed("TC_B_CS", check(HOSTILE, HOSTILE, HOSTILE))))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("<script>") == 1


def test_junit_has_the_ids():
    root = ElementTree.fromstring(junit(both()))
    items = {item.get("name").split()[0]: item for item in root.iter("testcase")}
    told = items["TC_A_CS"].find("properties/property[@name='causes']")
    assert set(told.get("value").split()) == {"C1", "C2"}
    assert items["X_01_CS"].find("failure").get("message").startswith("[C1] ")
    assert items["TC_B_CS"].find("properties/property[@name='causes']") is None
    assert "C1 (2): " in root.find("testsuite/system-out").text


def test_allure_has_the_ids(tmp_path):
    allure.write(tmp_path / "allure-results", both())
    results = [json.loads(f.read_text()) for f in (tmp_path / "allure-results").glob("*-result.json")]
    labels = {r["testCaseId"]: {(one["name"], one["value"]) for one in r["labels"]} for r in results}
    assert {("cause", "C1"), ("cause", "C2"), ("tag", "cause C1")} <= labels["TC_A_CS"]
    assert not {name for name, _ in labels["TC_B_CS"]} & {"cause"}


def test_the_reports_of_a_folder_have_them_again(tmp_path):
    result = both()
    bundle = Bundle.create(tmp_path, result)
    for case in result.cases:
        bundle.case_finished(case)
    result.cases = []
    bundle.settle(result)
    first = (bundle.path / "summary.html").read_text()
    bundle.settle(load(bundle.path))
    assert ids_by_case(causes_of(result)) == {"X_01_CS": ["C1"], "TC_A_CS": ["C1", "C2"]}
    assert 'id="C2"' in first
    assert (bundle.path / "summary.html").read_text() == first


def test_an_example_does_not_say_the_sentence_again():
    told = section(causes(failed("TC_A_CS", check(expected="it", received="that"))))
    assert told.count("expected it") == 1
    assert section(causes(failed("TC_A_CS", check(expected="it", received="that " * 60)))).count("expected it") == 2
