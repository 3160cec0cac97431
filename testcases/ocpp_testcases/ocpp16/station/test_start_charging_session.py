"""2.2 Start of a charging session."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp16.station.states.charging_session import (
    authorized,
    expect_available_after_timeout,
    expect_transaction_started,
    waiting_for_cable,
)
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import plug_in, plugged_in, session


@case("TC_003_CS")
async def test_plug_in_first(csms, sut):
    """A driver who plugs in before presenting the card gets no energy, or energy that nobody can bill."""
    await given(idle, csms, sut)
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that the Central System accepts"):
        await authorized(csms, sut, tx)

    with step("The transaction starts"):
        await expect_transaction_started(csms, tx)


@case("TC_004_1_CS")
async def test_identification_first(csms, sut):
    """A driver who presents the card before plugging in stands there with a cable that stays dead."""
    await given(idle, csms, sut)
    tx = session(csms, sut)

    with step("The driver presents a token that the Central System accepts"):
        await authorized(csms, sut, tx)

    with step("The driver plugs in: the transaction starts"):
        await plug_in(sut, tx)
        await expect_transaction_started(csms, tx)


@case("TC_004_2_CS")
async def test_nobody_plugs_in(csms, sut):
    """A driver who presents the card and drives away blocks the connector, or gives the next one free energy."""
    await given(idle, csms, sut)
    tx = await given(waiting_for_cable, csms, sut)

    with step("The driver presents a token that the Central System accepts"):
        await authorized(csms, sut, tx)

    with step("Nobody plugs in: after ConnectionTimeOut the connector is available again"):
        await expect_available_after_timeout(csms, sut, tx)
