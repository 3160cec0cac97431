"""Messages derived from the schemas: wrong in one place, and right at the edge of what is allowed."""

import pytest
from ocpp_proof import ALL, case, given

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.edge_messages import expect_each_accepted
from ocpp_testcases.edge.states.generated_messages import expect_each_refused

SHARES = {
    "type": 40,
    "required": 30,
    "enum": 30,
    "maxLength": 30,
    "additionalProperties": 20,
    "format": 15,
    "minItems": 10,
    "maxItems": 10,
    "minimum": 5,
    "maximum": 5,
    "multipleOf": 5,
}
"""How many of the 200 wrong messages of a run break which keyword."""

EDGES = {"enum": 40, "maxLength": 40, "format": 40, "maxItems": 10, "minimum": 10, "maximum": 10}


@case(
    "X_SCHEMA_02_CS",
    ocpp=ALL,
    sut="station",
    title="No request is taken that breaks its schema in one place",
    disruptive=True,
)
@pytest.mark.parametrize("keyword", SHARES, ids=list(SHARES))
async def test_station_takes_no_wrong_message(csms, sut, bench, keyword):
    """A station that checks most fields but not all acts on garbage in the rest."""
    await expect_each_refused(csms, sut, bench, keyword, count=SHARES[keyword])


@case(
    "X_SCHEMA_02_CSMS",
    ocpp=ALL,
    sut="csms",
    title="No request is taken that breaks its schema in one place",
    disruptive=True,
)
@pytest.mark.parametrize("keyword", SHARES, ids=list(SHARES))
async def test_csms_takes_no_wrong_message(station, sut, bench, keyword):
    """A CSMS that checks most fields but not all stores garbage in the rest."""
    await given(booted, station, sut)
    await expect_each_refused(station, sut, bench, keyword, count=SHARES[keyword])


@case(
    "X_SCHEMA_03_CS",
    ocpp=ALL,
    sut="station",
    title="Every request is taken whose values are at the edge of what is allowed",
)
@pytest.mark.parametrize("keyword", EDGES, ids=list(EDGES))
async def test_station_takes_values_at_the_edge(csms, sut, bench, keyword):
    """A station with too short a buffer refuses what its CSMS may send, and only in the field."""
    await expect_each_accepted(csms, sut, bench, keyword, count=EDGES[keyword])


@case(
    "X_SCHEMA_03_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Every request is taken whose values are at the edge of what is allowed",
)
@pytest.mark.parametrize("keyword", EDGES, ids=list(EDGES))
async def test_csms_takes_values_at_the_edge(station, sut, bench, keyword):
    """A CSMS that does not know a value of the standard loses the message, and with it money."""
    await given(booted, station, sut)
    await expect_each_accepted(station, sut, bench, keyword, count=EDGES[keyword])
