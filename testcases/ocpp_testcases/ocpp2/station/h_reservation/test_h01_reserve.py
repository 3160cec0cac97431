"""H01 - Reservation of an EVSE."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started, session
from ocpp_testcases.ocpp2.station.states.h_reservation import authorized_at_reserved_evse, reserved


@case("TC_H_01_CS")
async def test_specific_evse(csms, sut):
    """A driver who has reserved finds the place kept, and charges on the reservation."""
    await given(available, csms, "ReservationCtrlr")
    await given(configured, csms, {"ReservationCtrlr.Enabled": "true"}, if_implemented=True)
    tx = await given(session, csms, sut)
    with step("The CSMS reserves the EVSE for a driver"):
        reservation = await reserved(csms, sut, tx.token, tx.evseId, tx.connectorId)
    with step("The driver presents the token; the connector is Available again"):
        await authorized_at_reserved_evse(csms, sut, tx)
    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(csms, sut, tx)
        first = next((m for m in tx.events if m.idToken), None)
        check_fields("H01.FR.15", first, {"reservationId": reservation})
        tx.check_sequence()
