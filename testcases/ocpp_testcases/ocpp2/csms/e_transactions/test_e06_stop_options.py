"""E06 - Stop transaction options."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started


@case("TC_E_15_CSMS")
async def test_local_stop(station, sut):
    """A transaction that its driver has stopped but that stays open at the CSMS keeps counting on his bill."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The driver stops at the station, and the transaction has ended"):
        answer = await tx.event("StopAuthorized", eventType="Ended", token=True, stoppedReason="Local")
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": "Accepted"})
        await check_recorded(sut, tx, active=False, stoppedReason="Local")
