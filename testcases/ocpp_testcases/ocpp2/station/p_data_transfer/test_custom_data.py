"""CustomData - what a maker or an operator adds to the messages of the standard."""

from ocpp_proof import STEP, case, check_fields, given, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.common.custom_data import custom_data
from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    available,
    get_variable,
    set_variable,
    variable_reference,
)
from ocpp_testcases.ocpp2.station.states.k_smart_charging import set_charging_profile, tx_default_profile

SECONDS = "200"


async def other_threshold(csms: Csms) -> None:
    """OfflineThreshold has another value than the one that is to be set, which is set back when the case ends"""
    before = await get_variable(csms, OFFLINE_THRESHOLD)
    if before is None:
        raise Inconclusive(f"the station does not have {OFFLINE_THRESHOLD}")
    on_undo(f"Set {OFFLINE_THRESHOLD} back to {before}", lambda: set_variable(csms, OFFLINE_THRESHOLD, before))
    if before == SECONDS:
        await set_variable(csms, OFFLINE_THRESHOLD, str(int(SECONDS) + 1))


@case("TC_P_03_CS")
async def test_variables(csms, sut):
    """A station that stumbles over a field of another maker cannot be configured by a CSMS that has such fields."""
    await given(other_threshold, csms)
    more = custom_data(sut)
    reference = variable_reference(OFFLINE_THRESHOLD)
    named = {name: part | {"customData": more} for name, part in reference.items()}
    wanted = {**named, "attributeType": "Actual", "customData": more}

    with step("The CSMS sets a variable, with customData in each part of the message"):
        data = [wanted | {"attributeValue": SECONDS}]
        answer = await csms.call("SetVariables", setVariableData=data, customData=more)
        results = answer.setVariableResult or []
        check_fields(STEP, {"results": len(results)}, {"results": 1})
        check_fields(STEP, answer, {"setVariableResult.0.attributeStatus": "Accepted"})
    with step("The CSMS reads it again, with customData, and it has the new value"):
        answer = await csms.call("GetVariables", getVariableData=[wanted], customData=more)
        check_fields(STEP, answer, {"getVariableResult.0.attributeStatus": "Accepted"})
        check_fields(STEP, answer, {"getVariableResult.0.attributeType": ("Actual", None)})
        check_fields(STEP, answer, {"getVariableResult.0.attributeValue": SECONDS})


@case("TC_P_04_CS")
async def test_charging_profile(csms, sut):
    """A load manager that notes in a profile what it is for gets no profile into a station that refuses the note."""
    await given(available, csms, "SmartChargingCtrlr")
    profile = await given(tx_default_profile, csms, sut)
    profile["customData"] = custom_data(sut)
    profile["chargingSchedule"][0]["chargingSchedulePeriod"][0]["customData"] = custom_data(sut)

    with step("The CSMS sets a default profile with customData for the EVSE"):
        answer = await set_charging_profile(csms, sut.evseId, profile)
        check_fields(STEP, answer, {"status": "Accepted"})
