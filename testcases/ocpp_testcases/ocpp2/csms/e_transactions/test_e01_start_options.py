"""E01 - Start of a transaction, its sequence numbers."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started, ev_disconnected


@case("TC_E_53_CSMS")
async def test_sequence_number_restarts(station, sut):
    """A CSMS that expects numbers to go on loses every transaction after the first of a station that starts at 0."""
    await given(booted, station, sut)
    for which in ("first", "second"):
        with step(f"The {which} transaction begins with seqNo 0 and energy flows"):
            tx = await energy_transfer_started(station, sut)
        with step(f"The {which} transaction ends when the cable is unplugged"):
            await ev_disconnected(station, sut, tx)
            await check_recorded(sut, tx, active=False)
