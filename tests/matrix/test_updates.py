"""Updates of stations of which sut.toml says less, or which have less, than the reference station.

And what the harness's station says while it waits for an update that a CSMS plans."""

import asyncio
import dataclasses
import json

import pytest
import runner
from ocpp_fixtures.csms.server import ReferenceCsms
from ocpp_fixtures.station.core import transfer
from ocpp_fixtures.station.v2.availability import Availability
from ocpp_fixtures.station.v2.maintenance import Maintenance
from ocpp_fixtures.station.v2.station import Station2
from ocpp_reports.model import Verdict
from survey import SHORT

BUSY = "TC_L_12_CS or TC_L_13_CS or TC_L_14_CS or TC_L_15_CS"


def judged(sut, select, *, unnamed=(), freedoms=(), **features):
    """Verdict and reason of each case at a station whose [features] do not name these, or say otherwise."""
    config = runner.config(sut, freedoms=freedoms, timing=SHORT)
    kept = {name: value for name, value in config.features.items() if name not in unnamed}
    config = dataclasses.replace(config, features=kept | features)
    results, rules, problems = runner.run(config, "2.0.1", 0, select=select)
    assert not problems
    assert not [finding for rule in rules for finding in rule.findings]
    return {result.id: (result.verdict, result.reason) for result in results}


@pytest.mark.parametrize(
    ("sut", "unnamed", "case", "feature"),
    [
        ("station", ("AQ-7",), "TC_L_12_CS", "AQ-7"),
        ("station", ("AQ-7",), "TC_L_13_CS", "AQ-7"),
        ("updating", ("AQ-7", "C-43"), "TC_L_13_CS", "C-43"),
        ("updating", ("C-43",), "TC_L_15_CS", "C-43"),
        ("station", ("C-60",), "TC_L_11_CS", "C-60"),
    ],
)
def test_what_a_station_can_without_claiming_it_fails_no_case(sut, unnamed, case, feature):
    ((verdict, reason),) = judged(sut, case, unnamed=unnamed).values()
    assert verdict is Verdict.NOT_APPLICABLE
    assert f"which [features] {feature} does not claim" in reason
    ((verdict, reason),) = judged(sut, case, **dict.fromkeys(unnamed, False)).values()
    assert verdict is Verdict.FAIL


def test_a_station_that_does_what_nobody_claims_it_can_passes_the_others():
    found = judged("station", BUSY, unnamed=("AQ-7", "C-60", "C-43"))
    assert {case: verdict for case, (verdict, _) in found.items()} == dict.fromkeys(
        ("TC_L_12_CS", "TC_L_13_CS"), Verdict.NOT_APPLICABLE
    )


@pytest.mark.parametrize("freedoms", [("required-variables-only",), ()], ids=["untold by the device model", "told"])
def test_a_connector_that_was_out_of_order_need_not_be_available_after_an_update(freedoms, monkeypatch):
    sound = Availability.connector_state

    def state(self, evse, connector):
        return "Faulted" if evse.id == 2 else sound(self, evse, connector)

    monkeypatch.setattr(Availability, "connector_state", state)
    found = judged("station", "TC_L_01_CS or TC_L_15_CS", freedoms=freedoms)
    assert {case: verdict for case, (verdict, _) in found.items()} == dict.fromkeys(
        ("TC_L_01_CS", "TC_L_15_CS"), Verdict.PASS
    )


def test_a_boot_without_a_cause_on_a_new_connection_is_no_reboot():
    """Official step 15 has a station connect anew that does not reboot; some send a BootNotification then."""
    always = "boots-at-every-connection"
    cases = {"TC_L_01_CS": "update-with-a-new-connection", "TC_L_15_CS": "update-with-a-new-connection"}
    for case, freedom in cases.items():
        assert judged("station", case, freedoms=(always, freedom))[case][0] is Verdict.PASS
    assert judged("updating", "TC_L_16_CS", freedoms=(always,))["TC_L_16_CS"][0] is Verdict.PASS
    ((verdict, _),) = judged("updating", "TC_L_15_CS", freedoms=(always,), unnamed=("C-43",)).values()
    assert verdict is Verdict.NOT_APPLICABLE


def test_a_second_update_that_is_taken_is_one_failure_and_not_more():
    ((verdict, reason),) = judged("station", "TC_L_11_CS", **{"C-60": False}).values()
    assert verdict is Verdict.FAIL
    assert "AcceptedCanceled" in reason
    assert "L01.FR.10" not in reason


def test_a_station_may_be_away_when_the_cable_comes_out(monkeypatch):
    """Its transactions end with the authorization, and then it needs longer for a boot than for an event."""
    sound = Maintenance._while_charging

    async def while_charging(self):
        await sound(self)
        await self._station.connection.disconnect(stay_off=True)
        await asyncio.sleep(2 * SHORT.event)
        self._station.connection.allow()

    monkeypatch.setattr(Maintenance, "_while_charging", while_charging)
    found = judged("plain", "TC_L_13_CS", freedoms=("update-at-the-end-of-a-transaction", "stops-at-authorized"))
    assert {case: verdict for case, (verdict, _) in found.items()} == {"TC_L_13_CS": Verdict.PASS}


def test_a_station_without_http_and_ftp_is_judged_where_nothing_is_fetched(monkeypatch):
    made = Station2.__init__

    def init(self, options):
        made(self, options)
        for variable in self.model:
            if variable.name == "FileTransferProtocols":
                variable.value = "SFTP,HTTPS"

    monkeypatch.setattr(Station2, "__init__", init)
    monkeypatch.setattr(transfer, "supported", lambda location: location.startswith("https:"))
    found = judged("station", "TC_L_01_CS or TC_L_05_CS or TC_L_18_CS")
    assert found["TC_L_05_CS"][0] is found["TC_L_18_CS"][0] is Verdict.PASS
    assert found["TC_L_01_CS"][0] is Verdict.INCONCLUSIVE
    assert "values.firmware.location" in found["TC_L_01_CS"][1]


@pytest.mark.parametrize("case", ["TC_L_02_CSMS", "TC_L_03_CSMS"])
def test_the_harnesss_station_sends_heartbeats_while_it_waits(case, monkeypatch):
    monkeypatch.setitem(ReferenceCsms.__init__.__kwdefaults__, "heartbeat_interval", 1)
    config = runner.config("csms")
    config = dataclasses.replace(config, values=config.values | {"short_interval": 3})
    ((result,), _, problems) = runner.run(config, "2.1", 0, select=case)
    assert result.verdict is Verdict.PASS
    assert not problems
    sent = [json.loads(r.data)[2] for r in result.wire if r.direction == "out" and str(r.data).startswith("[2,")]
    assert 2 <= sent.count("Heartbeat") <= 4
