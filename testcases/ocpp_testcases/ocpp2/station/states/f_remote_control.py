"""F, remote control: what a station under test makes of remote starts, remote stops and triggers."""

from __future__ import annotations

import contextlib
from typing import Any

from ocpp_proof.cases.errors import NonConformance, NotApplicable
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, connectors, get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    energy_transfer_started,
    session,
)
from ocpp_testcases.ocpp2.station.states.j_meter_values import MAIN_METER, measurands_of, shown_at_once

__all__ = [
    "authorizes_remote_starts",
    "charging_at_every_evse",
    "expect_goes_on",
    "expect_meter_values",
    "expect_triggered_event",
    "trigger",
]

STOPS = ("Deauthorized", "RemoteStop", "StopAuthorized", "UnlockCommand")
"""Reasons of an event that tells that no energy may flow any more."""


async def authorizes_remote_starts(csms: Csms, wanted: bool) -> None:
    """AuthorizeRemoteStart is as the case needs it"""
    value = str(wanted).lower()
    await configured(csms, {"AuthCtrlr.AuthorizeRemoteStart": value}, if_writable=True)
    if (await get_variable(csms, "AuthCtrlr.AuthorizeRemoteStart") or "false").lower() != value:
        raise NotApplicable(f"AuthCtrlr.AuthorizeRemoteStart cannot be set to {value}")
    if wanted and (await get_variable(csms, "AuthCtrlr.Enabled") or "true").lower() == "false":
        raise NotApplicable("AuthCtrlr.Enabled is false and cannot be set")


async def expect_goes_on(csms: Csms, tx: Session, *, requirement: str) -> None:
    """The transaction goes on: for the transaction duration nothing ends it, and nothing stops its energy.

    A stop ends it only where TxStopPoint has it so: elsewhere an event Updated tells of one.
    """
    since = tx.events[-1].index + 1
    await csms.expect_none(
        "TransactionEvent",
        requirement=requirement,
        within=csms.timing.transaction,
        note="the transaction goes on",
        eventType="Ended",
        transactionInfo__transactionId=tx.id,
    )
    told = [m for m in csms.received("TransactionEvent", transactionInfo__transactionId=tx.id) if m.index >= since]
    stops = [dict(m.payload) for m in told if m.eventType != "Ended" and _tells_of_a_stop(m)]
    check(requirement, not stops, expected="no event that tells of a stop", received=stops or "none")


def _tells_of_a_stop(event: Message) -> bool:
    return event.triggerReason in STOPS or event.at("transactionInfo.chargingState") in ("EVConnected", "Idle")


async def charging_at_every_evse(csms: Csms, sut: Sut) -> list[Session]:
    """EnergyTransferStarted at every EVSE, each for another driver

    At the EVSE that is tested the driver starts as the station can; all others are started by the CSMS: a reader of the
    whole station would take the second card for one that stops.
    """
    first = dict(reversed(await connectors(csms, sut)))
    others = [place for place in sorted(first.items()) if place[0] != sut.evseId]
    made: list[Session] = []
    for evseId, connectorId in [(sut.evseId, sut.connectorId), *others]:
        token = sut.tokens.fresh() if made else sut.tokens.valid
        tx = await session(csms, sut, token, evseId=evseId, connectorId=connectorId)
        tx = await authorized(csms, sut, tx, by="remote" if made and tx.asks else None)
        made.append(await energy_transfer_started(csms, sut, tx))
    return made


async def trigger(csms: Csms, requestedMessage: str, **fields: Any) -> None:
    """The CSMS asks for a message, and the station agrees to send it; one that came before is not taken for it."""
    csms.match_from_now_on()
    answer = await csms.call("TriggerMessage", requestedMessage=requestedMessage, **fields)
    if not check_fields(STEP, answer, {"status": "Accepted"}):  # F06.FR.05 leaves the station the choice
        raise NonConformance(f"the station does not send {requestedMessage}")


async def expect_meter_values(csms: Csms, evseId: int, wanted: set[str], *, requirement: str = "F06.FR.10") -> None:
    """The station sends what the meter of an EVSE shows now, because it was asked to.

    Of the measurands that are configured those are judged that every meter shows at any time. What the station measures
    may be split over several messages, and one that no EVSE has is the main meter's (J01.FR.14).
    """
    message = await csms.expect("MeterValues", requirement=requirement, **_triggered(evseId))
    missing = shown_at_once(wanted) - measurands_of(message)
    while missing:
        more = await csms.expect_optional("MeterValues", within=csms.timing.event, **_triggered(evseId))
        if more is None:
            break
        missing -= measurands_of(more)
    if missing:
        missing -= await _of_main_meter(csms, missing)
    expected = f"values of {sorted(shown_at_once(wanted))}, which AlignedDataCtrlr.Measurands names"
    received = f"no {sorted(missing)}, neither of EVSE {evseId} nor of the main meter" if missing else "all of them"
    check("F06.FR.06", not missing, expected=expected, received=received)


def _triggered(evseId: int) -> dict[str, Any]:
    return {"evseId": evseId, "meterValue__0__sampledValue__0__context": "Trigger"}


async def _of_main_meter(csms: Csms, missing: set[str]) -> set[str]:
    """Those of these measurands that the main meter has; it is asked with all the others where it has told none."""

    def told() -> set[str]:
        messages = csms.received("MeterValues", evseId=MAIN_METER)
        return {measurand for message in messages for measurand in measurands_of(message)} & missing

    if told() != missing:
        await csms.attempt("TriggerMessage", requestedMessage="MeterValues")
        with contextlib.suppress(TimeoutError):
            await csms.wait_until(lambda: told() == missing, csms.timing.event, "what the main meter shows")
    return told()


async def expect_triggered_event(tx: Session, wanted: set[str], *, requirement: str = "F06.FR.10") -> None:
    """The station tells of a transaction that charges because it was asked to, with what it measures now.

    Of the measurands that are configured those are judged that every meter shows while it charges. What the station
    measures may be split over several events (E02.FR.11).
    """
    event = await tx.event(requirement=requirement, triggerReason="Trigger")
    check_fields(STEP, event, {"evse.id": (tx.evseId, None)})
    check_fields("F06.FR.07", event, {"transactionInfo.chargingState": "Charging"})
    if not check_fields(STEP, event, {"meterValue": PRESENT}):
        return
    check_fields(STEP, event, {"meterValue.0.sampledValue.0.context": "Trigger"})
    missing = shown_at_once(wanted, charging=True) - measurands_of(event)
    while missing:
        note = f"{', '.join(sorted(missing))}, which SampledDataCtrlr.TxUpdatedMeasurands names"
        missing -= measurands_of(await tx.event(requirement="F06.FR.07", note=note, triggerReason="Trigger"))
