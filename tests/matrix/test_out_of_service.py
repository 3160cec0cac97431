"""What is out of order or out of service in part before a case about it begins, and what is put back (G03, G04)."""

import json

import pytest
import runner
from ocpp_fixtures.csms.stations import Station
from ocpp_fixtures.station.v2.availability import Availability
from ocpp_fixtures.station.v2.station import Station2
from ocpp_reports.model import Verdict
from survey import SHORT

OPENED = {"TC_G_04_CS", "TC_G_06_CS", "TC_G_08_CS"}


def judged(select, *, freedoms=(), defects=()):
    """The verdict of each case."""
    config = runner.config("station", freedoms=freedoms, defects=defects, timing=SHORT)
    results, _, problems = runner.run(config, "2.1", 0, select=" or ".join(sorted(select)))
    assert not problems
    print(*(f"{result.id}: {result.reason}" for result in results), sep="\n")
    return {result.id: result.verdict for result in results}


@pytest.mark.parametrize("freedoms", [("required-variables-only",), ()], ids=["untold by the device model", "told"])
def test_a_connector_that_is_out_of_order_is_nobodys_failure(freedoms, monkeypatch):
    sound = Availability.connector_state

    def state(self, evse, connector):
        return "Faulted" if evse.id == 2 else sound(self, evse, connector)

    monkeypatch.setattr(Availability, "connector_state", state)
    cases = {"TC_G_05_CS", "TC_G_06_CS", "TC_G_18_CS", "TC_G_21_CS"}
    assert judged(cases, freedoms=freedoms) == dict.fromkeys(cases, Verdict.PASS)


@pytest.mark.parametrize("level", ["station", "EVSE", "connector"])
def test_what_somebody_closed_before_the_run_is_opened(level, monkeypatch):
    made = Station2.__init__

    def init(self, options):
        made(self, options)
        evse = self.hardware.evses[0]
        {"station": self.hardware, "EVSE": evse, "connector": evse.connectors[0]}[level].operative = False

    monkeypatch.setattr(Station2, "__init__", init)
    assert judged(OPENED) == dict.fromkeys(OPENED, Verdict.PASS)


def test_what_is_closed_for_reasons_of_its_own_is_not_judged(monkeypatch):
    monkeypatch.setattr(Availability, "connector_state", lambda *_: "Unavailable")
    assert judged(OPENED) == dict.fromkeys(OPENED, Verdict.INCONCLUSIVE)


def test_what_a_case_has_closed_for_good_fails():
    assert judged(OPENED, defects=("stays-inoperative",)) == dict.fromkeys(OPENED, Verdict.FAIL)


@pytest.mark.parametrize("case", ["TC_G_03_CSMS", "TC_G_07_CSMS"])
def test_what_a_csms_says_more_of_an_evse_is_taken_back_all_the_same(case, monkeypatch):
    prepare = Station.prepare

    def prepared(self, action, payload):
        prepare(self, action, payload)
        if action == "ChangeAvailability" and payload["operationalStatus"] == "Inoperative":
            payload["evse"] = payload["evse"] | {"customData": {"vendorId": "org.example"}}

    monkeypatch.setattr(Station, "prepare", prepared)
    ((result,), _, problems) = runner.run(runner.config("csms", timing=SHORT), "2.1", 0, select=case)
    assert result.verdict is Verdict.PASS
    assert not problems
    sent = [json.loads(r.data)[3] for r in result.wire if r.direction == "in" and "ChangeAvailability" in str(r.data)]
    assert [request["operationalStatus"] for request in sent] == ["Inoperative", "Operative"]
