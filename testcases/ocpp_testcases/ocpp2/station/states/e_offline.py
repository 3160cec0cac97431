"""E, transactions: what drivers do at a station under test that has no connection, and what it tells afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.offline import Outage, check_done_offline, offline, stay_offline
from ocpp_testcases.ocpp2.station.states.b_provisioning import OFFLINE_THRESHOLD, configured
from ocpp_testcases.ocpp2.station.states.c_authorization import id_token_cached
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import replace_local_list
from ocpp_testcases.ocpp2.station.states.e_transactions import Session
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_sampled

__all__ = [
    "accepted_offline",
    "expect_told_later",
    "plug_in_offline",
    "quiet_about_statuses",
    "samples_offline",
    "start_offline",
    "stop_offline",
    "told_before",
    "while_offline",
]

Told = set[tuple[str, int]]
"""Transaction and seqNo of events. Not their times: in whole seconds two events may have the same one."""


async def accepted_offline(csms: Csms, sut: Sut, token: Token, *, group: dict[str, str] | None = None) -> None:
    """The station may let the driver charge without a connection

    As IdTokenCached and IdTokenLocalAuthList: from its cache, from its list, or as somebody it does not know. `group`:
    of the list's entry; what the cache has of the group is what the CSMS answers.
    """
    for name in ("LocalAuthorizeOffline", "OfflineTxForUnknownIdEnabled"):
        await configured(csms, {f"AuthCtrlr.{name}": "true"}, if_writable=True)
    if sut.claims("C-49"):
        await configured(csms, {"AuthCacheCtrlr.Enabled": "true"}, if_writable=True)
        await id_token_cached(csms, sut, token)
    if sut.claims("Local Authorization List Management"):
        await configured(csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_writable=True)
        await replace_local_list(csms, [token], sut.number(1, 2**20), group=group)


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


async def plug_in_offline(sut: Sut, tx: Session) -> None:
    """The vehicle is in the bay, where that counts, and the cable is in."""
    if "ParkingBayOccupancy" in tx.start | tx.stop:
        tx.parked = True
        await sut.parking_bay(True)
    with cable_in(tx):
        await sut.plug_in(tx.evseId, tx.connectorId)


async def start_offline(csms: Csms, sut: Sut, tx: Session) -> None:
    """The driver presents the token, and charges for a while."""
    await sut.present_token(tx.token, tx.evseId)
    tx.authorized = True
    await stay_offline(csms)


async def stop_offline(csms: Csms, sut: Sut, tx: Session, token: Token | None = None) -> None:
    """The driver presents the token again, or another one, takes the cable out, and leaves the bay."""
    await sut.present_token(token or tx.token, tx.evseId)
    await stay_offline(csms)
    await sut.unplug(tx.evseId, tx.connectorId)
    tx.plugged = False
    if tx.parked:
        await sut.parking_bay(False)
        tx.parked = False
    await stay_offline(csms)


def told_before(csms: Csms) -> Told:
    """All transaction events so far."""
    return {_which(message) for message in csms.inbox if message.action == "TransactionEvent"}


def _which(event: Message) -> tuple[str, int]:
    return str(event.at("transactionInfo.transactionId")), event.seqNo


async def expect_told_later(
    csms: Csms, sut: Sut, tx: Session, outage: Outage, *, known: Told, requirement: str
) -> Message:
    """The connection is back: the station tells of the session up to its end, of all of it as of something offline.

    `known`: the events before, which may be sent again. Returns the event Ended.
    """
    new = {"transactionInfo__transactionId": tx.id, "seqNo": lambda number: (tx.id, number) not in known}
    wanted: dict[str, Any] = new if tx.id else {}
    ended = await csms.expect(
        "TransactionEvent",
        requirement=requirement,
        within=csms.timing.long,
        eventType="Ended",
        **wanted,
    )
    tx.id, tx.ended = str(ended.at("transactionInfo.transactionId")), True
    told = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
    tx.events += [event for event in told if _which(event) not in known]
    for event in tx.events:
        if _which(event) not in known:
            check_fields(requirement, event, {"offline": True})
            check_done_offline(sut, event, outage)
    if not known:
        check_fields(STEP, min(tx.events, key=lambda event: event.seqNo), {"eventType": "Started"})
        named = [event for event in tx.events if event.idToken]
        check("E03.FR.01", bool(named), expected="an event with the idToken of the driver", received=len(tx.events))
        if named:
            check_fields("E03.FR.01", named[0], tx.token_fields)
    tx.check_sequence()
    return ended
