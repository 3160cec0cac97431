"""What stands in the generated messages is what a sender writes: numbers, times, and fields that agree."""

import json

import pytest
from ocpp_proof.ocppj.boundaries import boundaries
from ocpp_proof.ocppj.mutations import faults
from ocpp_proof.ocppj.samples import build, resolved
from ocpp_proof.ocppj.schema_files import load_schema
from ocpp_testcases.edge.states import generated_messages as generated
from ocpp_testcases.edge.states.message_plans import requests_sent_to

VERSIONS = ("1.6", "2.0.1", "2.1")
EVERYWHERE = [(ocpp, role) for ocpp in VERSIONS for role in ("station", "csms")]


def edges(ocpp, role):
    return generated._all_edges(ocpp, role)


def fractions_of_integers(part, root, value):
    """Floats where the schema says integer."""
    part = resolved(part, root)
    if isinstance(value, dict):
        for name, member in value.items():
            yield from fractions_of_integers(part.get("properties", {}).get(name, {}), root, member)
    elif isinstance(value, list):
        for member in value:
            yield from fractions_of_integers(part.get("items", {}), root, member)
    elif part.get("type") == "integer" and isinstance(value, float):
        yield value


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_an_integer_is_written_as_one(ocpp, role):
    """In messages at an edge, and in wrong ones beside the fault and in it: -1, not -1.0."""
    for edge in edges(ocpp, role):
        root = load_schema(ocpp, edge.action, "request")
        assert not list(fractions_of_integers(root, root, edge.payload)), edge.name
    for fault in generated._all_wrong(ocpp, role):
        payload = fault.least() if fault.keyword in ("minimum", "maximum") else None
        if payload is not None:
            root = load_schema(ocpp, fault.action, "request")
            assert not list(fractions_of_integers(root, root, payload)), fault.name


@pytest.mark.parametrize(("ocpp", "decimals"), [("1.6", 9), ("2.0.1", 3), ("2.1", 3)])
def test_a_time_has_as_many_decimals_as_may_be(ocpp, decimals):
    times = [
        edge.payload["timestamp"] for edge in boundaries(ocpp, "SecurityEventNotification") if edge.keyword == "format"
    ]
    assert max(len(time.partition(".")[2].rstrip("Z")) for time in times) == decimals


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_no_list_is_empty_and_no_profile_begins_late(ocpp, role):
    for edge in edges(ocpp, role):
        text = json.dumps(edge.payload)
        assert "[]" not in text, edge.name
        assert '"startPeriod": 1' not in text, edge.name
        if '"Absolute"' in text and "chargingSchedule" in text:
            assert "startSchedule" in text, edge.name
        if '"recurrencyKind"' in text:
            assert '"Relative"' not in text, edge.name


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_hashes_are_hexadecimal_and_as_long_as_their_algorithm_says(ocpp):
    lengths = {"SHA256": 64, "SHA384": 96, "SHA512": 128}
    found = [e for e in edges(ocpp, "station") if e.action == "DeleteCertificate" and "customData" not in e.path]
    assert {e.payload["certificateHashData"]["hashAlgorithm"] for e in found} == set(lengths)
    for edge in found:
        data = edge.payload["certificateHashData"]
        int(data["serialNumber"], 16)
        for name in ("issuerNameHash", "issuerKeyHash"):
            int(data[name], 16)
            assert len(data[name]) == lengths[data["hashAlgorithm"]]


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_events_fit_together(ocpp):
    for edge in edges(ocpp, "csms"):
        if edge.action == "TransactionEvent":
            ends = "stoppedReason" in edge.payload["transactionInfo"]
            assert not ends or edge.payload["eventType"] == "Ended"
            assert edge.plain["transactionInfo"]["transactionId"]
        if edge.action == "FirmwareStatusNotification":
            assert edge.payload["requestId"]
        if edge.action == "PublishFirmwareStatusNotification" and edge.payload["status"] == "Published":
            assert edge.payload["location"]
        if edge.action == "GetReport":
            criteria = edge.payload.get("componentCriteria", [])
            assert len(set(criteria)) == len(criteria)


def test_units_fit_what_is_measured():
    for edge in edges("1.6", "csms"):
        if edge.action == "MeterValues" and edge.keyword == "enum":
            (sample,) = edge.payload["meterValue"][0]["sampledValue"]
            if sample.get("unit") in ("Celsius", "Celcius", "K", "Fahrenheit"):
                assert sample["measurand"] == "Temperature"
            if sample.get("measurand") == "Voltage":
                assert sample["unit"] == "V"


def test_a_value_whose_length_a_station_may_limit_is_at_no_edge():
    """SetVariables.attributeValue: ConfigurationValueSize and BytesPerMessage may be less than its schema allows."""
    for ocpp in ("2.0.1", "2.1"):
        assert not [e.name for e in edges(ocpp, "station") if "attributeValue" in e.path and e.keyword == "maxLength"]


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_messages_are_the_same_each_time(ocpp, role):
    for request in requests_sent_to(role, ocpp):
        whole = build(ocpp, request.name, "request", full=True, plan=request.plan)
        assert whole == build(ocpp, request.name, "request", full=True, plan=request.plan)
        first = [f.name for f in faults(ocpp, request.name, "request", whole, request.plan)]
        assert first == [f.name for f in faults(ocpp, request.name, "request", whole, request.plan)]
