"""3.4 and 3.9 Remote start of a charging session."""

from ocpp_proof import case, check, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.states.csms2 import check_time, recorded
from ocpp_proof.states.csms16 import asked, authorized, booted, report, start, stays_connected
from ocpp_proof.sut.sut import Sut, Token


async def remote_start(station: Station, sut: Sut) -> Token:
    """The operator starts a session remotely; returns the token that the Central System names."""
    request = await asked(
        station, sut, "RemoteStartTransaction", idTag=sut.tokens.valid.idToken, connectorId=sut.connectorId
    )
    check(
        "1.6 §5.11",
        request.idTag == sut.tokens.valid.idToken,
        expected=f"idTag {sut.tokens.valid.idToken}",
        received=dict(request.payload),
    )
    return Token(request.idTag)


@case("TC_010_CSMS")
async def test_remote_start_plugged_in(station, sut):
    """A session that the app started must be one that the Central System then lets charge."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report(station, sut.connectorId, "Preparing")

    with step("The operator starts a session remotely"):
        token = await remote_start(station, sut)

    with step("The charge point asks for the token and starts"):
        await authorized(station, sut, token)
        tx = await start(station, sut, token)
        await report(station, tx.connectorId, "Charging")
        await recorded(sut, tx, active=True)


@case("TC_026_CSMS")
async def test_remote_start_rejected(station, sut):
    """A charge point may be unable to start; its refusal must not upset the Central System."""
    await given(booted, station, sut)
    station.answer("RemoteStartTransaction", status="Rejected")

    with step("The operator starts a session remotely, and the charge point refuses"):
        await remote_start(station, sut)

    with step("The Central System goes on as before"):
        await stays_connected(station)
        beat = await station.call("Heartbeat")
        check_time("1.6 §4.6", sut, "currentTime", beat.currentTime)
