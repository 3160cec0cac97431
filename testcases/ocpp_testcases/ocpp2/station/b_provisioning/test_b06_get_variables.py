"""B06 - Get variables."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import OFFLINE_THRESHOLD, configured
from ocpp_testcases.ocpp2.station.states.b_variables import Result, check_accepted, get_variables, threshold, wanted


def check_value(result: Result, value: str) -> None:
    """Judge that a variable was read with this value, in whatever case true and false are written."""
    check_accepted("B06.FR.10", result)
    told = result.get("attributeValue")
    check("B06.FR.04", str(told).lower() == value, expected=f"attributeValue {value}", received=told)


@case("TC_B_06_CS")
async def test_single_value(csms, sut):
    """An operator who cannot read a setting cannot find out why a station behaves as it does."""
    value = threshold()
    await given(configured, csms, {OFFLINE_THRESHOLD: value})
    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        (result,) = await get_variables(csms, [wanted(OFFLINE_THRESHOLD, "Actual")])
        check_value(result, value)


@case("TC_B_07_CS")
async def test_multiple_values(csms, sut):
    """A CSMS that reads many settings at once has to know which value is of which."""
    values = {OFFLINE_THRESHOLD: threshold(), "AuthCtrlr.LocalAuthorizeOffline": "true"}
    await given(configured, csms, values)
    with step("The CSMS asks for OfflineThreshold and LocalAuthorizeOffline"):
        results = await get_variables(csms, [wanted(name, "Actual") for name in values])
        for result, value in zip(results, values.values(), strict=True):
            check_value(result, value)


@case("TC_B_32_CS")
async def test_unknown_component(csms, sut):
    """A CSMS that is not told that a component is missing shows settings which the station does not have."""
    with step("The CSMS asks for a variable of a component that does not exist"):
        (result,) = await get_variables(csms, [wanted("UnknownComponent.OfflineThreshold")])
        check_fields("B06.FR.06", result, {"attributeStatus": "UnknownComponent", "attributeValue": None})


@case("TC_B_33_CS")
async def test_unknown_variable(csms, sut):
    """A CSMS that is not told that a variable is missing shows settings which the station does not have."""
    with step("The CSMS asks for a variable that its component does not have"):
        (result,) = await get_variables(csms, [wanted("OCPPCommCtrlr.UnknownVariable")])
        check_fields("B06.FR.07", result, {"attributeStatus": "UnknownVariable", "attributeValue": None})


@case("TC_B_34_CS")
async def test_unsupported_attribute(csms, sut):
    """A station that shows its actual value as a target hides that it has none."""
    with step("The CSMS asks for the Target of OfflineThreshold, which has none"):
        (result,) = await get_variables(csms, [wanted(OFFLINE_THRESHOLD, "Target")])
        check_fields("B06.FR.08", result, {"attributeStatus": "NotSupportedAttributeType", "attributeValue": None})
