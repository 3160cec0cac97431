"""H01 - Reservation of an EVSE."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.h_reservation import reserved


@case("TC_H_01_CSMS")
async def test_specific_evse(station, sut):
    """A driver who reserved finds the EVSE kept for somebody else."""
    await given(booted, station, sut)
    with step("The CSMS reserves an EVSE for a driver and takes in the new status"):
        await reserved(station, sut, sut.evseId)
