"""B08 - Get a custom report by a criterion that does not exist (2.1)."""

from ocpp_proof import STEP, NotApplicable, case, check, check_fields, step

NOT_A_CRITERION = "Unplugged"


@case("TC_B_19_CS")
async def test_unknown_criteria(csms, sut):
    """A station that leaves out what it does not understand answers another question than it was asked."""
    with step("The CSMS asks for a report by a criterion that does not exist, and gets none"):
        request = {"requestId": sut.number(), "componentCriteria": ["Available", NOT_A_CRITERION]}
        answer = await csms.outcome_of(
            "GetReport", request, within=csms.timing.message, on_purpose=f"no criterion is called {NOT_A_CRITERION}"
        )
        if answer is not None and answer.error in ("NotImplemented", "NotSupported"):
            raise NotApplicable("the station has no custom reports (GetReport is not implemented)")
        if answer is not None and answer.error:  # with which code it refuses a value is for X_SCHEMA_01_CS
            check(STEP, answer.error != "InternalError", expected="a CALLERROR, or NotSupported", received=answer.error)
        else:
            reasons = ("UnsupportedParam", "InvalidValue", None)
            check_fields("B08.FR.02", answer, {"status": "NotSupported", "statusInfo.reasonCode": reasons})
        await csms.expect_none("NotifyReport", requirement="B08.FR.02", requestId=request["requestId"])
