"""Each freedom about the cache, groups and master passes of a 2.x station shows on the wire, and is legal there."""

import asyncio

import pytest
from ocpp_fixtures.station.freedoms import authorization_cache, authorization_groups

from .bench import bench, operate

CARD = {"idToken": "04A1B2C3", "type": "ISO14443"}
AUTHORIZE = f"authorize?id={CARD['idToken']}&type=ISO14443&evse_id=1"


async def settled(csms):
    """All that came before has been told."""
    await csms.call("TriggerMessage", requestedMessage="Heartbeat")
    await csms.wait("Heartbeat")


async def charged(csms, station):
    """Somebody has charged with the card and left."""
    for operation in ("plugin?evse_id=1", AUTHORIZE, AUTHORIZE, "plugout?evse_id=1"):
        await operate(station, operation)
        await settled(csms)
        await asyncio.sleep(authorization_cache.DEBOUNCE * 1.5)


def recorded(csms):
    """What comes from now on."""
    told, sound = [], csms._answer

    async def answer(action, request):
        told.append((action, request))
        return await sound(action, request)

    csms.peer.handler = answer
    return told


async def set_to(csms, component, name, value):
    variable = {"component": {"name": component}, "variable": {"name": name}, "attributeValue": value}
    return (await csms.call("SetVariables", setVariableData=[variable]))["setVariableResult"][0]["attributeStatus"]


async def offline_only(csms, station):
    return await set_to(csms, "AuthCtrlr", "LocalPreAuthorize", "true") == "Rejected"


async def always_on(csms, station):
    return await set_to(csms, "AuthCacheCtrlr", "Enabled", "false") == "Rejected"


async def fixed_life_time(csms, station):
    return await set_to(csms, "AuthCacheCtrlr", "LifeTime", "1") == "Rejected"


async def refreshed(csms, station):
    await set_to(csms, "AuthCtrlr", "LocalPreAuthorize", "true")
    await charged(csms, station)
    told = recorded(csms)
    await charged(csms, station)
    actions = [action for action, _ in told]
    return "Authorize" in actions and actions.index("TransactionEvent") < actions.index("Authorize")


async def expired_stay(csms, station):
    await set_to(csms, "AuthCacheCtrlr", "LifeTime", "1")
    await charged(csms, station)
    await asyncio.sleep(1.1)
    await set_to(csms, "AuthCtrlr", "DisableRemoteAuthorization", "true")
    await operate(station, AUTHORIZE)
    await settled(csms)
    variable = {"component": {"name": "AuthCacheCtrlr"}, "variable": {"name": "Storage"}}
    read = await csms.call("GetVariables", getVariableData=[variable])
    return read["getVariableResult"][0]["attributeValue"] != "0"


async def read_once(csms, station):
    told = recorded(csms)
    await operate(station, "plugin?evse_id=1")
    await operate(station, AUTHORIZE)
    await csms.wait("TransactionEvent", triggerReason="Authorized")
    await operate(station, AUTHORIZE)
    await settled(csms)
    return "StopAuthorized" not in str(told)


PASS = {"idToken": "04FEDCBA", "type": "ISO14443"}
GROUP = "POLICE"


def of_group(csms):
    """From now on the CSMS says that the pass is one, and what comes is kept."""
    told, sound = [], csms._answer

    async def answer(action, request):
        told.append((action, request))
        found = await sound(action, request)
        if request.get("idToken") == PASS:
            found["idTokenInfo"] = {"status": "Accepted", "groupIdToken": {"idToken": GROUP, "type": "Central"}}
        return found

    csms.peer.handler = answer
    return told


async def not_named(csms, station):
    """The event that tells of the stop has no idToken."""
    variable = {"component": {"name": "AuthCtrlr"}, "variable": {"name": "MasterPassGroupId"}, "attributeValue": GROUP}
    await csms.call("SetVariables", setVariableData=[variable])
    told = of_group(csms)
    for operation in ("plugin?evse_id=1", "authorize?id=04A1B2C3&type=ISO14443&evse_id=1"):
        await operate(station, operation)
    await csms.wait("TransactionEvent", triggerReason="Authorized")
    await operate(station, f"authorize?id={PASS['idToken']}&type=ISO14443&evse_id=1")
    await csms.wait("TransactionEvent", triggerReason="StopAuthorized")
    stop = next(request for _, request in told if request.get("triggerReason") == "StopAuthorized")
    assert stop["transactionInfo"]["stoppedReason"] == "MasterPass"
    return "idToken" not in stop


SHOWS = {
    "cache-for-offline-only": offline_only,
    "cache-always-on": always_on,
    "cache-life-time-fixed": fixed_life_time,
    "cached-tokens-refreshed": refreshed,
    "expired-entries-stay": expired_stay,
    "same-card-read-once": read_once,
    "master-pass-not-named": not_named,
}


def test_each_freedom_is_here():
    tables = (authorization_cache, authorization_groups)
    assert {row.name for table in tables for row in table.freedom.rows} == set(SHOWS)


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("freedom", sorted(SHOWS))
async def test_a_freedom_shows(freedom, version):
    for freedoms, expected in (((freedom,), True), ((), False)):
        async with bench(version, freedoms=freedoms) as (csms, station):
            assert await SHOWS[freedom](csms, station) is expected
            assert not csms.problems
