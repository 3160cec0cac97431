"""C01 - Authorization at the station, the CSMS refusing."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.csms2 import booted


@case("TC_C_02_CSMS")
async def test_unknown_token(station, sut):
    """A CSMS that accepts a token nobody knows gives energy away."""
    await given(booted, station, sut)
    with step("A driver presents a token that the CSMS does not know"):
        answer = await station.call("Authorize", idToken=sut.tokens.invalid.payload)
    check(
        "C01.FR.07",
        answer.at("idTokenInfo.status") in ("Invalid", "Unknown"),
        expected="idTokenInfo.status Invalid or Unknown",
        received=dict(answer),
    )


@case("TC_C_06_CSMS")
async def test_blocked_token(station, sut):
    """A CSMS that does not know its blocked tokens lets lost and stolen cards charge."""
    await given(booted, station, sut)
    with step("A driver presents a blocked token"):
        answer = await station.call("Authorize", idToken=sut.tokens.blocked.payload)
    check(
        "C01.FR.07",
        answer.at("idTokenInfo.status") == "Blocked",
        expected="idTokenInfo.status Blocked",
        received=dict(answer),
    )
