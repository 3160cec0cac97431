"""B06 - Get variables."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    check_result,
    configured,
    variable_reference,
)


@case("TC_B_06_CS")
async def test_single_value(csms, sut):
    """An operator who cannot read a setting cannot find out why a station behaves as it does."""
    value = str(sut.number(100, 999))
    await given(configured, csms, {OFFLINE_THRESHOLD: value})
    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        wanted = {**variable_reference(OFFLINE_THRESHOLD), "attributeType": "Actual"}
        answer = await csms.call("GetVariables", getVariableData=[wanted])
        results = answer.getVariableResult or []
        check("B06.FR.01", len(results) == 1, expected="one result for one variable", received=results)
        check_result(results[0], wanted, same="B06.FR.02", type="B06.FR.03", status="B06.FR.10")
        check(
            "B06.FR.04",
            results[0].get("attributeValue") == value,
            expected=f"attributeValue {value}",
            received=results[0].get("attributeValue"),
        )
