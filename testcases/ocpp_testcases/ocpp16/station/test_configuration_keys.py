"""2.15 Configuration keys that do not exist, and values that are not possible."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp16.station.states.configuration import get_configuration, set_back_afterwards


@case("TC_040_1_CS")
async def test_unknown_key(csms, sut):
    """An operator who misspells a key must not believe that something was set."""
    with step("The Central System sets a key that does not exist"):
        answer = await csms.call("ChangeConfiguration", key="Testing", value="true")
        check_fields("1.6 §5.3 unknown", answer, {"status": "NotSupported"})


@case("TC_040_2_CS")
async def test_impossible_value(csms, sut):
    """A value that makes no sense, once it is stored, stops the metering or the charge point."""
    key = "MeterValueSampleInterval"
    current = await given(set_back_afterwards, csms, key)

    with step("The Central System sets an interval of -1 s"):
        answer = await csms.attempt("ChangeConfiguration", key=key, value="-1")
        check(
            "1.6 §5.3 refuse",
            answer.error == "PropertyConstraintViolation" if answer.error else answer.status == "Rejected",
            expected="status Rejected, or the CALLERROR PropertyConstraintViolation",
            received=answer.error or dict(answer),
        )

    with step("The interval is what it was"):
        got = await get_configuration(csms, key)
        check("1.6 §5.3 refuse", got == current, expected=f"{key} is {current}", received=got)
