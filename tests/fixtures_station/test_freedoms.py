"""A freedom of the reference station shows on the wire, and is legal there."""

from __future__ import annotations

import pytest
from ocpp_fixtures.station import FREEDOMS, ReferenceStation

from .bench import bench

pytestmark = pytest.mark.asyncio
VERSIONS = ["1.6", "2.0.1", "2.1"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_times_have_a_numeric_offset(version):
    async with bench(version, freedoms=("times-with-numeric-offset",)) as (csms, _):
        trigger = {"requestedMessage": "StatusNotification"}
        trigger |= {"connectorId": 1} if version == "1.6" else {"evse": {"id": 1, "connectorId": 1}}
        assert (await csms.call("TriggerMessage", **trigger))["status"] == "Accepted"
        assert (await csms.wait("StatusNotification"))["timestamp"].endswith("+00:00")
    assert csms.problems == []


@pytest.mark.parametrize("version", VERSIONS)
async def test_without_it_times_end_in_z(version):
    async with bench(version) as (csms, _):
        trigger = {"requestedMessage": "StatusNotification"}
        trigger |= {"connectorId": 1} if version == "1.6" else {"evse": {"id": 1, "connectorId": 1}}
        await csms.call("TriggerMessage", **trigger)
        assert (await csms.wait("StatusNotification"))["timestamp"].endswith("Z")


async def test_a_mistake_is_named():
    with pytest.raises(ValueError, match="no freedom 'times-with-numeric-ofset'; did you mean"):
        ReferenceStation(ocpp="1.6", csms_url="ws://127.0.0.1:1", freedoms=["times-with-numeric-ofset"])


async def test_every_freedom_names_what_allows_it_and_does_something():
    assert all(freedom.allowed_by and freedom.behaviours for freedom in FREEDOMS.values())
