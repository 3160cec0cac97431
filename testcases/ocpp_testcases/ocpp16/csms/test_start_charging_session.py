"""3.2 Start of a charging session."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.authorization import (
    authorized,
)
from ocpp_testcases.ocpp16.csms.states.charging_session import (
    charging,
    second_transaction,
    start_transaction,
    stop_recorded,
)
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status


@case("TC_003_CSMS")
async def test_plug_in_first(station, sut):
    """A driver who plugs in before presenting the card gets no energy, or energy that nobody can bill."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report_status(station, sut.connectorId, "Preparing")

    with step("The driver presents a token that the Central System knows"):
        await authorized(station, sut)

    with step("The transaction starts"):
        tx = await start_transaction(station, sut)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)

    with step("Another driver starts at the other connector"):
        await second_transaction(station, sut, tx)


@case("TC_004_1_CSMS")
async def test_identification_first(station, sut):
    """A driver who presents the card first stands there with an open socket and no energy, or anybody gets it."""
    await given(booted, station, sut)

    with step("A driver presents a known token, plugs in, and the transaction starts"):
        tx = await charging(station, sut)
        await check_recorded(sut, tx, active=True)


@case("TC_004_2_CSMS")
async def test_connection_timeout(station, sut):
    """A driver who was too slow with the cable may not try again when the first try still counts."""
    await given(booted, station, sut)

    with step("A driver presents a token that the Central System knows"):
        await authorized(station, sut)

    with step("The charge point waits for the cable, which does not come"):
        await report_status(station, sut.connectorId, "Preparing")
        await report_status(station, sut.connectorId, "Available")

    with step("The driver comes back and presents the token again"):
        await authorized(station, sut)


@case("TC_005_1_CSMS")
async def test_disconnected_at_the_vehicle(station, sut):
    """A session that ended when the cable was pulled out of the car goes on being billed."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)

    with step("Another driver charges at the other connector"):
        other = await second_transaction(station, sut, tx)

    with step("The cable is pulled out of the vehicle, and the charge point stops the transaction"):
        await report_status(station, tx.connectorId, "SuspendedEV")
        await stop_recorded(sut, tx, "EVDisconnected", beside=other)
        await report_status(station, tx.connectorId, "Finishing")

    with step("The cable is taken out of the charge point"):
        await report_status(station, tx.connectorId, "Available")
