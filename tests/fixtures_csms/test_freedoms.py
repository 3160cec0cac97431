"""A freedom of the reference CSMS shows on the wire, and is legal there."""

from __future__ import annotations

import pytest
from ocpp_fixtures.csms import FREEDOMS, ReferenceCsms

from .bench import VERSIONS, running, station

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("freedoms", "end"), [((), "Z"), (("times-with-numeric-offset",), "+00:00")])
async def test_current_time_has_a_numeric_offset(version, freedoms, end):
    async with running(version, freedoms=freedoms) as csms, station(csms, version, booted=False) as cs:
        assert (await cs.boot())["currentTime"].endswith(end)
        assert (await cs.call("Heartbeat"))["currentTime"].endswith(end)


async def test_a_mistake_is_named():
    with pytest.raises(ValueError, match="no freedom 'times-with-numeric-ofset'; did you mean"):
        ReferenceCsms(ocpp="1.6", freedoms=["times-with-numeric-ofset"])


async def test_every_freedom_names_what_allows_it_and_does_something():
    assert all(freedom.allowed_by and freedom.behaviours for freedom in FREEDOMS.values())
