"""summary.html as text: what stands in it, and what must not."""

import base64
import dataclasses
import gzip
import json
import re

import pytest
from ocpp_reports import docs_pages
from ocpp_reports.failed_message import failed_messages
from ocpp_reports.model import StepRecord, Verdict, WireRecord
from ocpp_reports.sequence import diagram
from ocpp_reports.summary import page
from sample_results import came, check, failed, passed, run, sent

ACCEPTED = {"idTokenInfo": {"status": "Accepted"}}
WIRE = (
    sent(10.0, 2, "1", "Authorize", {"idToken": {"idToken": "04", "type": "ISO14443"}}),
    came(10.1, 3, "1", ACCEPTED),
    sent(11.0, 2, "2", "Heartbeat", {}),
    came(11.1, 3, "2", {"currentTime": "2026-11-30T00:00:00Z"}),
)
WRONG = check("C01.FR.07", "idTokenInfo.status = 'Blocked'", f"idTokenInfo.status 'Accepted' in {ACCEPTED}", 10.11)


def told(*checks, wire=WIRE):
    case = failed("TC_C_06_CSMS", *checks, wire=wire)
    case.scenario.steps = [
        StepRecord("Booted", kind="given", started=9.0, ended=9.9),
        StepRecord("A driver presents a token", started=9.9, ended=10.5, verdict=Verdict.FAIL, checks=list(checks)),
    ]
    return case


def rows(case):
    html = diagram(case.wire, case.scenario, sut="SUT", harness="harness")
    return re.findall(r'<li class="?([a-z ]+)"?>(?:<time>[\d.]+</time>)?(?:<(?:button|span)>)?([^<]*)', html)


def test_steps_are_bands_and_the_message_that_failed_is_red():
    assert rows(told(WRONG)) == [
        ("who", ""),
        ("band odd", "1. Given: Booted"),
        ("band bad", "2. A driver presents a token"),
        ("out", "Authorize idToken 04, type ISO14443"),
        ("in bad", "Authorize answer status Accepted"),
        ("judged", ""),
        ("band", "Afterwards"),
        ("out", "Heartbeat "),
        ("in", "Heartbeat answer currentTime 2026-11-30T00:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("one", "at"),
    [
        (WRONG, [1]),
        (dataclasses.replace(WRONG, time=10.05), []),  # judged before the answer came: of something else
        (check("B01.FR.02", "BootNotification within 5 s", "nothing", 12.0), []),
        (check("B01.FR.02", "x", f"StatusNotification, which an earlier step had taken {ACCEPTED}", 12.0), []),
        (check("survival", "a connection", "the connection was lost", 12.0), []),
        (check("schema NotifyEvent request", "$.seqNo: a number", "'1'", 12.0), [4]),
        (check("schema Heartbeat request", "$.x: no such field", "1", 12.0), []),
    ],
)
def test_only_a_message_that_a_judgement_shows_is_marked(one, at):
    wire = (*WIRE, came(11.5, 2, "3", "NotifyEvent", {"seqNo": "1"}))
    assert list(failed_messages(wire, [one])) == at


def payloads(html):
    block = re.search(r'<script type="text/plain" id="messages">([A-Za-z0-9+/=]*)</script>', html)[1]
    return json.loads(gzip.decompress(base64.b64decode(block)))


def test_every_message_of_a_diagram_can_be_opened_and_no_other():
    wire = (WireRecord(9.0, "in", "handshake", "101"), WireRecord(9.5, "-", "note", "n"), *WIRE)
    html = page(run(told(WRONG, wire=wire), passed("TC_B_CS")))
    assert payloads(html) == {"TC_C_06_CSMS": [record.data for record in WIRE]}
    assert html.count("<button>") == len(WIRE)


def test_a_long_message_says_where_the_rest_is():
    [text] = payloads(page(run(told(wire=[sent(1.0, 2, "1", "DataTransfer", {"data": "x" * 9000})]))))["TC_C_06_CSMS"]
    assert text.endswith("characters: see the wire log)")
    assert len(text) < 8100


def test_nothing_is_left_of_control_characters():
    hostile = told(WRONG, wire=[WireRecord(1.0, "in", "text", "\x00\x1b\x85\ud800"), *WIRE])
    hostile.reason = "received: \x00\x07"
    html = page(run(hostile))
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", html)
    html.encode()
    assert r"received: \x00\x07" in html


def test_a_case_says_how_it_is_run_again_without_the_paths_of_the_machine():
    result = run(told(WRONG))
    result.sut_file, result.seed = "/home/somebody/secret/acme.toml", 4711
    result.command = ["/home/somebody/cases", "--ocpp-sut=/home/somebody/x", "--ocpp-defect=mute", "--ocpp-live"]
    html = page(result)
    assert "ocpp-proof run --sut acme.toml --ocpp 2.0.1 --security-profile 0 --select TC_C_06_CSMS --seed 4711 " in html
    assert "--defect mute</code>" in html
    assert "somebody" not in html


def test_a_case_that_was_not_started_took_no_time_and_left_no_wire():
    case = passed("TC_B_CS")
    case.verdict, case.started, case.wire = Verdict.NOT_RUN, 0.0, []
    html = page(run(case))
    assert "0.00 s" not in html
    assert "Run it again" not in html
    assert "wire.jsonl" not in html


def test_what_can_be_filtered_is_with_each_case():
    case = told(WRONG)
    case.profiles, case.block = ["Core", "Advanced | Security"], "C Authorization"
    html = page(run(case, passed("X_NET_01_CSMS")))
    assert 'data-r="C01.FR.07"' in html
    assert '<option value="C Authorization">' in html
    assert '<option value="edge NET">' in html


def test_requirements_link_to_the_documentation_of_the_project(monkeypatch):
    monkeypatch.setattr(docs_pages, "_base", lambda: "https://project.example/docs")
    html = page(run(told(WRONG, check("schema Heartbeat request"), check("TC_C_06_CSMS step 1"))))
    links = set(re.findall(r'<a class=req rel="noreferrer" href="([^"]*)">', html))
    assert links == {"https://project.example/docs/requirements-2.0.1.md#c01-fr-07"}


def test_blocks_are_in_the_order_of_their_numbers():
    cases = [passed(f"TC_{n}_CS") for n in range(3)]
    for case, block in zip(cases, ("2.10 Last", "2.9 Second", "2.1 First"), strict=True):
        case.block = block
    assert re.findall(r'<option value="(2[^"]*)">', page(run(*cases))) == ["2.1 First", "2.9 Second", "2.10 Last"]
