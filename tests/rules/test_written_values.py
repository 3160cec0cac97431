"""1.6: what is written in the texts of configuration keys and sampled values."""

import pytest
from dialogue import about
from ocpp_proof.rules.ocpp16.written_values import WrittenValues
from test_transactions import at

Dialogue = about(WrittenValues)


@pytest.mark.parametrize(
    ("key", "value", "level"),
    [
        ("LocalPreAuthorize", "true", None),
        ("localpreauthorize", "FALSE", None),
        ("LocalPreAuthorize", "", None),  # known, and not set
        ("LocalPreAuthorize", None, None),
        ("LocalPreAuthorize", "1", "SHOULD"),
        ("LocalPreAuthorize", "enabled", "MUST"),
        ("HeartbeatInterval", "300", None),
        ("ClockAlignedDataInterval", "-1", None),
        ("HeartbeatInterval", "300.0", "SHOULD"),
        ("HeartbeatInterval", "300 s", "MUST"),
        ("HeartbeatInterval", "nan", "MUST"),
        ("MakersOwn", "300 s", None),
        ("ConnectorPhaseRotation", "0.RST", None),
    ],
)
def test_a_key_has_a_value_of_its_type(key, value, level):
    talk = Dialogue("1.6")
    entry = {"key": key, "readonly": False} | ({} if value is None else {"value": value})
    talk.csms("GetConfiguration", {"configurationKey": [entry]})
    assert [breach.should for breach in talk.breaches()] == ([level == "SHOULD"] if level else [])


@pytest.mark.parametrize(
    ("sample", "broken"),
    [
        ({"value": "12"}, False),
        ({"value": "-0.5"}, False),
        ({"value": "1e3"}, False),
        ({"value": "12 Wh"}, True),
        ({"value": "12,5"}, True),
        ({"value": "nan"}, True),
        ({"value": "1_000"}, True),
        ({"value": ""}, True),
        ({"value": "OCMF|{}|{}", "format": "SignedData"}, False),
        ({"value": "OCMF|{}|{}", "format": "Raw"}, True),
    ],
)
def test_a_raw_value_is_a_number(sample, broken):
    for action, field, more in (
        ("MeterValues", "meterValue", {"connectorId": 1}),
        (
            "StopTransaction",
            "transactionData",
            {"transactionId": 7, "meterStop": 9, "timestamp": "2026-11-30T10:00:00Z"},
        ),
    ):
        talk = Dialogue("1.6")
        talk.station(action, {}, **more, **{field: [{"timestamp": at(talk, 0.0), "sampledValue": [sample] * 2}]})
        assert talk.found() == ["raw-value-is-a-number"] * broken
