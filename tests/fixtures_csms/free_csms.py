"""A reference CSMS with a freedom, and without: what a station hears of it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from ocpp_fixtures.csms import FREEDOMS

from .bench import running, station

VERSIONS = ["1.6", "2.1"]
QUIET = 0.15
"""Seconds in which a CSMS that says nothing says nothing."""
ID_TOKEN = {"idToken": "GOOD", "type": "ISO14443"}
MOMENT = "2036-11-20T10:00:00Z"


def of(name):
    """A freedom at each version that it exists in (2.0.1 shares every line with 2.1), and without it."""
    found = [(version, freedoms) for version in VERSIONS for freedoms in ((), (name,))]
    rows = [(v, f) for v, f in found if v in FREEDOMS[name].versions]
    return pytest.mark.parametrize(("version", "freedoms"), rows)


@asynccontextmanager
async def told(version, freedoms, *, answers=None, booted=True, **options):
    async with (
        running(version, freedoms=freedoms, **options) as csms,
        station(csms, version, answers=answers, booted=booted) as cs,
    ):
        yield csms, cs


async def unasked(cs):
    """The actions that came until nothing comes any more."""
    found = []
    while True:
        try:
            action, _ = await asyncio.wait_for(cs.asked.get(), QUIET)
        except TimeoutError:
            return found
        found.append(action)


async def started(cs, version):
    if version == "1.6":
        return await cs.call("StartTransaction", connectorId=1, idTag="GOOD", meterStart=0, timestamp=MOMENT)
    return await cs.event("Started", 0, evse={"id": 1, "connectorId": 1}, idToken=ID_TOKEN)
