"""2.3 Stop of a charging session."""

from dataclasses import replace

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.charging_session import charging, expect_transaction_stopped, stop_remotely
from ocpp_testcases.ocpp16.station.states.configuration import configurable, configured
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import Session, unplug_vehicle
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

DISCONNECTED = "EV side disconnected"


@case("TC_068_CS")
async def test_stopped_by_the_same_token(csms, sut):
    """A passer-by with some card must not end the session, and the driver with the right one must be able to."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("Somebody presents another token, which may charge: nothing happens"):
        await sut.present_token(sut.tokens.second)
        await csms.expect_none("StopTransaction", requirement="1.6 §4.10 other", within=csms.timing.transaction)
        asked = csms.received("Authorize")
        check("1.6 §4.1 other", not asked, expected="no Authorize", received=[dict(m.payload) for m in asked])

    with step("The driver presents the token that started the transaction: it stops"):
        await sut.present_token(tx.token)
        message = await expect_transaction_stopped(csms, tx)
        check_fields("1.6 §4.10 idTag", message, {"idTag": ignoring_case(tx.token.idToken)})
        asked = csms.received("Authorize", idTag=ignoring_case(tx.token.idToken))
        check("1.6 §4.1 same", not asked, expected="no Authorize", received=[dict(m.payload) for m in asked])


@case("TC_069_CS")
async def test_stopped_by_the_same_group(csms, sut):
    """Whoever holds the fleet's other card can take the car away; without that the driver waits for the first one."""
    partner, parent = sut.tokens.second, sut.tokens.valid.group or sut.text()
    info = {"status": "Accepted", "parentIdTag": parent}
    await given(idle, csms, sut)
    for action in ("Authorize", "StartTransaction", "StopTransaction"):
        csms.answer(action, idTagInfo=info)
    tx = await given(charging, csms, sut, replace(sut.tokens.valid, group=parent))

    with step("Somebody presents another token of the same group: the charge point asks for it"):
        await sut.present_token(partner)
        await csms.expect("Authorize", requirement="1.6 §4.1 ask", idTag=ignoring_case(partner.idToken))

    with step("It is accepted and has the same parent: the transaction stops"):
        message = await expect_transaction_stopped(csms, tx)
        check_fields("1.6 §4.10 idTag", message, {"idTag": ignoring_case(partner.idToken)})


async def cable_leaves_vehicle(csms: Csms, sut: Sut, *, stop: str, unlock: str) -> Session:
    """Charging, with these settings for the end of a cable that leaves the vehicle, which it then does."""
    settings = {"StopTransactionOnEVSideDisconnect": stop, "UnlockConnectorOnEVSideDisconnect": unlock}
    await given(configurable, csms, settings)
    await given(idle, csms, sut)
    await given(configured, csms, settings)
    tx = await given(charging, csms, sut)
    with step("The cable is taken out of the vehicle"):
        await unplug_vehicle(sut, tx)
    return tx


@case("TC_005_1_CS")
async def test_vehicle_leaves(csms, sut):
    """Who drives away is billed on, or blames the operator for what the next car takes."""
    tx = await cable_leaves_vehicle(csms, sut, stop="true", unlock="true")

    with step("The transaction stops"):
        await expect_transaction_stopped(csms, tx, reason="EVDisconnected", requirement="1.6 §4.10 EV side")


@case("TC_005_2_CS")
async def test_vehicle_leaves_cable_kept(csms, sut):
    """Somebody pulled the cable out for mischief: the session ends, and the cable is not theirs to take."""
    tx = await cable_leaves_vehicle(csms, sut, stop="true", unlock="false")

    with step("The transaction stops"):
        await expect_transaction_stopped(
            csms,
            tx,
            reason="EVDisconnected",
            status=("Finishing", "Available"),
            requirement="1.6 §4.10 EV side",
        )

    with step("The Central System unlocks the connector"):
        answer = await csms.call("UnlockConnector", connectorId=tx.connectorId)
        check_fields("1.6 §5.18", answer, {"status": ("Unlocked", "NotSupported")})


@case("TC_005_3_CS")
async def test_vehicle_leaves_transaction_goes_on(csms, sut):
    """Where a session outlives an unplugged cable the operator has to see why nothing flows, and be able to end it."""
    await given(configurable, csms, {"StopTransactionOnEVSideDisconnect": "false"}, writable=True)
    tx = await cable_leaves_vehicle(csms, sut, stop="false", unlock="false")
    suspended = ("SuspendedEV", "SuspendedEVSE")

    with step("The charge point says why nothing flows, and the transaction goes on"):
        told = await expect_connector_status(csms, suspended, tx.connectorId)
        if told.info != DISCONNECTED:
            why = {"connectorId": tx.connectorId, "status": suspended, "info": DISCONNECTED}
            told = await csms.expect_optional("StatusNotification", within=csms.timing.event, **why) or told
        note = "the official case wants it; 1.6 §4.9 says SHOULD"
        check_fields(STEP, told, {"info": DISCONNECTED}, note=note)
        await csms.expect_none("StopTransaction", requirement="1.6 §4.10 EV side", within=csms.timing.transaction)

    with step("The Central System stops the transaction"):
        fixed = sut.claims("fixed cable")
        await stop_remotely(csms, tx, status=("Finishing", "Available") if fixed else "Finishing")
