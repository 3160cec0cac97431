"""B05 - Set variables."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    check_result,
    get_variable,
    restored_afterwards,
    variable_reference,
)


@case("TC_B_09_CS")
async def test_single_value(csms, sut):
    """A station whose settings cannot be changed from afar has to be visited for each of them."""
    await given(restored_afterwards, csms, OFFLINE_THRESHOLD)
    value = str(sut.number(100, 999))
    with step("The CSMS sets OCPPCommCtrlr.OfflineThreshold"):
        wanted = {**variable_reference(OFFLINE_THRESHOLD), "attributeType": "Actual"}
        answer = await csms.call("SetVariables", setVariableData=[{**wanted, "attributeValue": value}])
        results = answer.setVariableResult or []
        check("B05.FR.01", len(results) == 1, expected="one result for one variable", received=results)
        check_result(results[0], wanted, same="B05.FR.02", type="B05.FR.03", status="B05.FR.10")
    with step("The value is there"):
        told = await get_variable(csms, OFFLINE_THRESHOLD)
        check("B05.FR.10", told == value, expected=f"OfflineThreshold {value}", received=told)
