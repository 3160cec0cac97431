"""E17 - Resuming a transaction after an interruption (2.1)."""

from functools import partial
from typing import Any

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.event_ids import new_event_id
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.common.registration import boot_until_decided
from ocpp_testcases.ocpp2.csms.states.b_provisioning import boot, booted_with
from ocpp_testcases.ocpp2.csms.states.b_reset import RESUMES
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, energy_transfer_started
from ocpp_testcases.ocpp2.csms.states.g_availability import connector_messages
from ocpp_testcases.ocpp2.csms.states.k_smart_charging import expect_sent_again, limit_transaction
from ocpp_testcases.ocpp2.csms.states.offline import offline_for_a_while


async def interrupted(station: Station, sut: Sut, tx: Transaction) -> None:
    """The station is without power for a while, boots, and tells of its connectors and of what has happened."""
    with step("The connection is lost for a while, for the station is without power"):
        station.forget_profiles("TxProfile")  # before it is back: the CSMS may look at once
        lost, back = await offline_for_a_while(station)
    with step("The station boots, and is accepted"):
        answer = await boot_until_decided(station, partial(boot, station))
        check_fields("B01.FR.02", answer, {"status": "Accepted"})
    with step("It tells the status of its connectors"):
        for evseId in sorted({1, 2, tx.evseId}):
            status = "Occupied" if evseId == tx.evseId else "Available"
            _, (action, payload) = connector_messages(status, evseId, tx.connectorId)
            await station.call(action, requirement=STEP, **payload)
    with step("It tells that it has started"):
        await station.call("SecurityEventNotification", type="StartupOfTheDevice", timestamp=now(), requirement=STEP)
    for actual, moment, what in (("true", lost, "had failed"), ("false", back, "is there again")):
        with step(f"It tells that the electrical feed {what}"):
            await _told(station, tx, actual, moment)


async def _told(station: Station, tx: Transaction, actualValue: str, moment: str) -> None:
    event: dict[str, Any] = {
        "eventId": new_event_id(),
        "timestamp": moment,
        "trigger": "Delta",
        "actualValue": actualValue,
        "eventNotificationType": "HardWiredNotification",
        "severity": 3,
        "transactionId": tx.id,
        "component": {"name": "ElectricalFeed"},
        "variable": {"name": "Problem"},
    }
    await station.call("NotifyEvent", generatedAt=now(), seqNo=0, eventData=[event], requirement=STEP)


@case("TC_E_113_CSMS")
async def test_resumed(station, sut):
    """A power failure of a minute need not end a session; a CSMS that ends it there loses the rest of it."""
    await given(booted_with, station, sut, **RESUMES)
    tx = await given(energy_transfer_started, station, sut)
    await interrupted(station, sut, tx)
    with step("The transaction is resumed, and energy flows again"):
        await tx.event("TxResumed", chargingState="Charging", requirement=STEP)
        await check_recorded(sut, tx, active=True, chargingState="Charging")


@case("TC_E_117_CSMS")
async def test_profile_sent_again(station, sut):
    """A limit that the station has lost with its power is not kept any more, until the CSMS sends it once more."""
    await given(booted_with, station, sut, **RESUMES)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS limits the charging of the transaction"):
        profile = await limit_transaction(station, sut, tx)
    await interrupted(station, sut, tx)
    with step("The transaction is resumed, and energy flows again"):
        since = station.next_index
        await tx.event("TxResumed", chargingState="Charging", requirement=STEP)
    with step("The CSMS sends the profile once more"):
        await expect_sent_again(station, profile, requirement="E17.FR.15", since=since)
