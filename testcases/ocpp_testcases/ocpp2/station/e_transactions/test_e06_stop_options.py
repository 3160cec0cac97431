"""E06 - Stop transaction options: what TxStopPoint names ends the transaction, and the station says why."""

from ocpp_proof import STEP, by_version, case, check_fields, given, not_judged, step
from ocpp_proof.cases.steps import not_applicable

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.offline import check_done_offline, stay_offline
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_offline import (
    accepted_offline,
    park_offline,
    plug_in_offline,
    quiet_about_statuses,
    start_offline,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_points import (
    authorizes_drivers,
    stops_at,
    stops_when_refused,
    stops_without_vehicle,
    unlocks_without_vehicle,
    waits_shortly_for_cables,
)
from ocpp_testcases.ocpp2.station.states.e_stops import (
    charge_for_a_while,
    energy_transfer_suspended,
    ev_connected_post_session,
    ev_disconnected,
    expect_cable_timeout,
    expect_end_without_vehicle,
    expect_stop,
    parking_bay_unoccupied,
    stop_authorized,
    stop_requested,
    take_out_of_station,
    take_out_of_vehicle,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    session,
)
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status

WITH_ENERGY = ("EnergyTransfer", "PowerPathClosed")


# --- Authorized


@case("TC_E_15_CS")
async def test_local_stop(csms, sut):
    """Presenting the token again ends the transaction, and the station says why."""
    await given(stops_at, csms, "Authorized", never=("PowerPathClosed",))
    tx = await given(energy_transfer_started, csms, sut)

    await charge_for_a_while(csms, tx)
    with step("The driver presents the same token again"):
        await sut.present_token(tx.token, tx.evseId)
        ended = await tx.event(requirement="E06.FR.03", eventType="Ended")
        check_fields("E06.FR.15", ended, {"triggerReason": "StopAuthorized"})
        check_fields(STEP, ended, {"transactionInfo.stoppedReason": ("Local", None)})
        tx.check_sequence()


@case("TC_E_21_CS")
async def test_remote_stop(csms, sut):
    """A driver who stops from an app pays until the station has understood."""
    await given(stops_at, csms, "Authorized", never=("PowerPathClosed",))
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS asks for the end of the transaction, and the station agrees"):
        await stop_requested(csms, tx)

    with step("The transaction ends, and the station says why"):
        ended = await tx.event(requirement="E06.FR.03", eventType="Ended")
        check_fields("F03.FR.09", ended, {"triggerReason": "RemoteStop"})
        check_fields("F03.FR.03", ended, {"transactionInfo.stoppedReason": "Remote"})
        tx.check_sequence()


@case("TC_E_17_CS")
async def test_vehicle_unplugged(csms, sut):
    """Who pulls the cable out of a stranger's vehicle must not charge on the stranger's bill."""
    await given(stops_at, csms, "Authorized", never=(*WITH_ENERGY, "EVConnected"))
    await given(stops_without_vehicle, csms, True)
    await given(unlocks_without_vehicle, csms, False)
    await given(authorizes_drivers, csms)
    tx = await given(energy_transfer_suspended, csms, sut, goes_on=True)

    with step("The cable is taken out of the vehicle, and the transaction ends"):
        await take_out_of_vehicle(csms, sut, tx)
        await expect_end_without_vehicle(tx, "E09.FR.01", "EVDisconnected")

    with step("The driver gets the cable back, and the station reports the connector as Available"):
        await take_out_of_station(csms, sut, tx, by_token=True, requirement="E09.FR.03")
        tx.check_sequence()


@case("TC_E_39_CS")
async def test_cable_too_late(csms, sut):
    """Who comes with a cable after the driver has gone must not charge on the driver's bill."""
    await given(stops_at, csms, "Authorized")
    seconds = await given(waits_shortly_for_cables, csms, sut)
    await given(authorizes_drivers, csms)
    tx = await given(authorized, csms, sut)

    with step("Nobody plugs in: after EVConnectionTimeOut the transaction ends"):
        await expect_cable_timeout(csms, sut, tx, seconds)

    if sut.claims("AQ-2"):
        not_judged("E02.FR.05", because="a lock keeps the cable out, since the driver is no longer authorized")
        tx.check_sequence()
        return

    with step("The cable is plugged in, and the station reports the connector as Occupied"):
        with cable_in(tx):
            await sut.plug_in(tx.evseId, tx.connectorId)
        await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")

    with step("No energy flows"):
        if tx.asks:
            await csms.expect_none("TransactionEvent", requirement=STEP, transactionInfo__chargingState="Charging")
        else:
            not_judged("E06.FR.04", because="AuthCtrlr.Enabled is false: whoever plugs in charges")
        tx.check_sequence()


# --- PowerPathClosed


@case("TC_E_07_CS")
async def test_power_path_by_driver(csms, sut):
    """Where the power path ends the transaction, a driver's stop opens it, and the bill ends there."""
    await given(stops_at, csms, "PowerPathClosed", never=("Authorized",))
    tx = await given(energy_transfer_started, csms, sut)

    with step("The driver presents the same token again, and the transaction ends"):
        await stop_authorized(csms, sut, tx, by="local")
        tx.check_sequence()


@case("TC_E_35_CS")
async def test_power_path_by_csms(csms, sut):
    """Where the power path ends the transaction, a stop from an app opens it, and the bill ends there."""
    await given(stops_at, csms, "PowerPathClosed", never=("Authorized",))
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS asks for the end of the transaction, and the station agrees"):
        await stop_requested(csms, tx)

    with step("The transaction ends, in one event or two, and the station says why"):
        await expect_stop(tx, "remote")
        tx.check_sequence()


@case("TC_E_37_CS")
async def test_power_path_by_vehicle(csms, sut):
    """Without a vehicle no power path is closed: a transaction that goes on bills nobody's energy."""
    await given(stops_at, csms, "PowerPathClosed", never=("EnergyTransfer", "EVConnected", "DataSigned"))
    await given(stops_without_vehicle, csms, False, if_writable=True)
    tx = await given(energy_transfer_suspended, csms, sut, goes_on=True)

    with step("The cable is taken out of the vehicle, and the transaction ends"):
        await take_out_of_vehicle(csms, sut, tx)
        await expect_end_without_vehicle(tx, "E06.FR.06", "EVDisconnected", "StoppedByEV")
        tx.check_sequence()


# --- EnergyTransfer


@case("TC_E_08_CS")
async def test_energy_by_driver(csms, sut):
    """Where the end of the energy ends the transaction, a driver's stop ends both."""
    await given(stops_at, csms, "EnergyTransfer", never=("Authorized", "PowerPathClosed"))
    tx = await given(energy_transfer_started, csms, sut)

    with step("The driver stops, at the station or by a request of the CSMS, and the transaction ends"):
        await stop_authorized(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_22_CS")
async def test_energy_by_vehicle(csms, sut):
    """Where the end of the energy ends the transaction, a full vehicle does, and the place is free to bill."""
    await given(stops_at, csms, "EnergyTransfer")
    tx = await given(energy_transfer_started, csms, sut)

    with step("The vehicle suspends the energy transfer, and the transaction ends"):
        await sut.ev_suspend()
        ended = await tx.event(requirement="E06.FR.07", eventType="Ended")
        states = by_version({"2.0.1": ("EVConnected", "SuspendedEV"), "2.1": ("EVConnected",)})
        check_fields("E06.FR.15", ended, {"triggerReason": "ChargingStateChanged"})
        check_fields(STEP, ended, {"transactionInfo.chargingState": states})
        check_fields("E06.FR.08", ended, {"transactionInfo.stoppedReason": "StoppedByEV"})
        tx.check_sequence()


# --- EVConnected


@case("TC_E_14_CS")
async def test_connection_at_the_station(csms, sut):
    """Where the cable ends the transaction, a driver who takes it out is no longer billed for the place."""
    await given(stops_at, csms, "EVConnected", never=(*WITH_ENERGY, "DataSigned", "Authorized"))
    tx = await given(ev_connected_post_session, csms, sut)

    with step("The cable is taken out: the connector is Available, and the transaction ends"):
        await ev_disconnected(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_20_CS")
async def test_connection_at_the_vehicle(csms, sut):
    """Where the connection ends the transaction, so does a cable that is taken out of the vehicle."""
    await given(stops_at, csms, "EVConnected", never=WITH_ENERGY)
    await given(stops_without_vehicle, csms, False, if_writable=True)
    tx = await given(energy_transfer_suspended, csms, sut, goes_on=True)

    with step("The cable is taken out of the vehicle, and the transaction ends"):
        await take_out_of_vehicle(csms, sut, tx)
        await expect_end_without_vehicle(tx, "E06.FR.02", "EVDisconnected")
        tx.check_sequence()


@case("TC_E_54_CS")
async def test_connection_at_the_talking_vehicle(csms, sut):
    """A vehicle that talks to the station may say goodbye first: the transaction ends all the same."""
    await given(stops_at, csms, "EVConnected", never=WITH_ENERGY)
    await given(stops_without_vehicle, csms, False, if_writable=True)
    tx = await given(energy_transfer_suspended, csms, sut, goes_on=True)

    with step("The cable is taken out of the vehicle, and the transaction ends"):
        await take_out_of_vehicle(csms, sut, tx)
        await expect_end_without_vehicle(tx, "E06.FR.02", "EVDisconnected", "StoppedByEV")
        tx.check_sequence()


# --- ParkingBayOccupancy


@case("TC_E_19_CS")
async def test_parking_bay_unoccupied(csms, sut):
    """Where parking is billed, the transaction ends with the vehicle gone, and not before."""
    await given(stops_at, csms, "ParkingBayOccupancy", never=(*WITH_ENERGY, "DataSigned", "Authorized", "EVConnected"))
    tx = await given(ev_disconnected, csms, sut)

    with step("The vehicle leaves the bay, and the transaction ends"):
        await parking_bay_unoccupied(csms, sut, tx)
        tx.check_sequence()


# --- a token that turns out not to be valid


@case("TC_E_16_CS")
async def test_token_refused_later(csms, sut):
    """Somebody who may not charge would get energy for nothing until the cable is pulled."""
    await given(stops_when_refused, csms)
    await given(authorizes_drivers, csms)
    await given(configured, csms, {"TxCtrlr.StopTxOnInvalidId": "true"}, if_implemented=True)
    await given(quiet_about_statuses, csms)
    tx = await given(session, csms, sut)
    if not tx.asks:
        raise not_applicable("AuthCtrlr.Enabled is false and cannot be set: no token is ever refused")
    await given(accepted_offline, csms, sut, tx.token)
    csms.answer("TransactionEvent", where={"idToken": bool}, idTokenInfo={"status": "Invalid"})

    with step("The connection is lost; a driver presents a token that is no longer valid, and plugs in"):
        tx.cable_kept = True
        outage = await while_offline(
            csms,
            lambda: park_offline(sut, tx),
            lambda: start_offline(sut, tx),
            lambda: plug_in_offline(sut, tx),
            lambda: stay_offline(csms),
        )

    with step("The station comes back and tells of the transaction, and the CSMS refuses the token"):
        named = await csms.expect("TransactionEvent", requirement="E12.FR.02", within=csms.timing.long, idToken=bool)
        tx.id = str(named.at("transactionInfo.transactionId"))
        tx.events += csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
        for event in tx.events:
            if event.seqNo <= named.seqNo:  # what came before it happened before the station was back, too
                check_fields("E12.FR.02", event, {"offline": True})
        check_done_offline(sut, named, outage)

    with step("The station ends the transaction, and says why"):
        ended = await tx.event(requirement="E05.FR.10", eventType="Ended")
        check_fields("E06.FR.15", ended, {"triggerReason": "Deauthorized"})
        check_fields("C15.FR.04", ended, {"transactionInfo.stoppedReason": "DeAuthorized"})
        tx.check_sequence()
