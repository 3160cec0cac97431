"""Reports, boots and settings of sound stations that are built otherwise than the reference station."""

import dataclasses

import pytest
import runner
from ocpp_fixtures.station.core.base import StationBase
from ocpp_fixtures.station.v2.availability import Availability
from ocpp_fixtures.station.v2.device_model import DeviceModel, Variable
from ocpp_fixtures.station.v2.variables import Variables
from ocpp_reports.model import Verdict
from survey import SHORT

INVENTORY = "TC_B_13_CS or TC_B_53_CS"
REMOTE_START = "AuthorizeRemoteStart"


def judged(ocpp, select, *, freedoms=(), **features):
    """The verdict of each case at a station whose [features] say this besides."""
    config = runner.config("station", freedoms=freedoms, timing=SHORT)
    config = dataclasses.replace(config, features=config.features | features)
    results, _, problems = runner.run(config, ocpp, 0, select=select)
    assert not problems
    return {result.id: result.verdict for result in results}


def passed(select):
    return dict.fromkeys(select.split(" or "), Verdict.PASS)


def built(monkeypatch, change):
    """Each variable is changed on its way into the device model."""
    add = DeviceModel.add

    def add_changed(self, variable):
        change(variable)
        add(self, variable)

    monkeypatch.setattr(DeviceModel, "add", add_changed)


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_an_evse_may_have_an_instance_and_not_report_that_it_is_available(monkeypatch, ocpp):
    def change(variable):
        if variable.component == "EVSE" and variable.evse == 1:
            variable.component_instance = "left"

    built(monkeypatch, change)
    assert judged(ocpp, INVENTORY, freedoms=("available-read-but-not-reported",)) == passed(INVENTORY)


def test_a_variable_of_a_component_of_the_maker_may_be_unset(monkeypatch):
    attributes = Variable.attributes_json

    def unset(self):
        found = attributes(self)
        return [{k: v for k, v in found[0].items() if k != "value"}] if self.name == "Temperature" else found

    monkeypatch.setattr(Variable, "attributes_json", unset)
    built(monkeypatch, lambda variable: variable.name == "Slogan" and setattr(variable, "name", "Temperature"))
    assert judged("2.0.1", "TC_B_53_CS", freedoms=("variables-of-the-maker",)) == passed("TC_B_53_CS")


def test_payment_at_a_terminal_needs_no_qr_code():
    assert judged("2.1", INVENTORY, **{"P-0": True, "P-2": True, "P-2.2": True}) == passed(INVENTORY)


@pytest.mark.parametrize("id", ["TC_B_01_CS", "TC_B_23_CS", "TC_B_51_CS", "TC_B_104_CS"])
@pytest.mark.parametrize(("swapping", "verdict"), [(True, Verdict.PASS), (False, Verdict.FAIL)])
def test_a_slot_with_a_battery_is_occupied_after_a_boot(monkeypatch, id, swapping, verdict):
    sound = Availability.connector_state

    def state(self, evse, connector):
        return "Occupied" if evse.id == 2 else sound(self, evse, connector)

    monkeypatch.setattr(Availability, "connector_state", state)
    assert judged("2.1", id, **{"HFS-13": swapping}) == {id: verdict}


def test_a_connector_that_is_not_wired_for_use_need_not_report_itself(monkeypatch):
    def change(variable):
        if (variable.component, variable.name, variable.evse) == ("Connector", "Available", 2):
            variable.value = "false"

    send = StationBase.send

    def say(self, action, payload, **options):
        if payload.get("evseId") != 2:
            send(self, action, payload, **options)

    monkeypatch.setattr(StationBase, "send", say)
    assert judged("2.0.1", "TC_B_01_CS") == {"TC_B_01_CS": Verdict.FAIL}
    built(monkeypatch, change)
    assert judged("2.0.1", "TC_B_01_CS") == passed("TC_B_01_CS")


def test_what_counts_after_a_reboot_is_set_back_and_holds(monkeypatch):
    """Until then the old value is read, so that nothing seems to have changed."""
    waiting, counts = {}, []
    store, set_, reboot = Variables._store, Variables._set, StationBase.reboot

    def wait(self, variable, text):
        if variable.name == REMOTE_START:
            waiting[self] = variable, text
        else:
            store(self, variable, text)

    def told(self, item):
        result = set_(self, item)
        if item["variable"]["name"] == REMOTE_START and result["attributeStatus"] == "Accepted":
            result["attributeStatus"] = "RebootRequired"
        return result

    async def apply(self, reason, **options):
        for variables, (variable, text) in waiting.items():
            store(variables, variable, text)
            counts.append(text)
        waiting.clear()
        await reboot(self, reason, **options)

    monkeypatch.setattr(Variables, "_store", wait)
    monkeypatch.setattr(Variables, "_set", told)
    monkeypatch.setattr(StationBase, "reboot", apply)
    built(monkeypatch, lambda v: v.name == REMOTE_START and v.__dict__.update(value="false", mutability="ReadWrite"))
    assert judged("2.0.1", "TC_B_11_CS") == passed("TC_B_11_CS")
    assert not waiting
    assert counts[-1] == "false"
