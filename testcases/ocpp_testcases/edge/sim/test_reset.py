"""A reset in the middle of a charging session: the transaction is not lost."""

from ocpp_proof import ALL, by_version, case, check, given, step

from ocpp_testcases.edge.states.charging_session import transaction_started
from ocpp_testcases.edge.states.probe import expect_probe_answered


@case("X_SIM_02_CS", ocpp=ALL, sut="station", title="A reset while charging ends the transaction and reports it")
async def test_reset_while_charging(csms, sut):
    """A station that forgets the transaction over a reset leaves it open for ever, and nobody pays."""
    _, start = await given(transaction_started, csms, sut)
    connections = len(csms.connections)
    with step("The CSMS resets the station at once"):
        answer = await csms.call("Reset", type="Hard" if sut.ocpp == "1.6" else "Immediate")
        check(
            by_version({"1.6": "1.6 §5.14", "2": "B12.FR.02"}),
            answer.status == "Accepted",
            expected="status Accepted",
            received=dict(answer),
        )
    with step("The station reports that the transaction has ended, before or after it starts again"):
        if sut.ocpp == "1.6":
            number = (start.answer or {}).get("transactionId")
            fields = {"transactionId": number}
            await csms.expect("StopTransaction", requirement="transaction delivery", within=csms.timing.long, **fields)
        else:
            fields = {"eventType": "Ended", "transactionInfo__transactionId": start.at("transactionInfo.transactionId")}
            await csms.expect("TransactionEvent", requirement="transaction delivery", within=csms.timing.long, **fields)
    with step("The station is there again"):
        if len(csms.connections) == connections:
            await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        await csms.boot(requirement=by_version({"1.6": "1.6 §4.2 boot", "2": "B01.FR.01"}))
        await csms.wait_until_quiet()
        await expect_probe_answered(csms)
