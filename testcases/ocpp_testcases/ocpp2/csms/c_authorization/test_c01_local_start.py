"""C01 - Authorization at the station, the CSMS refusing."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.c_authorization import expect_status, named


@case("TC_C_02_CSMS")
async def test_unknown_token(station, sut):
    """A CSMS that accepts a token nobody knows gives energy away."""
    await given(booted, station, sut)
    with step("A driver presents a token that the CSMS does not know"):
        await expect_status(station, sut, sut.tokens.invalid, "Invalid", "Unknown")
    with step("A driver presents a token that the CSMS knows"):
        await expect_status(station, sut, sut.tokens.valid, "Accepted")


@case("TC_C_06_CSMS")
async def test_blocked_token(station, sut):
    """A CSMS that does not know its blocked tokens lets lost and stolen cards charge."""
    await given(booted, station, sut)
    await given(named, sut, "blocked")
    with step("A driver presents a blocked token"):
        await expect_status(station, sut, sut.tokens.blocked, "Blocked", "Invalid")
    with step("A driver presents a token that may charge"):
        await expect_status(station, sut, sut.tokens.valid, "Accepted")


@case("TC_C_07_CSMS")
async def test_expired_token(station, sut):
    """A CSMS that does not know its expired tokens lets drivers charge whose contract has ended."""
    await given(booted, station, sut)
    await given(named, sut, "expired")
    with step("A driver presents a token that has expired"):
        await expect_status(station, sut, sut.tokens.expired, "Expired", "Invalid")
    with step("A driver presents a token that may charge"):
        await expect_status(station, sut, sut.tokens.valid, "Accepted")
