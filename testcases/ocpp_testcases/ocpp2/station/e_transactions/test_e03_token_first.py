"""E03 - Start transaction, identification first."""

from ocpp_proof import STEP, case, check, check_fields, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers, implemented, waits_shortly_for_cables
from ocpp_testcases.ocpp2.station.states.e_stops import expect_cable_timeout, leave_bay
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
    session,
)


@case("TC_E_04_CS")
async def test_token_first(csms, sut):
    """A driver may identify before plugging in, and charging starts."""
    await given(authorizes_drivers, csms)
    tx = await given(parking_bay_occupied, csms, sut)

    with step("The driver presents a token that the CSMS accepts"):
        await authorized(csms, sut, tx, by="local")

    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_05_CS")
async def test_cable_too_late(csms, sut):
    """A driver who walks away after identifying must not leave the place open for a stranger."""
    seconds = await given(waits_shortly_for_cables, csms, sut)
    await given(authorizes_drivers, csms)
    await given(configured, csms, {"AuthCacheCtrlr.Enabled": "false"}, if_writable=True)
    await given(configured, csms, {"AuthCtrlr.LocalPreAuthorize": "false"}, if_writable=True)
    tx = await given(authorized, csms, sut, by="local")

    with step("Nobody plugs in: after EVConnectionTimeOut the driver is no longer authorized"):
        await expect_cable_timeout(csms, sut, tx, seconds)
        if tx.ended:  # what begins the next transaction while the vehicle stays in the bay is left open
            await leave_bay(sut, tx)

    with step("The driver presents the token again"):
        again = tx if tx.started and not tx.ended else await session(csms, sut, tx.token)
        again.parked = tx.parked
        again.knows = tx.pre_authorizes  # by now from its cache, where that could not be switched off
        await authorized(csms, sut, again, by="local")

    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(csms, sut, again)
        again.check_sequence()
        if again is not tx:
            tx.check_sequence()


@case("TC_E_38_CS")
async def test_vehicle_not_ready(csms, sut):
    """A vehicle that waits for its timer must not look like a charger that does not charge."""
    tx = await given(authorized, csms, sut)

    with step("The cable is plugged in, and the vehicle does not draw energy"):
        await sut.ev_suspend()
        await ev_connected_pre_session(csms, sut, tx)

    with step("The station tells that the vehicle is not ready"):
        event = tx.events[-1] if tx.started else None
        if event is None or event.at("transactionInfo.chargingState") != "SuspendedEV":  # told of with the cable
            event = await tx.event(
                requirement="E02.FR.13",
                triggerReason="ChargingStateChanged",
                transactionInfo__chargingState=("SuspendedEV", "SuspendedEVSE", "EVConnected"),
            )
        if event.at("transactionInfo.chargingState") != "SuspendedEV":  # until the power path is closed
            later = {"transactionInfo__transactionId": tx.id, "transactionInfo__chargingState": "SuspendedEV"}
            event = await csms.expect_optional("TransactionEvent", **later) or event
        check_fields("E01.FR.19", event, {"transactionInfo.chargingState": "SuspendedEV"})
        tx.check_sequence()


@case("TC_E_52_CS")
async def test_remote_authorization_disabled(csms, sut):
    """A station that asks the CSMS about strangers although it was told not to lets them charge."""
    await given(configured, csms, {"AuthCtrlr.Enabled": "true"}, if_implemented=True)
    await given(implemented, csms, "AuthCtrlr.DisableRemoteAuthorization")
    await given(configured, csms, {"AuthCtrlr.DisableRemoteAuthorization": "true"}, if_implemented=True)
    stranger = await given(session, csms, sut, sut.tokens.invalid)
    tx = await given(parking_bay_occupied, csms, sut, stranger)

    with step("The driver presents a token that neither cache nor list knows: nobody is asked about it"):
        await sut.present_token(tx.token, tx.evseId)
        await csms.expect_none("Authorize", requirement="C01.FR.02", **tx.token_fields)

    if sut.claims("AQ-2"):
        not_judged(STEP, because="a lock keeps the cable out of whoever is not authorized")
        return

    with step("The cable is plugged in, and no energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await csms.expect_none("TransactionEvent", requirement=STEP, transactionInfo__chargingState="Charging")
        told = [event.idToken for event in tx.events if event.idToken]
        check(STEP, not told, expected="no event that names a driver", received=told)
