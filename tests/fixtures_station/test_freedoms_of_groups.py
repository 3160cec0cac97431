"""The freedoms about groups and master passes of a 2.x station show on the wire, and are legal there."""

import pytest
from ocpp_fixtures.station.freedoms import authorization_groups

from .bench import bench, operate

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


SHOWS = {"master-pass-not-named": not_named}


def test_each_freedom_is_here():
    assert {row.name for row in authorization_groups.freedom.rows} == set(SHOWS)


@pytest.mark.asyncio
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("freedom", sorted(SHOWS))
async def test_a_freedom_shows(freedom, version):
    for freedoms, expected in (((freedom,), True), ((), False)):
        async with bench(version, freedoms=freedoms) as (csms, station):
            assert await SHOWS[freedom](csms, station) is expected
            assert not csms.problems
