"""E02 - Start transaction, cable first."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_E_03_CS")
async def test_cable_first(csms, sut):
    """A driver may plug in before identifying, and charging starts."""
    await given(authorizes_drivers, csms)
    tx = await given(ev_connected_pre_session, csms, sut)

    with step("The driver presents a token that the CSMS accepts"):
        await authorized(csms, sut, tx, by="local")

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
