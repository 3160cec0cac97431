"""F05 - Remotely unlock connector."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving


@case("TC_F_06_CSMS")
async def test_unlock(station, sut):
    """A driver whose cable is stuck calls the hotline, and the hotline frees that of somebody else."""
    station.has("Connector.ConnectorType", "sType2")  # a fixed cable has no lock
    await given(booted, station, sut)
    wanted = {"evseId": sut.evseId, "connectorId": sut.connectorId}
    with step("The operator has a connector unlocked, and it is"):
        station.answer("UnlockConnector", status="Unlocked")
        await asked(station, sut, "UnlockConnector", **wanted, matching=wanted)
    with step("The CSMS goes on"):
        await check_still_serving(station)
