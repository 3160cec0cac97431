"""G03 - Change availability of an EVSE."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.g_availability import unavailable


@case("TC_G_03_CS")
async def test_inoperative(csms, sut):
    """A broken EVSE that is not taken out of service sends its next driver home with an empty car."""
    places = await given(connectors, csms, sut)
    with step("The CSMS takes the EVSE out of service, and the station reports each of its connectors"):
        await unavailable(csms, sut.evseId, [connector for evse, connector in places if evse == sut.evseId])
