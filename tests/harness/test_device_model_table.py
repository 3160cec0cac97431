"""catalog/device-model.csv: what the standard says of each variable, and how a report is held against it."""

import csv
import importlib.resources

import pytest
from ocpp_testcases.ocpp2.station.states.b_device_model import standard_variables
from ocpp_testcases.ocpp2.station.states.b_reports import Entry, members_of

TYPES = {"string", "decimal", "integer", "dateTime", "boolean", "OptionList", "MemberList", "SequenceList"}
CORE = {"OCPPCommCtrlr", "TxCtrlr", "DeviceDataCtrlr", "ClockCtrlr", "SecurityCtrlr", "SampledDataCtrlr"} | {
    *("AlignedDataCtrlr", "AuthCtrlr", "ChargingStation", "EVSE", "Connector")
}
"""What each station has (Part 5, chapter 5; Part 2, charging infrastructure)."""


def rows():
    path = importlib.resources.files("ocpp_testcases.catalog") / "device-model.csv"
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_row_says_what_can_be_judged():
    for row in rows():
        assert {*row["ocpp"].split()} <= {"2.0.1", "2.1"}, row
        assert row["required"] in ("yes", "no", "one source"), row
        assert {*row["data_type"].split()} <= TYPES, row
        assert {*row["mutability"].split()} <= {"ReadOnly", "ReadWrite", "WriteOnly"}, row
        assert row["data_type"] or row["required"] == "no", row


@pytest.mark.parametrize(("ocpp", "required"), [("2.0.1", 64), ("2.1", 122)])
def test_as_many_are_required_as_the_appendices_have(ocpp, required):
    found = [row for row in standard_variables(ocpp) if row.required == "yes"]
    assert len(found) == required
    assert {row.component for row in found if row.block == "Core"} - {"NetworkConfiguration"} == CORE


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_no_variable_has_two_rows(ocpp):
    names = [str(row).casefold() for row in standard_variables(ocpp)]
    assert len(names) == len({*names})


def test_names_are_the_same_in_upper_and_lower_case():
    entry = Entry({"component": {"name": "TXCtrlr"}, "variable": {"name": "txstartpoint"}})
    assert entry.of("TxCtrlr", "TxStartPoint")
    assert not entry.of("TxCtrlr", "TxStartPoint", "other")
    assert members_of(" EVConnected, Authorized,") == ["evconnected", "authorized"]


def test_the_actual_attribute_is_the_one_without_a_type():
    attributes = [{"type": "MaxSet", "value": "9"}, {"value": "3"}]
    entry = Entry({"component": {"name": "A"}, "variable": {"name": "B"}, "variableAttribute": attributes})
    assert (entry.value, entry.readable) == ("3", True)
