"""E07 - Transaction locally stopped by IdToken."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers
from ocpp_testcases.ocpp2.station.states.e_stops import (
    ev_connected_post_session,
    ev_disconnected,
    parking_bay_unoccupied,
    stop_authorized,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started


@case("TC_E_06_CS")
async def test_local_stop(csms, sut):
    """A driver who cannot stop, or cannot get the cable back, calls the hotline."""
    await given(authorizes_drivers, csms)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The driver presents the same token again, and the station tells of it"):
        await stop_authorized(csms, sut, tx, by="local")

    with step("No energy flows any more"):
        await ev_connected_post_session(csms, sut, tx)

    with step("The cable is taken out, and the station reports the connector as Available"):
        await ev_disconnected(csms, sut, tx)

    with step("The vehicle leaves the bay"):
        await parking_bay_unoccupied(csms, sut, tx)
        tx.check_sequence()
