"""3.8 Basic actions that are refused."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.csms16 import authorized, booted


@case("TC_023_1_CSMS")
async def test_unknown_token(station, sut):
    """A Central System that accepts a token nobody knows gives energy away."""
    await given(booted, station, sut)

    with step("A driver presents a token that the Central System does not know"):
        answer = await station.call("Authorize", idTag=sut.tokens.invalid.idToken)
        check(
            "1.6 §4.1",
            answer.at("idTagInfo.status") == "Invalid",
            expected="idTagInfo.status Invalid",
            received=dict(answer),
        )

    with step("A driver presents one that it knows"):
        await authorized(station, sut)
