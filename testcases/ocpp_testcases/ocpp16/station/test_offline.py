"""2.14 Sessions without a connection."""

from datetime import datetime

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.offline import check_done_offline, keep_offline, offline, stay_offline
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.charging_session import charging, check_reason
from ocpp_testcases.ocpp16.station.states.configuration import configured
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.offline import (
    accepted_offline,
    check_samples,
    expect_start_delivered,
    expect_status_delivered,
    sample_times,
)
from ocpp_testcases.ocpp16.station.states.session import Session, plug_in, session, unplug

QUEUED = 3


@case("TC_036_CS")
async def test_connection_lost_while_charging(csms, sut):
    """What was metered while the network was down is what the bill is made of."""
    interval = sut.short_interval
    await given(idle, csms, sut)
    await given(configured, csms, {"MeterValueSampleInterval": str(interval)})
    tx = await given(charging, csms, sut)
    begun = next(m for m in csms.inbox if m.action == "StartTransaction" and (m.answer or {})["transactionId"] == tx.id)

    with step(f"The connection is lost for {QUEUED} samples"):
        await keep_offline(csms, QUEUED * interval)

    with step("The connection is back: every sample is told, in the order in which it was taken"):
        taken: list[datetime] = []
        while len(taken) <= QUEUED:
            message = await csms.expect(
                "MeterValues",
                requirement="1.6 §3.7",
                within=interval + csms.timing.event,
                connectorId=tx.connectorId,
                note=f"the samples of {QUEUED} intervals, and one more",
            )
            taken += sample_times(message)
        check_samples(sut, datetime.fromisoformat(begun.timestamp), taken, interval)


@case("TC_037_1_CS")
async def test_offline_start(csms, sut):
    """Where the network is down drivers still charge, and what they charge is told afterwards; expired cards do not."""
    await given(idle, csms, sut)
    good, stale = sut.tokens.valid, sut.tokens.second
    stale_known = await given(accepted_offline, csms, sut, good, stale=stale)
    tx = session(csms, sut, good)

    with step("The connection is lost; a driver plugs in and presents a token, after somebody with an expired one"):
        async with offline(csms) as outage:
            await plug_in(sut, tx)
            if stale_known:
                await sut.present_token(stale)
                await stay_offline(csms)
            await sut.present_token(good)
            await stay_offline(csms)

    with step("The connection is back: the charge point tells of the transaction of the good token"):
        message = await expect_start_delivered(csms, tx)
        expired = ignoring_case(stale.idToken)
        check(
            "1.6 §3.5.4",
            not expired.matches(message.idTag),
            expected=f"no transaction for {stale.idToken}, which has expired",
            received=dict(message.payload),
        )
        check_done_offline(sut, message, outage)
        await expect_status_delivered(csms, "Charging", tx.connectorId)


async def start_with_invalid_token(csms: Csms, sut: Sut, *, stops: bool) -> Session:
    """TC_037_2 and 3: a token that was good charges offline, and is refused afterwards.

    `stops`: StopTransactionOnInvalidId.
    """
    token = sut.tokens.invalid
    await given(idle, csms, sut)
    wanted = {"StopTransactionOnInvalidId": "true" if stops else "false"}
    await given(accepted_offline, csms, sut, token)
    await given(configured, csms, wanted)
    await given(configured, csms, {"MaxEnergyOnInvalidId": "0"}, if_implemented=True)
    tx = session(csms, sut, token)

    with step("The connection is lost; a driver plugs in and presents a token that is no longer valid"):
        csms.answer("StartTransaction", idTagInfo={"status": "Invalid"})
        async with offline(csms) as outage:
            await plug_in(sut, tx)
            await sut.present_token(token)
            await stay_offline(csms)

    with step("The connection is back: the charge point tells of the transaction, and that it charges"):
        check_done_offline(sut, await expect_start_delivered(csms, tx), outage)
        await expect_status_delivered(csms, "Charging", tx.connectorId)
    return tx


@case("TC_037_2_CS")
async def test_offline_start_suspended(csms, sut):
    """Somebody who may not charge would get energy for nothing until the cable is pulled."""
    tx = await start_with_invalid_token(csms, sut, stops=False)

    with step("The Central System has refused the token: no energy flows, and the transaction goes on"):
        await csms.expect(
            "StatusNotification", requirement="1.6 §9.1.24", connectorId=tx.connectorId, status="SuspendedEVSE"
        )
        await csms.expect_none("StopTransaction", requirement="1.6 §9.1.24", within=csms.timing.transaction)


@case("TC_037_3_CS")
async def test_offline_start_stopped(csms, sut):
    """An operator who wants refused transactions to end must not find them running."""
    tx = await start_with_invalid_token(csms, sut, stops=True)

    with step("The Central System has refused the token: the transaction stops for that reason"):
        stopped = await csms.expect("StopTransaction", requirement="1.6 §9.1.24")
        check_fields("1.6 §4.10 id", stopped, {"transactionId": tx.id})
        check_reason(stopped, "DeAuthorized")
        await expect_status_delivered(csms, "Finishing", tx.connectorId)


@case("TC_038_CS")
async def test_offline_stop(csms, sut):
    """A driver who stops while the network is down must not be billed for what comes after."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The connection is lost; the driver stops the transaction"):
        async with offline(csms) as outage:
            await sut.present_token(tx.token)
            await stay_offline(csms)

    with step("The connection is back: the charge point tells that the transaction has stopped"):
        stopped = await csms.expect(
            "StopTransaction", requirement="1.6 §3.7", within=csms.timing.long, transactionId=tx.id
        )
        check_done_offline(sut, stopped, outage)
        check_reason(stopped, "Local")
        await expect_status_delivered(csms, "Finishing", tx.connectorId)


@case("TC_039_CS")
async def test_offline_transaction(csms, sut):
    """A whole visit while the network is down is energy that only the charge point knows of."""
    await given(idle, csms, sut)
    await given(accepted_offline, csms, sut, sut.tokens.valid)
    tx = session(csms, sut)

    with step("The connection is lost; a driver plugs in, charges, stops and leaves"):
        async with offline(csms) as outage:
            await plug_in(sut, tx)
            await sut.present_token(tx.token)
            await stay_offline(csms)
            await sut.present_token(tx.token)
            await stay_offline(csms)
            await unplug(sut, tx)

    with step("The connection is back: the charge point tells of the start, then of the end"):
        begun = await expect_start_delivered(csms, tx)
        stopped = await csms.expect("StopTransaction", requirement="1.6 §3.7")
        check(
            "1.6 §3.7 order",
            begun.index < stopped.index,
            expected="StartTransaction before StopTransaction",
            received=f"StartTransaction as message {begun.index}, StopTransaction as {stopped.index}",
        )
        check_fields("1.6 §4.10 id", stopped, {"transactionId": tx.id})
        check_done_offline(sut, stopped, outage)
        check_reason(stopped, "Local")
