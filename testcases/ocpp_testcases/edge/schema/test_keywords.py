"""One wrong message for each kind of schema keyword: none is answered as if it were right."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, given

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.generated_messages import expect_each_refused

# the action that is harmless even for a SUT that acts on it, by keyword
TO_STATION = {
    "1.6": {
        "required": "TriggerMessage",
        "type": "GetConfiguration",
        "enum": "TriggerMessage",
        "maxLength": "GetConfiguration",
        "additionalProperties": "GetConfiguration",
    },
    "2": {
        "required": "GetVariables",
        "type": "GetVariables",
        "enum": "GetVariables",
        "maxLength": "GetTransactionStatus",
        "minItems": "GetVariables",
        "additionalProperties": "GetVariables",
    },
}
TO_CSMS = {
    "1.6": {
        "required": "Authorize",
        "type": "Authorize",
        "enum": "StatusNotification",
        "maxLength": "Authorize",
        "additionalProperties": "Authorize",
        "format": "StatusNotification",
    },
    "2": {
        "required": "Authorize",
        "type": "Authorize",
        "enum": "StatusNotification",
        "maxLength": "MeterValues",
        "minItems": "MeterValues",
        "additionalProperties": "Authorize",
        "format": "StatusNotification",
    },
}
KEYWORDS = ["required", "type", "enum", "maxLength", "minItems", "additionalProperties", "format"]


async def refuses(peer, sut, bench, table, keyword):
    """Send a message that breaks one keyword of its schema; silence or a CALLERROR is right, an answer is not."""
    actions = table["1.6" if sut.ocpp == "1.6" else "2"]
    if keyword not in actions:
        raise NotApplicable(f"no harmless request of OCPP {sut.ocpp} has the keyword {keyword}")
    await expect_each_refused(peer, sut, bench, keyword, count=1, action=actions[keyword])


@case(
    "X_SCHEMA_01_CS",
    ocpp=ALL,
    sut="station",
    title="A message that breaks its schema is not acted on",
)
@pytest.mark.parametrize("keyword", KEYWORDS, ids=KEYWORDS)
async def test_station_refuses(csms, sut, bench, keyword):
    """A station that acts on a wrong message does what nobody asked for."""
    await refuses(csms, sut, bench, TO_STATION, keyword)


@case(
    "X_SCHEMA_01_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A message that breaks its schema is not accepted",
)
@pytest.mark.parametrize("keyword", KEYWORDS, ids=KEYWORDS)
async def test_csms_refuses(station, sut, bench, keyword):
    """A CSMS that takes wrong messages books what never happened."""
    await given(booted, station, sut)
    await refuses(station, sut, bench, TO_CSMS, keyword)
