"""What waits for a connection while the mains fail is told afterwards."""

from ocpp_proof import ALL, Inconclusive, by_version, case, check, given, step

from ocpp_testcases.edge.states.network_faults import offline_for
from ocpp_testcases.edge.states.restart import POWER, can_restart
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import retrying
from ocpp_testcases.edge.states.transaction_log import TransactionLog, charging, end_message

KEPT = "queue kept"
AFTER_BOOT = {"1.6": "1.6 §4.2 boot silence", "2": "B01.FR.08"}


@case(
    "X_RESTART_04_CS",
    ocpp=ALL,
    sut="station",
    title="The mains fail while messages wait for a connection",
    disruptive=True,
)
async def test_queue(csms, sut):
    """A thunderstorm takes the mobile network first and then the mains: who charged before it has to be billed."""
    await given(can_restart, csms, sut, POWER)
    await given(sessions_shown, csms, sut)
    interval = await given(retrying, csms, sut, once=True)
    log = TransactionLog(csms, sut)
    with step("A transaction runs"):
        session, start = await charging(csms, sut)
        await log.mark_answers_received()
    with step("The connection is lost; the driver stops; the mains fail, and all comes back"):
        async with offline_for(csms, 0.0):
            await session.stop()
            await csms.wait_until_quiet()
            await sut.power_cycle()
        boot = await csms.boot(requirement=by_version({"1.6": "1.6 §4.2 boot", "2": "B01.FR.01"}))
    with step("The station tells the end of the transaction, behind its boot and once"):
        action, fields = end_message(start)
        within = 2 * interval + csms.timing.long
        end = await csms.expect_optional(action, within=within, **fields)
        check(KEPT, end is not None, expected=action, received="it" if end else f"none within {within:g} s")
        if end is None:
            return
        if end.connection < boot.connection:  # a driver may return before the power is off
            raise Inconclusive("the end was told before the mains failed: nothing waited for a connection")
        received = "so" if boot.index < end.index else "before it"
        check(by_version(AFTER_BOOT), boot.index < end.index, expected="behind the BootNotification", received=received)
        await csms.wait_until_quiet()
        log.check(arrived=KEPT)
