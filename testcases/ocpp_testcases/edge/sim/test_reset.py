"""A reset in the middle of a charging session: the transaction is not lost."""

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, step
from ocpp_proof.cases.errors import Inconclusive

from ocpp_testcases.edge.states.charging_session import transaction_started
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.transaction_log import end_message


@case(
    "X_SIM_02_CS",
    ocpp=ALL,
    sut="station",
    title="A reset while charging ends the transaction and reports it",
    disruptive=True,
)
@pytest.mark.parametrize("type", ["Soft", "Hard"], ids=["ends gracefully", "hard"])
async def test_reset_while_charging(csms, sut, type):
    """A station that forgets the transaction over a reset leaves it open for ever, and nobody pays."""
    v16, hard = sut.ocpp == "1.6", type == "Hard"
    if hard and not v16:
        raise NotApplicable("OCPP 2.x has no hard reset")
    _, start = await given(transaction_started, csms, sut)
    with step("The CSMS resets the station at once"):
        answer = await csms.call("Reset", type=type if v16 else "Immediate")
        if v16 and answer.status != "Accepted":  # the answer says whether it will (1.6 5.14)
            raise Inconclusive(f"the charge point does not restart now: {answer.status}")
        requirement = by_version({"1.6": "1.6 §5.14", "2": "B12.FR.02"})
        check(requirement, answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    with step("The station reports that the transaction has ended, before or after it starts again"):
        action, fields = end_message(start)
        if sut.ocpp == "1.6" and hard:
            end = await csms.expect_optional(action, within=csms.timing.long, **fields)
            told = "as expected" if end else "nothing"
            check("1.6 §5.14 hard stop", end is not None, expected=f"{action} {fields}", received=told)
        else:
            requirement = by_version({"1.6": "1.6 §5.14 stop", "2": "B12.FR.04"})
            await csms.expect(action, requirement=requirement, within=csms.timing.long, **fields)
    with step("The station is there again, on this connection or another"):
        await csms.boot(requirement=by_version({"1.6": "1.6 §4.2 boot", "2": "B01.FR.01"}))
        await csms.wait_until_quiet()
        await expect_probe_answered(csms)
