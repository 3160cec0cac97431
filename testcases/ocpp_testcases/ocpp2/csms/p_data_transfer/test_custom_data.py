"""CustomData - what a maker adds to the messages of the standard."""

from ocpp_proof import STEP, case, given, step

from ocpp_testcases.common.custom_data import custom_data
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import transaction


@case("TC_P_03_CSMS")
async def test_custom_data(station, sut):
    """A CSMS that stumbles over a field of a maker loses the sessions of all his stations."""
    await given(booted_with, station, sut, TxStartPoint="EVConnected", TxStopPoint="EVConnected")
    tx = transaction(station, sut)
    with step("The station reports a status, with customData"):
        await tx.cable_in(customData=custom_data(sut))
    with step("The station tells of a transaction, with customData in the event and in its transactionInfo"):
        await tx.event(
            "CablePluggedIn",
            chargingState="EVConnected",
            more_info={"customData": custom_data(sut)},
            customData=custom_data(sut),
            requirement=STEP,
        )
