"""3.8 Basic actions that are refused."""

from functools import partial

from ocpp_proof import case, check_fields, given, on_undo, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import has_to_be_known
from ocpp_testcases.ocpp16.csms.states.authorization import authorized, configured_token
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def token_refused(station: Station, sut: Sut, token: Token, status: str) -> None:
    """A driver presents a token that may not charge and is told why; one with a good token is let in."""
    await given(booted, station, sut)

    with step("A driver presents a token that may not charge"):
        answer = await station.call("Authorize", idTag=token.idToken)
        if status != "Invalid":
            has_to_be_known(sut, token, answer)
        check_fields("1.6 §7.2", answer, {"idTagInfo.status": status})

    with step("A driver presents one that may"):
        await authorized(station, sut)


@case("TC_023_1_CSMS")
async def test_unknown_token(station, sut):
    """A Central System that accepts a token nobody knows gives energy away."""
    await token_refused(station, sut, sut.tokens.invalid, "Invalid")


@case("TC_023_2_CSMS")
async def test_expired_token(station, sut):
    """A driver whose contract has run out charges on, or is not told why it does not work."""
    await token_refused(station, sut, configured_token(sut, "expired"), "Expired")


@case("TC_023_3_CSMS")
async def test_blocked_token(station, sut):
    """A card that was reported as stolen charges on, or its holder is not told why it does not work."""
    await token_refused(station, sut, configured_token(sut, "blocked"), "Blocked")


@case("TC_024_CSMS")
async def test_lock_failure(station, sut):
    """A broken lock that the Central System does not take in is one that nobody repairs."""
    await given(booted, station, sut)

    with step("A driver presents a token that the Central System knows"):
        await authorized(station, sut)

    with step("The driver plugs in, and the lock does not close"):
        on_undo("The connector is free again", partial(report_status, station, sut.connectorId, "Available"))
        await report_status(station, sut.connectorId, "Preparing")
        await report_status(station, sut.connectorId, "Faulted", "ConnectorLockFailure")

    with step("The Central System goes on"):
        await check_still_serving(station)
