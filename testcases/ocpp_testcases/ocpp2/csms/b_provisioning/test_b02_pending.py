"""B02 - Cold boot of a charging station that is not accepted yet."""

from itertools import chain

from ocpp_proof import STEP, case, check, check_fields, given, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.registration import boot_triggered
from ocpp_testcases.ocpp2.csms.states.b_provisioning import boot, booted
from ocpp_testcases.ocpp2.csms.states.g_availability import connector_messages

HEARTBEAT_INTERVAL = 300
"""Seconds, where sut.toml does not say what the CSMS tells: values.heartbeat_interval."""


async def kept_pending(sut: Sut) -> None:
    """The operator keeps the station pending"""
    on_undo("The operator accepts the station", lambda: sut.do("accept_station", registration="Accepted"))
    await sut.do("accept_station", registration="Pending")


async def wait_until_boot_is_due(station: Station, sut: Sut, interval: int) -> Answer | None:
    """Wait as long as the CSMS said, or until it triggers the next boot; where that takes too long, have it do so.

    Returns what it said to a boot that it triggered by itself, which is the next one.
    """
    seconds = interval or float(sut.value("heartbeat_interval", HEARTBEAT_INTERVAL))
    if seconds > sut.timing.long:
        sent = len(station.boot_answers)
        await sut.request("TriggerMessage", requestedMessage="BootNotification")
        await station.expect_optional("TriggerMessage", within=sut.timing.long, requestedMessage="BootNotification")
        return next(iter(station.boot_answers[sent:]), None)
    return await boot_triggered(station, within=seconds)


@case("TC_B_02_CSMS")
async def test_pending(station, sut):
    """A CSMS that cannot hold a station back until it is set up lets it charge with the settings of the factory."""
    await given(kept_pending, sut)
    with step("The station boots and is told to wait"):
        answer = await boot(station)
        check_time("B01.FR.02", sut, "currentTime", answer.currentTime)
        pending = answer.status == "Pending"
        if not check(STEP, pending, expected="status Pending", received=dict(answer)) or answer.interval is None:
            return
    with step("The operator accepts the station, which waits until it may boot again"):
        await sut.do("accept_station", registration="Accepted")
        triggered = await wait_until_boot_is_due(station, sut, answer.interval)
        state = "open" if station.connected else "closed"
        check("B02.FR.06", station.connected, expected="the connection stays open", received=f"it is {state}")
    with step("The station boots again and reports its connectors"):
        await booted(station, sut, answered=triggered)


async def not_accepted(sut: Sut) -> None:
    """The operator keeps the station pending, or rejects it where the CSMS has no Pending"""
    on_undo("The operator accepts the station", lambda: sut.do("accept_station", registration="Accepted"))
    await sut.do("accept_station", registration="Pending" if sut.claims("C-44") else "Rejected")


@case("TC_B_30_CSMS")
async def test_early_messages(station, sut):
    """A station that nobody accepted, and that is heard all the same, fills the books with what nobody vouches for."""
    await given(not_accepted, sut)
    with step("The station boots and is told to wait"):
        answer = await boot(station)
        if not check_fields(STEP, answer, {"status": ("Pending", "Rejected")}):
            return
    with step("What the station sends of its own accord is refused"):
        connectors = [connector_messages("Available", evseId, sut.connectorId) for evseId in sorted({1, 2, sut.evseId})]
        for action, payload in chain(*connectors):
            early = await station.attempt(action, **payload)
            check(
                "B02.FR.09" if answer.status == "Pending" else "B03.FR.07",
                early.error == "SecurityError",
                expected=f"{action} answered with CALLERROR SecurityError",
                received=early.error or dict(early),
            )


@case("TC_B_31_CSMS")
async def test_boot_triggered(station, sut):
    """A station that is set up, and has to wait for its next boot, stands idle for nothing."""
    await given(not_accepted, sut)
    with step("The station boots and is told to wait"):
        answer = await boot(station)
        if not check_fields(STEP, answer, {"status": ("Pending", "Rejected")}):
            return
    if answer.status == "Rejected":
        raise Inconclusive(
            "a CSMS sends nothing to a station that it has rejected (B03.FR.03): this one has no Pending"
        )
    with step("The operator accepts the station, and the CSMS has it boot before its time"):
        since, sent = station.next_index, len(station.boot_answers)
        await sut.do("accept_station", registration="Accepted")
        await sut.request("TriggerMessage", requestedMessage="BootNotification")
        wanted = {"requestedMessage": "BootNotification"}
        await station.expect_nearest("TriggerMessage", fields=wanted, since=since)
    with step("The station boots because of that, is accepted, and reports its connectors"):
        await booted(station, sut, "Triggered", answered=next(iter(station.boot_answers[sent:]), None))
