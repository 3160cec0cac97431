"""C13 to C15, drivers whom a station under test knows from its list, or not at all, with and without a connection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NotApplicable
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import interval_tolerance, moment_of
from ocpp_testcases.common.offline import Outage, check_done_offline, stay_offline
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured, get_variable
from ocpp_testcases.ocpp2.station.states.c_local_start import asks_about_drivers
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import list_installed, local_list_enabled, put_on
from ocpp_testcases.ocpp2.station.states.e_offline import (
    park_offline,
    plug_in_offline,
    quiet_about_statuses,
    start_offline,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_refused import suspended_by_refusal
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, session
from ocpp_testcases.ocpp2.station.states.e_ways import way_to_start

__all__ = [
    "TOO_SHORT",
    "arrive_offline",
    "cache_enabled",
    "expect_not_authorized",
    "expect_refused_late",
    "expect_start_told_later",
    "list_used",
    "list_used_offline",
    "listed",
    "listed_driver",
    "unknown_accepted_offline",
]

BY_VEHICLE = {"DataSigned", "PowerPathClosed", "EnergyTransfer"}
"""Start points that are reached when the vehicle is ready, which may take it longer than the outage lasts."""
TOO_SHORT = "values.transaction_duration in sut.toml is too short for this vehicle"


async def list_used(csms: Csms, sut: Sut) -> None:
    """The list is enabled, and decides while there is a connection (LocalPreAuthorize is true, if it is implemented)"""
    await local_list_enabled(csms)
    await configured(csms, {"AuthCtrlr.LocalPreAuthorize": "true"}, if_implemented=True)
    await asks_about_drivers(csms)
    if way_to_start(sut) == "remote":  # else a remote start is authorized without a look at the list (F01.FR.02)
        await configured(csms, {"AuthCtrlr.AuthorizeRemoteStart": "true"}, if_implemented=True)


async def list_used_offline(csms: Csms, sut: Sut, *, unknown: bool = False) -> None:
    """The list decides without a connection as well, and about nobody else is decided

    `unknown`: whom neither list nor cache knows may charge then (OfflineTxForUnknownIdEnabled).
    """
    await list_used(csms, sut)
    unknown_too = {"AuthCtrlr.OfflineTxForUnknownIdEnabled": str(unknown).lower()}
    await configured(csms, unknown_too, if_implemented=True)
    await configured(csms, {"AuthCtrlr.LocalAuthorizeOffline": "true"}, if_implemented=True)
    await quiet_about_statuses(csms)


async def unknown_accepted_offline(csms: Csms) -> None:
    """Whom the station does not know may charge without a connection, and gets no energy once the CSMS refuses"""
    if (await get_variable(csms, "LocalAuthListCtrlr.Available") or "true").lower() == "true":
        await configured(csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_writable=True)
    await configured(csms, {"AuthCtrlr.LocalPreAuthorize": "true"}, if_writable=True)
    await configured(csms, {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true"}, if_implemented=True)
    await configured(csms, {"AuthCtrlr.LocalAuthorizeOffline": "true"}, if_implemented=True)
    await configured(csms, {"TxCtrlr.MaxEnergyOnInvalidId": "0"}, if_implemented=True)
    await configured(csms, {"TxCtrlr.StopTxOnInvalidId": "false"}, if_implemented=True)
    await quiet_about_statuses(csms)


async def cache_enabled(csms: Csms) -> None:
    """AuthCacheEnabled is true; a station without a cache is not what the case is for"""
    await available(csms, "AuthCacheCtrlr")
    if all([await get_variable(csms, f"AuthCacheCtrlr.{name}") is None for name in ("Available", "Enabled")]):
        raise NotApplicable("the station does not have AuthCacheCtrlr")
    await configured(csms, {"AuthCacheCtrlr.Enabled": "true"}, if_implemented=True)


async def listed(csms: Csms, sut: Sut, token: Token, status: str) -> None:
    """The list has this token and no other, and says this of it"""
    await list_installed(csms, sut, put_on(token, status=status))


async def listed_driver(csms: Csms, sut: Sut, token: Token) -> Session:
    """A session of a driver whom the station knows; nothing is done yet"""
    tx = await session(csms, sut, token)
    tx.knows = True
    return tx


async def arrive_offline(csms: Csms, sut: Sut, tx: Session, *, plugs_in: bool = True) -> Outage:
    """StartOfflineTransaction: there is no connection; the driver parks, presents the token and plugs in.

    `plugs_in`: else the driver only parks, and presents the token.
    """
    doings = [lambda: park_offline(sut, tx), lambda: start_offline(sut, tx)]
    if plugs_in:
        doings.append(lambda: plug_in_offline(sut, tx))
    return await while_offline(csms, *doings, lambda: stay_offline(csms))


async def expect_start_told_later(
    csms: Csms, sut: Sut, tx: Session, outage: Outage, requirement: str, *, refused: bool = False
) -> None:
    """The connection is back: the station tells that the driver started while there was none, and of the energy.

    `requirement`: the one by which the driver may charge. What was done without a connection is told as such.
    `refused`: the CSMS refuses the driver when it hears of the start, maybe before a slow vehicle draws energy.
    """
    begun = await tx.event(requirement=requirement, within=csms.timing.long, eventType="Started")
    if tx.start <= BY_VEHICLE and not _surely_before(sut, begun, outage):
        raise Inconclusive(f"the transaction began when the connection was back: {TOO_SHORT}")
    check_done_offline(sut, begun, outage)
    if not refused and begun.at("transactionInfo.chargingState") != "Charging":
        await tx.event(requirement=requirement, transactionInfo__chargingState="Charging")
    if refused and not begun.idToken:
        await tx.event(requirement="E03.FR.01", **tx.token_fields)
    mine = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
    named = [message for message in mine if message.idToken]
    check("E03.FR.01", bool(named), expected="an event with the idToken of the driver", received=len(mine))
    if named:
        check_fields("E03.FR.01", named[0], tx.token_fields)
    check_fields("E12.FR.02", begun, {"offline": True})
    for message in mine:
        if _surely_before(sut, message, outage):
            check_fields("E12.FR.02", message, {"offline": True})


async def expect_refused_late(csms: Csms, sut: Sut, tx: Session, outage: Outage) -> None:
    """The CSMS has refused a driver who started without a connection: the energy ends, or does not begin to flow.

    A station that suspends for a moment before it charges may have done so without the connection: that is not it.
    Inconclusive where the transaction is to end with the energy, and the vehicle has drawn none yet.
    """
    assert outage.until is not None
    drawn: dict[str, Any] = {"transactionInfo__transactionId": tx.id, "transactionInfo__chargingState": "Charging"}
    if "EnergyTransfer" in tx.stop and not csms.received("TransactionEvent", **drawn):
        flows = await csms.expect_optional("TransactionEvent", within=csms.timing.event, **drawn)
        if flows is None:
            raise Inconclusive(f"no energy had flowed when the CSMS refused the driver: {TOO_SHORT}")
    tolerance = 1 + interval_tolerance(sut, sut.timing.transaction)  # times may be in whole seconds
    await suspended_by_refusal(tx, after=outage.until - timedelta(seconds=tolerance))


def _surely_before(sut: Sut, message: Message, outage: Outage) -> bool:
    """Whether this was done before the connection could be made again, also where times are in whole seconds.

    A vehicle may take its time, and so energy may begin to flow when the connection is back.
    """
    assert outage.until is not None
    ago = (outage.until - moment_of(message.timestamp)).total_seconds()
    whole = 0 if "." in message.timestamp else 1
    return ago >= whole + interval_tolerance(sut, sut.timing.transaction)


async def expect_not_authorized(csms: Csms, token: Token, since: int, requirement: str) -> None:
    """For the message timeout nothing is told of this driver, nor of energy. `since`: index"""
    await csms.expect_none(
        "TransactionEvent",
        requirement=requirement,
        within=csms.timing.message,
        since=since,
        idToken__idToken=ignoring_case(token.idToken),
    )
    flows = [m.payload for m in csms.received("TransactionEvent", transactionInfo__chargingState="Charging")]
    check(requirement, not flows, expected="no chargingState Charging", received=flows)
