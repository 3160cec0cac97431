"""G, availability: the lock of a connector that cannot close, at a station under test."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import payload_matches
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, expect_asked, parking_bay_occupied
from ocpp_testcases.ocpp2.station.states.e_ways import way_to_start
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status

__all__ = ["expect_lock_failure", "has_retention_lock", "identified", "lock_failures_reported", "plugged_in_halfway"]

LOCK = "ConnectorPlugRetentionLock"
LEVEL = "MonitoringCtrlr.ActiveMonitoringLevel"
ALL_LEVELS = 9


async def has_retention_lock(csms: Csms, sut: Sut) -> None:
    """The device model has the ConnectorPlugRetentionLock of the connector"""
    here = (f"[{sut.evseId}.{sut.connectorId}]", f"[{sut.evseId}]", "")
    if all([await get_variable(csms, f"{LOCK}{place}.Problem") is None for place in here]):
        raise not_applicable(f"the device model has no {LOCK}.Problem")


async def lock_failures_reported(csms: Csms) -> None:
    """The monitoring level lets every event be reported"""
    before = await get_variable(csms, LEVEL)
    if not before or int(before) >= ALL_LEVELS:
        return
    answer = await csms.attempt("SetMonitoringLevel", severity=ALL_LEVELS)
    if answer.status != "Accepted":
        raise Inconclusive(f"SetMonitoringLevel is answered with {answer.error or answer.status}")
    on_undo(f"Set the monitoring level back to {before}", lambda: _set_level(csms, int(before)))


async def _set_level(csms: Csms, severity: int) -> None:
    await csms.attempt("SetMonitoringLevel", severity=severity)


async def plugged_in_halfway(csms: Csms, sut: Sut, tx: Session) -> None:
    """EVConnectedPreSession: the connector is Occupied, and the plug so far out that the lock cannot close

    Whether a transaction starts with such a plug is left to the station (G05: it is not started).
    """
    await parking_bay_occupied(csms, sut, tx)
    with cable_in(tx):
        await sut.plug_in_halfway()
    await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")


async def identified(csms: Csms, sut: Sut, tx: Session) -> None:
    """Authorized: the driver is accepted, with a token or by a request of the CSMS

    No event is judged: whether the transaction starts is left to the station. Nor is anything else where the lock has
    failed already, when the plug came in: nobody can start, and the station may take no card.
    """
    await csms.wait_until_quiet()
    locked_out = _told_lock_failure(csms, tx) is not None
    local = way_to_start(sut) == "local"
    if locked_out:
        not_judged("C01.FR.02" if local else STEP, because="the lock has failed already, and nobody can start")
    if local:
        await sut.present_token(tx.token, tx.evseId)
        if not locked_out:
            await expect_asked(csms, tx, "C01.FR.02")
        return
    request: dict[str, Any] = {"idToken": tx.token.payload, "remoteStartId": sut.number(), "evseId": tx.evseId}
    if locked_out:
        await csms.attempt("RequestStartTransaction", **request)
        return
    answer = await csms.call("RequestStartTransaction", **request)
    check_fields(STEP, answer, {"status": "Accepted"})


def _told_lock_failure(csms: Csms, tx: Session, **more: Any) -> dict[str, Any] | None:
    """The first event of this session that tells that the lock has failed, and has these fields too."""
    wanted = {
        "component__name": ignoring_case(LOCK),
        "component__evse__id": (tx.evseId, None),
        "component__evse__connectorId": (tx.connectorId, None),
        "variable__name": ignoring_case("Problem"),
        "actualValue": ignoring_case("true"),
        **more,
    }
    messages = [m for m in csms.inbox[tx.first :] if m.action == "NotifyEvent"]
    events = [event for m in messages for event in m.eventData or [] if isinstance(event, dict)]
    return next((event for event in events if payload_matches(event, wanted)), None)


async def expect_lock_failure(csms: Csms, tx: Session) -> None:
    """The station tells that the lock of the connector has failed, after it was to close: at the latest now.

    A monitor may tell of it as well, with another trigger, before or after.
    """
    with suppress(TimeoutError):
        await csms.wait_until(
            lambda: _told_lock_failure(csms, tx, trigger="Delta"),
            csms.timing.event,
            f"a NotifyEvent about {LOCK}.Problem",
        )
    event = _told_lock_failure(csms, tx, trigger="Delta") or _told_lock_failure(csms, tx)
    check(
        "G05.FR.02",
        event is not None,
        expected=f"NotifyEvent about {LOCK}.Problem true within {csms.timing.event:g} s",
        received=[dict(m.payload) for m in csms.inbox[tx.first :] if m.action == "NotifyEvent"] or "no NotifyEvent",
    )
    if event is not None:
        check_fields(STEP, event, {"trigger": "Delta"})
