"""F01 - Remote start transaction, cable first."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_F_01_CS")
async def test_cable_first(csms, sut):
    """A driver with an app plugs in, starts from the phone, and charges."""
    await given(authorizes_drivers, csms)
    tx = await given(ev_connected_pre_session, csms, sut)

    with step("The CSMS asks the station to start"):
        await authorized(csms, sut, tx, by="remote")

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
