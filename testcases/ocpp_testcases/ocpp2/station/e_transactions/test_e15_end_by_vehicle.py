"""E15 - The vehicle ends the charging (ISO 15118)."""

from ocpp_proof import STEP, case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_E_46_CS")
async def test_session_stop(csms, sut):
    """A vehicle that says goodbye leaves a place that others may use: the operator has to know."""
    if sut.claims("AQ-2"):  # a lock keeps the cable out until the driver is authorized
        tx = await given(energy_transfer_started, csms, sut)
    else:
        tx = await given(ev_connected_pre_session, csms, sut)
        await given(authorized, csms, sut, tx)
        await given(energy_transfer_started, csms, sut, tx)

    with step("The vehicle ends the session: the station says so, and where it is set to ends the transaction"):
        await sut.ev_end()
        ends = bool(tx.stop & ENDS_BY_AUTHORIZATION)
        event = await tx.event(requirement="E15.FR.04" if ends else "E15.FR.05", triggerReason="StopAuthorized")
        check_fields(STEP, event, {"transactionInfo.chargingState": "EVConnected"})
        if ends:
            wanted = {"eventType": "Ended", "transactionInfo.stoppedReason": "StoppedByEV"}
            check_fields("E15.FR.04", event, wanted)
        else:
            check_fields("E15.FR.05", event, {"eventType": "Updated"})
        tx.check_sequence()
