"""B05 - Set variables."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.common.clock import in_time
from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    configured,
    get_variable,
    restored_afterwards,
)
from ocpp_testcases.ocpp2.station.states.b_variables import check_accepted, set_variables, threshold, wanted

LOCAL_AUTHORIZE_OFFLINE = "AuthCtrlr.LocalAuthorizeOffline"
MESSAGE_TIMEOUT = "OCPPCommCtrlr.MessageTimeout/Default"
NEXT_TRANSITION = "ClockCtrlr.NextTimeOffsetTransitionDateTime"
TYPED = {
    OFFLINE_THRESHOLD: ("integer",),
    "SmartChargingCtrlr.LimitChangeSignificance": ("integer", "decimal"),
    "AuthCtrlr.AuthorizeRemoteStart": ("boolean",),
    NEXT_TRANSITION: ("dateTime",),
}
"""The variables that are set, and which of the values are of their type."""
A_YEAR = 365 * 24
"""Hours until a time that is set where none is: a transition that is due would move the clock's offset."""


@case("TC_B_09_CS")
async def test_single_value(csms, sut):
    """A station whose settings cannot be changed from afar has to be visited for each of them."""
    before = await given(restored_afterwards, csms, OFFLINE_THRESHOLD)
    value = threshold(other_than=before)
    with step("The CSMS sets OCPPCommCtrlr.OfflineThreshold"):
        (result,) = await set_variables(csms, [wanted(OFFLINE_THRESHOLD, "Actual", value)])
        check_accepted("B05.FR.10", result)
    with step("The value is there"):
        told = await get_variable(csms, OFFLINE_THRESHOLD)
        check("B05.FR.10", told == value, expected=f"OfflineThreshold {value}", received=told)


@case("TC_B_10_CS")
async def test_multiple_values(csms, sut):
    """An operator who sets up a site changes many settings at once and has to know which of them were taken."""
    before = await given(restored_afterwards, csms, OFFLINE_THRESHOLD)
    await given(configured, csms, {LOCAL_AUTHORIZE_OFFLINE: "false"}, if_writable=True)
    values = {OFFLINE_THRESHOLD: threshold(other_than=before), LOCAL_AUTHORIZE_OFFLINE: "true"}
    with step("The CSMS sets OfflineThreshold and LocalAuthorizeOffline"):
        for result in await set_variables(csms, [wanted(name, "Actual", value) for name, value in values.items()]):
            check_accepted("B05.FR.10", result)
    with step("Both values are there"):
        for name, value in values.items():
            told = str(await get_variable(csms, name)).lower()
            check("B05.FR.10", told == value, expected=f"{name} {value}", received=told)


@case("TC_B_35_CS")
async def test_unknown_component(csms, sut):
    """A CSMS that is not told of a component it misspelt believes that the station is set up."""
    with step("The CSMS sets a variable of a component that does not exist"):
        (result,) = await set_variables(csms, [wanted("UnknownComponent.OfflineThreshold", value=threshold())])
        check_fields("B05.FR.04", result, {"attributeStatus": "UnknownComponent"})


@case("TC_B_36_CS")
async def test_unknown_variable(csms, sut):
    """A CSMS that is not told of a variable it misspelt believes that the station is set up."""
    with step("The CSMS sets a variable that its component does not have"):
        (result,) = await set_variables(csms, [wanted("OCPPCommCtrlr.UnknownVariable", value=threshold())])
        check_fields("B05.FR.05", result, {"attributeStatus": "UnknownVariable"})


@case("TC_B_37_CS")
async def test_unsupported_attribute(csms, sut):
    """A station that takes a Target it does not have lets the operator wait for what never happens."""
    await given(restored_afterwards, csms, OFFLINE_THRESHOLD)
    with step("The CSMS sets the Target of OfflineThreshold, which has none"):
        (result,) = await set_variables(csms, [wanted(OFFLINE_THRESHOLD, "Target", threshold())])
        check_fields("B05.FR.06", result, {"attributeStatus": "NotSupportedAttributeType"})


@case("TC_B_11_CS")
async def test_invalid_values(csms, sut):
    """A station that takes text for a number works with some value that nobody knows."""
    before = {name: await given(restored_afterwards, csms, name) for name in TYPED}
    right = threshold(other_than=before[OFFLINE_THRESHOLD])
    values = {
        right: "integer",
        f"{right}.1": "decimal",
        "true": "boolean",
        before[NEXT_TRANSITION] or in_time(hours=A_YEAR): "dateTime",  # its own could always be set back
        "abc": "string",
    }
    for name, kinds in TYPED.items():
        if name != OFFLINE_THRESHOLD and before[name] is None:
            continue
        with step(f"The CSMS sets {name} to a number, with a fraction and without, to true, to a time and to a word"):
            for value, kind in values.items():
                if kind not in kinds:
                    expected = {"attributeStatus": "Rejected"}
                elif name == OFFLINE_THRESHOLD:
                    expected = {"attributeStatus": "Accepted"}
                elif not before[name]:
                    continue  # what has no value could not be set back
                else:  # it may be read-only, or out of range
                    expected = {"attributeStatus": ("Accepted", "RebootRequired", "Rejected")}
                (result,) = await set_variables(csms, [wanted(name, value=value)])
                requirement = "B05.FR.10" if kind in kinds else "B05.FR.07"
                check_fields(requirement, result, expected, note=f"{name} set to {value!r}")
                check_fields("B05.FR.12", result, {"attributeType": "Actual"})
    with step("What was refused has changed nothing"):
        told = await get_variable(csms, OFFLINE_THRESHOLD)
        check("B05.FR.07", told == right, expected=f"OfflineThreshold {right}", received=told)


@case("TC_B_39_CS")
async def test_read_only(csms, sut):
    """A station that agrees to change what it cannot change misleads the operator."""
    before = await given(restored_afterwards, csms, MESSAGE_TIMEOUT) or "30"
    with step("The CSMS sets OCPPCommCtrlr.MessageTimeout, which can only be read"):
        value = str(int(before) + 1 if before.isdecimal() else 31)
        (result,) = await set_variables(csms, [wanted(MESSAGE_TIMEOUT, value=value)])
        check_fields("B05.FR.09", result, {"attributeStatus": "Rejected"})
