"""2.13 Power failure."""

from ocpp_proof import STEP, case, check, given, step
from ocpp_proof.roles.peer import Expected

from ocpp_testcases.ocpp16.station.states.charging_session import charging, check_reason
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status, expect_connector_statuses
from ocpp_testcases.ocpp16.station.states.unavailability import unavailable


@case("TC_032_1_CS")
async def test_stop_before_going_down(csms, sut):
    """What was charged before the mains failed must not be lost to billing."""
    numbers = range(await given(connectors, csms, sut) + 1)
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The mains fail: the transaction stops before the charge point goes down"):
        await sut.power_cycle()
        stopped = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop", transactionId=tx.id)
        check_reason(stopped, "PowerLoss")
        finishing = await expect_connector_status(csms, "Finishing", tx.connectorId)

    with step("The mains are back: the charge point boots and reports its connectors"):
        boot = await csms.boot(requirement="1.6 §4.2 boot")
        check(
            STEP,
            max(stopped.index, finishing.index) < boot.index,
            expected="StopTransaction and the status Finishing before the mains were gone",
            received=f"messages {stopped.index} and {finishing.index}; the BootNotification is {boot.index}",
        )
        await expect_connector_statuses(csms, numbers, special={tx.connectorId: ("Finishing", "Preparing")})


@case("TC_032_2_CS")
async def test_stop_after_going_down(csms, sut):
    """A transaction that the mains ended and that nobody stops goes on for ever in the books."""
    numbers = range(await given(connectors, csms, sut) + 1)
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The mains fail and come back: the charge point boots before it says anything else"):
        await sut.power_cycle()
        boot = await csms.boot(requirement="1.6 §4.2 boot")
        early = [m.action for m in csms.inbox if m.connection == boot.connection and m.index < boot.index]
        check("1.6 §4.2 boot silence", not early, expected="the BootNotification first", received=early)

    with step("The charge point reports its connectors, and stops the transaction or resumes it"):
        await expect_connector_statuses(csms, [number for number in numbers if number != tx.connectorId])
        stopped = await csms.expect_one_of(
            Expected("StopTransaction", {"transactionId": tx.id}),
            Expected("StatusNotification", {"connectorId": tx.connectorId, "status": "Charging"}),
            requirement="1.6 §4.10 stop",
            within=csms.timing.long,
        )
        reasons = ["PowerLoss"]
        if stopped.action == "StatusNotification":
            reasons += ["Local"]
            await sut.present_token(tx.token)
            stopped = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop", transactionId=tx.id)
        check_reason(stopped, *reasons)
        await expect_connector_status(csms, ("Preparing", "Finishing"), tx.connectorId)


@case("TC_034_CS")
async def test_availability_outlives_a_power_failure(csms, sut):
    """What was taken out of service for a reason must not come back by itself with the mains."""
    numbers = range(await given(connectors, csms, sut) + 1)

    with step("The Central System takes the whole charge point out of service"):
        await unavailable(csms, 0, connectors=numbers)

    with step("The mains fail and come back: everything is still out of service"):
        await sut.power_cycle()
        await csms.boot(requirement="1.6 §4.2 boot")
        await expect_connector_statuses(
            csms, numbers, special=dict.fromkeys(numbers, "Unavailable"), requirement="1.6 §5.2"
        )
