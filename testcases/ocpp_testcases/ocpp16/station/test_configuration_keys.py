"""2.15 Configuration keys that do not exist, and values that are not possible."""

from ocpp_proof import case, check, given, on_undo, step

from ocpp_testcases.ocpp16.station.states.configuration import change_configuration, get_configuration

KEY = "MeterValueSampleInterval"
UNKNOWN = "Testing"


@case("TC_040_1_CS")
async def test_unknown_key(csms, sut):
    """An operator who misspells a key must not believe that something was set."""
    with step("The Central System sets a key that does not exist"):
        status = await change_configuration(csms, UNKNOWN, "true")
        check("1.6 §5.3 unknown", status == "NotSupported", expected="status NotSupported", received=status)


@case("TC_040_2_CS")
async def test_impossible_value(csms, sut):
    """A value that makes no sense, once it is stored, stops the metering or the charge point."""
    current = await given(get_configuration, csms, KEY)

    with step("The Central System sets an interval of -1 s"):
        on_undo(f"Set {KEY} back to {current}", lambda: change_configuration(csms, KEY, current or "60"))
        answer = await csms.attempt("ChangeConfiguration", key=KEY, value="-1")
        check(
            "1.6 §5.3 refuse",
            answer.error == "PropertyConstraintViolation" if answer.error else answer.status == "Rejected",
            expected="status Rejected, or the CALLERROR PropertyConstraintViolation",
            received=answer.error or dict(answer),
        )

    with step("The interval is what it was"):
        got = await get_configuration(csms, KEY)
        check("1.6 §5.3 refuse", got == current, expected=f"{KEY} is {current}", received=got)
