"""3.4 and 3.9 Remote start and stop of a charging session."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.authorization import authorized
from ocpp_testcases.ocpp16.csms.states.charging_session import (
    charging,
    second_transaction,
    start_transaction,
    stop_recorded,
)
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def start_remotely(station: Station, sut: Sut) -> Token:
    """The operator starts a session remotely; returns the token that the Central System names.

    It may be another one than the operator's: a Central System may make up a token for a remote start.
    """
    request = await asked(
        station,
        sut,
        "RemoteStartTransaction",
        idTag=sut.tokens.valid.idToken,
        connectorId=sut.connectorId,
        matching={"idTag": PRESENT},
        requirement="1.6 §5.11",
    )
    return Token(str(request.idTag))


@case("TC_010_CSMS")
async def test_remote_start_plugged_in(station, sut):
    """A session that the app started must be one that the Central System then lets charge."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report_status(station, sut.connectorId, "Preparing")

    with step("The operator starts a session remotely"):
        token = await start_remotely(station, sut)

    with step("The charge point asks for the token and starts"):
        await authorized(station, sut, token)
        tx = await start_transaction(station, sut, token)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)


@case("TC_011_1_CSMS")
async def test_remote_start_first(station, sut):
    """A driver who starts in the app and then plugs in must get the session that was promised."""
    await given(booted, station, sut)

    with step("The operator starts a session remotely"):
        token = await start_remotely(station, sut)

    with step("The charge point asks for the token and waits for the cable"):
        await authorized(station, sut, token)
        await report_status(station, sut.connectorId, "Preparing")

    with step("The driver plugs in, and the transaction starts"):
        tx = await start_transaction(station, sut, token)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)


@case("TC_011_2_CSMS")
async def test_remote_start_timeout(station, sut):
    """A connector that was set aside for a session from the app must come free when nobody plugs in."""
    await given(booted, station, sut)

    with step("The operator starts a session remotely"):
        token = await start_remotely(station, sut)

    with step("The charge point asks for the token and waits for the cable, which does not come"):
        await authorized(station, sut, token)
        await report_status(station, sut.connectorId, "Preparing")
        await report_status(station, sut.connectorId, "Available")


@case("TC_012_CSMS")
async def test_remote_stop(station, sut):
    """The session that the operator stops goes on, or somebody else's stops, when another transaction is named."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)
    station.answer("RemoteStopTransaction", status="Accepted")

    with step("Another driver charges at the other connector"):
        other = await second_transaction(station, sut, tx)

    with step("The operator stops the first session remotely"):
        await asked(
            station,
            sut,
            "RemoteStopTransaction",
            transactionId=tx.id,
            matching={"transactionId": tx.id},
            requirement="1.6 §5.12",
        )

    with step("The charge point stops it"):
        await stop_recorded(sut, tx, "Remote", beside=other)
        await report_status(station, tx.connectorId, "Finishing")

    with step("The driver unplugs"):
        await report_status(station, tx.connectorId, "Available")


@case("TC_026_CSMS")
async def test_remote_start_rejected(station, sut):
    """A charge point may be unable to start; its refusal must not upset the Central System."""
    await given(booted, station, sut)
    station.answer("RemoteStartTransaction", status="Rejected")

    with step("The operator starts a session remotely, and the charge point refuses"):
        await start_remotely(station, sut)

    with step("The Central System goes on as before"):
        await check_still_serving(station)


@case("TC_028_CSMS")
async def test_remote_stop_rejected(station, sut):
    """A session that the charge point did not stop still runs, and its energy has to be billed."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)
    station.answer("RemoteStopTransaction", status="Rejected")

    with step("The operator stops a session that the charge point does not know, and it refuses"):
        await asked(station, sut, "RemoteStopTransaction", transactionId=sut.number())

    with step("The session goes on, and another one starts beside it"):
        other = await second_transaction(station, sut, tx)
        await check_recorded(sut, tx, active=True)

    with step("The driver stops it"):
        await stop_recorded(sut, tx, "Local", beside=other)
        await report_status(station, tx.connectorId, "Available")
