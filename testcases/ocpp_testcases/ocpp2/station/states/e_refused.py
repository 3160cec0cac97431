"""E05 and C15: the CSMS refuses the token of a transaction at a station under test."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import moment_of
from ocpp_testcases.common.offline import Outage, check_done_offline
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_transactions import Session

__all__ = [
    "MAX_ENERGY",
    "deauthorized",
    "expect_told_of_offline_start",
    "goes_on_when_token_refused",
    "refuse_transactions",
    "stops_when_token_refused",
    "suspended_by_refusal",
]

STOPS = "TxCtrlr.StopTxOnInvalidId"
MAX_ENERGY = "TxCtrlr.MaxEnergyOnInvalidId"
WITHOUT_ENERGY = ("EVConnected", "SuspendedEVSE", None)
"""The charging state need not be told again where it has not changed."""


async def stops_when_token_refused(csms: Csms, energy: int = 0) -> None:
    """StopTxOnInvalidId is true: a refused token is no longer authorized, whatever MaxEnergyOnInvalidId says

    `energy`: that, in Wh, where it is implemented.
    """
    await configured(csms, {STOPS: "true"}, if_implemented=True)
    await configured(csms, {MAX_ENERGY: str(energy)}, if_writable=energy == 0, if_implemented=True)


async def goes_on_when_token_refused(csms: Csms, energy: int = 0) -> None:
    """StopTxOnInvalidId is false, and MaxEnergyOnInvalidId so much, in Wh; 0: none, as where it is not implemented"""
    await configured(csms, {STOPS: "false"}, if_implemented=True)
    await configured(csms, {MAX_ENERGY: str(energy)}, if_implemented=True)


def refuse_transactions(csms: Csms, token: Token) -> None:
    """From now on the CSMS refuses this token wherever a transaction names it."""
    csms.answer(
        "TransactionEvent",
        where={"idToken__idToken": ignoring_case(token.idToken)},
        idTokenInfo={"status": "Invalid"},
    )


async def expect_told_of_offline_start(csms: Csms, tx: Session, sut: Sut, outage: Outage) -> Message:
    """The connection is back: the station tells of a driver who started without it, and that energy flows.

    Returns the event that names the driver. In which event that is follows from the start points.
    """
    begun_before = tx.started
    mine: dict[str, Any] = {"transactionInfo__transactionId": tx.id} if tx.id else {}
    named = await csms.expect(
        "TransactionEvent", requirement="C15.FR.02", within=csms.timing.long, **tx.token_fields, **mine
    )
    tx.id = str(named.at("transactionInfo.transactionId"))
    tx.events.append(named)
    check_fields("E12.FR.02", named, {"offline": True})
    check_done_offline(sut, named, outage)
    if begun_before:
        check_fields(STEP, named, {"eventType": "Updated", "triggerReason": "Authorized"})
    elif "Authorized" in tx.start:
        check_fields(STEP, named, {"eventType": "Started", "triggerReason": "Authorized"})
    charging = named
    if named.at("transactionInfo.chargingState") != "Charging":
        why = ("ChargingStateChanged", "CablePluggedIn")
        charging = await tx.event(triggerReason=why, transactionInfo__chargingState="Charging")
    check_fields("E12.FR.02", charging, {"offline": True})
    return named


async def deauthorized(tx: Session, *, after_offline: bool = False) -> Message:
    """Deauthorized: the CSMS has refused the driver, and the station ends the authorization

    `after_offline`: the driver had started without a connection (C15).
    """
    ends = bool(tx.stop & ENDS_BY_AUTHORIZATION)
    of_start = "C15.FR.04" if ends else "C15.FR.03"
    requirement = of_start if after_offline else "E05.FR.10" if ends else "E05.FR.09"
    event = await tx.event(requirement=requirement, triggerReason="Deauthorized")
    tx.stopped, tx.cable_kept = True, tx.plugged
    if ends:
        check_fields(requirement, event, {"eventType": "Ended", "transactionInfo.stoppedReason": "DeAuthorized"})
    else:
        check_fields(requirement, event, {"eventType": "Updated"})
    if tx.plugged:
        check_fields(STEP, event, {"transactionInfo.chargingState": WITHOUT_ENERGY})
    return event


async def suspended_by_refusal(tx: Session, *, after: datetime | None = None) -> Message:
    """The CSMS has refused the driver: no energy is delivered, and the transaction goes on

    Where the end of the energy is the end of the transaction (TxStopPoint contains EnergyTransfer), it ends. `after`:
    what was done before this moment is not it, but told late.
    """
    since = tx.events[-1].index + 1  # some suspend for a moment before they charge
    late = Pattern(f"after {after}", lambda time: after is None or moment_of(time) >= after)
    if "EnergyTransfer" in tx.stop:
        return await tx.event(requirement="E06.FR.07", since=since, eventType="Ended", timestamp=late)
    event = await tx.event(
        requirement="C15.FR.06", since=since, transactionInfo__chargingState="SuspendedEVSE", timestamp=late
    )
    check_fields("C15.FR.06", event, {"eventType": "Updated", "triggerReason": "ChargingStateChanged"})
    return event
