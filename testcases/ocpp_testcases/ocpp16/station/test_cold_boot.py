"""2.1 Cold boot of a charge point."""

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.ocpp16.station.states.cold_boot import (
    accept_next_boot,
    check_waited,
    expect_heartbeats,
    keep_heartbeat_interval,
)
from ocpp_testcases.ocpp16.station.states.configuration import configuration, set_back_afterwards, whole_minutes
from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses


@case("TC_001_CS")
async def test_cold_boot(csms, sut):
    """A charge point that is refused must neither flood the Central System nor give up; accepted, it reports itself."""
    connectors = await given(keep_heartbeat_interval, csms, sut)
    interval = sut.short_interval
    accept_next_boot(csms, interval)
    csms.answer("BootNotification", status="Rejected", interval=interval, times=1)

    with step("The charge point is switched on and is refused"):
        await sut.power_cycle()
        await csms.boot(requirement="1.6 §4.2 boot")

    with step("It asks again after the interval"):
        second = await csms.boot(requirement="1.6 §4.2 boot")
        check_waited(csms, sut, second, interval)

    with step("Accepted, it reports itself and its connectors, and that it is alive"):
        await expect_connector_statuses(csms, range(connectors + 1))
        await expect_heartbeats(csms, sut, interval)


@case("TC_002_CS")
async def test_cold_boot_pending(csms, sut):
    """An operator must be able to set up a new charge point before it is let loose on drivers."""
    connectors = await given(keep_heartbeat_interval, csms, sut)
    key = "MeterValueSampleInterval"
    current = await given(set_back_afterwards, csms, key)
    interval = 2 * sut.short_interval
    pending = csms.answer("BootNotification", status="Pending", interval=interval)

    with step("The charge point is switched on and has to wait"):
        await sut.power_cycle()
        first = await csms.boot(requirement="1.6 §4.2 boot")

    with step("Meanwhile the operator reads its configuration and changes it"):
        found = await configuration(csms)
        check("1.6 §5.8 keys", bool(found), expected="configurationKey", received=list(found))
        answer = await csms.call("ChangeConfiguration", key=key, value=whole_minutes(sut, current))
        check_fields(STEP, answer, {"status": "Accepted"}, note="the official case wants it; 1.6 §4.2 says SHOULD")

    with step("The charge point asks again after the interval"):
        csms.remove(pending)
        accept_next_boot(csms, sut.short_interval)
        accepted = await csms.expect(
            "BootNotification",
            requirement="1.6 §4.2 boot",
            within=interval + csms.timing.long,
            note="after the answer Pending",
        )
        check_waited(csms, sut, accepted, interval)
        check(STEP, accepted.index > first.index, expected="a second BootNotification", received=accepted.index)

    with step("Accepted, it reports itself and its connectors, and that it is alive"):
        await expect_connector_statuses(csms, range(connectors + 1))
        await expect_heartbeats(csms, sut, sut.short_interval)
