"""3.2 Start of a charging session."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.csms2 import recorded
from ocpp_proof.states.csms16 import authorized, booted, report, start


@case("TC_003_CSMS")
async def test_plug_in_first(station, sut):
    """A driver who plugs in before presenting the card gets no energy, or energy that nobody can bill."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report(station, sut.connectorId, "Preparing")

    with step("The driver presents a token that the Central System knows"):
        await authorized(station, sut)

    with step("The transaction starts"):
        tx = await start(station, sut)
        await report(station, tx.connectorId, "Charging")
        await recorded(sut, tx, active=True)

    with step("Another driver starts at the other connector"):
        await authorized(station, sut, sut.tokens.second)
        other = await start(station, sut, sut.tokens.second, connectorId=2 if tx.connectorId == 1 else 1)
        check(
            "1.6 §4.8 id",
            other.id != tx.id,
            expected=f"a transactionId other than {tx.id}, which is still running",
            received=other.id,
        )
