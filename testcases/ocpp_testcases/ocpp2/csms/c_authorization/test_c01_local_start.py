"""C01 - Authorization at the station, the CSMS refusing."""

from ocpp_proof import Inconclusive, case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import has_to_be_known, token_status
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


async def blocked_at_csms(sut: Sut) -> None:
    """The CSMS has a blocked token"""
    if not sut.tokens.given("blocked"):
        raise Inconclusive("name a token that the CSMS has as blocked: values.tokens.blocked in sut.toml")


async def expect_status(station: Station, sut: Sut, token: Token, *allowed: str) -> None:
    """Present a token at the reader; the CSMS must answer with one of these statuses."""
    answer = await station.call("Authorize", idToken=token.payload)
    if "Accepted" in allowed or ("Blocked" in allowed and token_status(answer) == "Unknown"):
        has_to_be_known(sut, token, answer)
    check_fields("C01.FR.07", answer, {"idTokenInfo.status": allowed}, note="values.tokens in sut.toml")


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
    await given(blocked_at_csms, sut)
    with step("A driver presents a blocked token"):
        await expect_status(station, sut, sut.tokens.blocked, "Blocked", "Invalid")
    with step("A driver presents a token that may charge"):
        await expect_status(station, sut, sut.tokens.valid, "Accepted")
