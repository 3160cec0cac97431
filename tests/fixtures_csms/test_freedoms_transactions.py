"""What a reference CSMS with a freedom of block E tells and asks of a transaction, and that one without does not."""

from __future__ import annotations

import pytest

from .bench import asked, demand, http, station
from .free_csms import ID_TOKEN, MOMENT, of, started, told, unasked

pytestmark = pytest.mark.asyncio

EVSE = {"id": 1, "connectorId": 1}
SUPPORTED = {
    "getVariableResult": [
        {
            "component": {"name": "TxCtrlr"},
            "variable": {"name": "SupportedLimits"},
            "attributeStatus": "Accepted",
            "attributeValue": "maxCost,maxEnergy",
        }
    ]
}
PROFILE = {
    "stackLevel": 1,
    "chargingProfilePurpose": "TxProfile",
    "chargingProfileKind": "Absolute",
    "transactionId": "T1",
    "chargingSchedule": [
        {"startSchedule": MOMENT, "chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    ],
}


@of("token-told-in-every-answer")
async def test_the_token_is_told_again(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        await started(cs, version)
        again = await cs.event("Updated", 1, trigger="Trigger")
        assert (again.get("idTokenInfo", {}).get("status") == "Accepted") is bool(freedoms)


@of("refused-transaction-stopped")
async def test_what_is_refused_is_stopped(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        await started(cs, version)
        assert not await unasked(cs)
        stranger = {"transactionId": "T2", "chargingState": "Idle"}
        refused = {"idToken": "NOBODY", "type": "ISO14443"}
        await cs.event("Started", 0, trigger="Authorized", transactionInfo=stranger, evse=EVSE, idToken=refused)
        assert await unasked(cs) == (["RequestStopTransaction"] if freedoms else [])


@of("priority-told-with-events")
async def test_a_priority_is_told(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert ("chargingPriority" in await started(cs, version)) is bool(freedoms)


@of("cost-told-from-the-start")
async def test_a_cost_is_told_at_the_start(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert ("totalCost" in await started(cs, version)) is bool(freedoms)


@of("lets-stations-calculate")
@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
async def test_a_station_that_calculates_is_told_no_cost(version, freedoms, status):
    cost = {"component": {"name": "TariffCostCtrlr"}, "variable": {"name": "Enabled", "instance": "Cost"}}
    answers = {"SetVariables": {"setVariableResult": [cost | {"attributeStatus": status}]}}
    async with told(version, freedoms, answers=answers) as (_, cs):
        assert await unasked(cs) == (["SetVariables"] if freedoms else [])
        await started(cs, version)
        told_of = "totalCost" in await cs.event("Updated", 1, trigger="MeterValuePeriodic")
        assert told_of is not (bool(freedoms) and status == "Accepted")


@of("unlocks-only-what-has-a-lock")
@pytest.mark.parametrize("type", ["cType2", "sType2"])
async def test_a_fixed_cable_is_not_unlocked(version, freedoms, type):
    one = {"component": {"name": "Connector", "evse": EVSE}, "variable": {"name": "ConnectorType"}}
    known = {"getVariableResult": [one | {"attributeStatus": "Accepted", "attributeValue": type}]}
    async with told(version, freedoms, answers={"GetVariables": known}) as (csms, _):
        found = await demand(csms, "UnlockConnector", {"evseId": 1, "connectorId": 1})
        assert found[0] == (409 if freedoms and type == "cType2" else 202)


@of("status-of-transactions-asked-at-each-connection")
async def test_a_station_that_comes_back_is_asked(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await started(cs, version)
        assert not await unasked(cs)
        async with station(csms, version, booted=False) as again:
            assert await unasked(again) == ["GetTransactionStatus"] * (2 if freedoms else 0)


@of("status-asked-both-ways")
async def test_the_status_is_asked_for_both_ways(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await started(cs, version)
        await demand(csms, "GetTransactionStatus", {"transactionId": "T1"})
        assert len(await unasked(cs)) == (2 if freedoms else 1)


@of("transaction-ids-in-small-letters")
async def test_ids_of_transactions_are_small(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await demand(csms, "GetTransactionStatus", {"transactionId": "T1"})
        assert (await asked(cs))[1]["transactionId"] == ("t1" if freedoms else "T1")


@of("drivers-are-prepaid")
async def test_drivers_have_so_much_left(version, freedoms):
    async with told(version, freedoms, answers={"GetVariables": SUPPORTED}) as (_, cs):
        await unasked(cs)
        assert ("transactionLimit" in await started(cs, version)) is bool(freedoms)
        assert "transactionLimit" not in await cs.event("Updated", 1, trigger="Trigger")


@of("balance-used-up-at-the-end")
async def test_a_token_has_no_credit_at_the_end(version, freedoms):
    async with told(version, freedoms) as (_, cs):
        assert (await started(cs, version))["idTokenInfo"]["status"] == "Accepted"
        found = await cs.event("Ended", 1, trigger="StopAuthorized", idToken=ID_TOKEN)
        assert found["idTokenInfo"]["status"] == ("NoCredit" if freedoms else "Accepted")


@of("house-limits-energy")
async def test_nobody_gets_more_than_the_house_gives(version, freedoms):
    async with told(version, freedoms, answers={"GetVariables": SUPPORTED}) as (_, cs):
        await unasked(cs)
        house = {"maxEnergy": 5000.0} if freedoms else None
        assert (await started(cs, version)).get("transactionLimit") == house
        for number, (wanted, expected) in enumerate([(9000, house), (5000, None)], 1):
            info = {"transactionId": "T1", "transactionLimit": {"maxEnergy": wanted}}
            found = await cs.event("Updated", number, trigger="LimitSet", transactionInfo=info)
            assert found.get("transactionLimit") == expected


@of("what-cannot-be-resumed-ends-at-a-boot")
async def test_a_transaction_is_over_when_its_station_boots(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await started(cs, version)
        async with station(csms, version):
            recorded = await http("GET", f"{csms.api_url}/stations/CS001/transactions/T1")
            assert recorded[1]["active"] is not bool(freedoms)


@of("restored-profiles-begin-now")
async def test_profiles_begin_when_they_are_sent_again(version, freedoms):
    async with told(version, freedoms) as (csms, cs):
        await cs.event("Started", 0, evse=EVSE, idToken=ID_TOKEN)
        await demand(csms, "SetChargingProfile", {"evseId": 1, "chargingProfile": PROFILE})
        _, first = await asked(cs)
        await cs.event("Updated", 1, trigger="TxResumed")
        _, again = await asked(cs)
        assert (first == again) is not bool(freedoms)


async def limit(csms, **wish):
    """What the operator's API answers to a wish."""
    return (await http("PUT", f"{csms.api_url}/stations/CS001/limits", wish))[0]


async def test_a_limit_that_the_station_does_not_support_is_refused():
    async with told("2.1", (), answers={"GetVariables": SUPPORTED}) as (csms, cs):
        assert await limit(csms, idToken="GOOD", limit={"maxTime": 60}) == 400
        assert await limit(csms, idToken="GOOD", limit={"maxEnergy": 60}) == 200
        assert (await started(cs, "2.1"))["transactionLimit"] == {"maxEnergy": 60}


async def test_a_transaction_that_has_ended_is_not_limited():
    async with told("2.1", (), answers={"GetVariables": SUPPORTED}) as (csms, cs):
        await started(cs, "2.1")
        await cs.event("Ended", 1, trigger="StopAuthorized")
        assert await limit(csms, transactionId="T1", limit={"maxEnergy": 60}) == 400


async def test_a_limit_can_be_taken_back_before_it_is_told():
    async with told("2.1", (), answers={"GetVariables": SUPPORTED}) as (csms, cs):
        assert await limit(csms, idToken="GOOD", limit={"maxEnergy": 60}) == 200
        assert await limit(csms, idToken="GOOD", limit={}) == 200
        assert "transactionLimit" not in await started(cs, "2.1")


@of("not-implemented-is-noted")
async def test_a_message_that_is_not_there_is_not_asked_for_again(version, freedoms):
    async with told(version, freedoms, answers={"TriggerMessage": {"status": "NotImplemented"}}) as (csms, cs):
        assert await unasked(cs) == (["TriggerMessage"] if freedoms else [])
        found = await demand(csms, "TriggerMessage", {"requestedMessage": "StatusNotification", "evse": EVSE})
        assert found[0] == (409 if freedoms else 202)
