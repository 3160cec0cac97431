"""2.2 Start of a charging session."""

from ocpp_proof import case, given, step
from ocpp_proof.states.configuration16 import configured
from ocpp_proof.states.station16 import authorized, plugged_in, session, started


@case("TC_003_CS")
async def test_plug_in_first(csms, sut):
    """A driver who plugs in before presenting the card gets no energy, or energy that nobody can bill."""
    await given(configured, csms, {"LocalPreAuthorize": "false"})
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that the Central System accepts"):
        await authorized(csms, sut, tx)

    with step("The transaction starts"):
        await started(csms, tx)
