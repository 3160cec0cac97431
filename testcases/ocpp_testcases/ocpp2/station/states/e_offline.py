"""E, transactions: what drivers do at a station under test that has no connection, and what it tells afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.offline import Outage, check_done_offline, offline, stay_offline
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import OFFLINE_THRESHOLD, configured, get_variable
from ocpp_testcases.ocpp2.station.states.c_authorization import id_token_cached
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import id_token_in_local_list
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_sampled

__all__ = [
    "accepted_offline",
    "expect_told_later",
    "park_offline",
    "plug_in_offline",
    "quiet_about_statuses",
    "samples_offline",
    "start_offline",
    "stop_by_vehicle_offline",
    "stop_offline",
    "told_before",
    "while_offline",
]

Numbers = set[int]


async def accepted_offline(csms: Csms, sut: Sut, token: Token, *, group: dict[str, str] | None = None) -> None:
    """The station may let the driver charge without a connection

    As IdTokenCached and IdTokenLocalAuthList: from its cache, from its list, or as somebody it does not know. `group`:
    of the list's entry; what the cache has of the group is what the CSMS answers. With a group the station has to know
    the token, for nobody whom it does not know is of a group.
    """
    for name in ("LocalAuthorizeOffline", "OfflineTxForUnknownIdEnabled"):
        await configured(csms, {f"AuthCtrlr.{name}": "true"}, if_writable=True)
    if sut.claims("C-49"):
        await configured(csms, {"AuthCacheCtrlr.Enabled": "true"}, if_writable=True)
        await id_token_cached(csms, sut, token)
    if sut.claims("Local Authorization List Management"):
        await configured(csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_writable=True)
        await id_token_in_local_list(csms, sut, token, group=group)
    known = await _is(csms, "AuthCacheCtrlr.Enabled") or await _is(csms, "LocalAuthListCtrlr.Enabled")
    if group and not known:
        raise NotApplicable("neither cache nor local list is enabled: no token is of a group without a connection")
    asks = await _is(csms, "AuthCtrlr.Enabled", "true")
    unknown = await _is(csms, "AuthCtrlr.OfflineTxForUnknownIdEnabled")
    if asks and not unknown and not (known and await _is(csms, "AuthCtrlr.LocalAuthorizeOffline", "true")):
        raise NotApplicable("nobody may charge without a connection, and that cannot be set")


async def _is(csms: Csms, name: str, default: str = "false") -> bool:
    return (await get_variable(csms, name) or default).lower() == "true"


async def quiet_about_statuses(csms: Csms, seconds: int = 300) -> None:
    """OfflineThreshold is longer than the outage: no status is told again only because of it"""
    await configured(csms, {OFFLINE_THRESHOLD: str(seconds)}, if_writable=True)


async def samples_offline(csms: Csms, sut: Sut, seconds: int) -> None:
    """The station takes samples in a transaction, and stays away for so many seconds after a lost connection"""
    await measurands_sampled(csms, "TxUpdatedMeasurands")
    await configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": str(sut.short_interval)})
    await quiet_about_statuses(csms, seconds + 60)
    back_off = {"RetryBackOffWaitMinimum": str(seconds), "RetryBackOffRandomRange": "0"}
    await configured(csms, {f"OCPPCommCtrlr.{name}": value for name, value in back_off.items()}, if_writable=True)


async def while_offline(csms: Csms, *doings: Callable[[], Awaitable[None]]) -> Outage:
    """The connection is taken away, somebody does this, and the station comes back."""
    async with offline(csms) as outage:
        for doing in doings:
            await doing()
    return outage


async def park_offline(sut: Sut, tx: Session) -> None:
    """The vehicle drives into the bay, where that counts."""
    if "ParkingBayOccupancy" in tx.start | tx.stop:
        tx.parked = True
        await sut.parking_bay(True)


async def plug_in_offline(sut: Sut, tx: Session) -> None:
    """The cable is in."""
    with cable_in(tx):
        await sut.plug_in(tx.evseId, tx.connectorId)


async def start_offline(sut: Sut, tx: Session) -> None:
    """The driver presents the token."""
    await sut.present_token(tx.token, tx.evseId)
    tx.authorized = True


async def stop_offline(csms: Csms, sut: Sut, tx: Session, token: Token | None = None) -> None:
    """The driver presents the token again, or another one, takes the cable out, and leaves the bay."""
    await sut.present_token(token or tx.token, tx.evseId)
    await _leave_offline(csms, sut, tx)


async def stop_by_vehicle_offline(csms: Csms, sut: Sut, tx: Session, *, fixed: bool) -> None:
    """The vehicle stops the energy transfer; the cable is taken out, at the vehicle first, and the vehicle leaves.

    `fixed`: the cable is fixed to the station.
    """
    await sut.ev_suspend()
    if not fixed:
        tx.cable_kept = True
        await sut.unplug_vehicle()
    await _leave_offline(csms, sut, tx)


async def _leave_offline(csms: Csms, sut: Sut, tx: Session) -> None:
    await stay_offline(csms)
    await sut.unplug(tx.evseId, tx.connectorId)
    tx.plugged = tx.cable_kept = False
    if tx.parked:
        await sut.parking_bay(False)
        tx.parked = False
    await stay_offline(csms)


def told_before(csms: Csms, tx: Session, connections: int) -> Numbers:
    """The seqNo of the events of the transaction that came over the first connections, of which there were so many.

    Counted when the station is back: until it notices that the connection ends it goes on telling. An event that is
    sent again keeps its number (E, 1.3.2.1); times tell no events apart, for they may be in whole seconds.
    """
    told = [m for m in csms.inbox if m.at("transactionInfo.transactionId") == tx.id]
    return {event.seqNo for event in told if event.connection < connections}


async def expect_told_later(
    csms: Csms,
    sut: Sut,
    tx: Session,
    outage: Outage,
    *,
    known: Numbers,
    requirement: str,
    stopped_by: Token | None = None,
) -> Message:
    """The connection is back: the station tells of the session up to its end, of all of it as of something offline.

    `known`: the seqNo of the events before, which may be sent again. `stopped_by`: the token that was presented to
    stop. Returns the event Ended.
    """
    wanted: dict[str, Any] = {"transactionInfo__transactionId": tx.id} if tx.id else {}
    ended = await csms.expect(
        "TransactionEvent",
        requirement=requirement,
        within=csms.timing.long,
        eventType="Ended",
        seqNo=lambda number: number not in known,
        **wanted,
    )
    tx.id, tx.ended = str(ended.at("transactionInfo.transactionId")), True
    told = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
    tx.events += [event for event in told if event.seqNo not in known]
    for event in tx.events:
        if event.seqNo not in known:
            check_fields(requirement, event, {"offline": True})
            check_done_offline(sut, event, outage)
    if stopped_by and tx.asks:
        _check_stop(tx, ended, stopped_by)
    if not known:
        check_fields(STEP, min(tx.events, key=lambda event: event.seqNo), {"eventType": "Started"})
        named = [event for event in tx.events if event.idToken]
        check("E03.FR.01", bool(named), expected="an event with the idToken of the driver", received=len(tx.events))
        if named:
            check_fields("E03.FR.01", named[0], tx.token_fields)
    tx.check_sequence()
    return ended


def _check_stop(tx: Session, ended: Message, token: Token) -> None:
    """Judge whom and what an end by a token names: the token may be left out, and so may the reason Local."""
    for event in tx.events:
        if event.triggerReason == "StopAuthorized" and event.idToken:
            check_fields("E07.FR.02", event, {"idToken.idToken": ignoring_case(token.idToken)})
            check_fields("E07.FR.02", event, {"idToken.type": ignoring_case(token.type)})
    if "Authorized" in tx.stop:
        check_fields(STEP, ended, {"transactionInfo.stoppedReason": ("Local", None)})
