"""C09, tokens of one group at a station under test: who may stop what somebody else of the group has started."""

from __future__ import annotations

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.c_authorization import HOUR, LIFE_TIME
from ocpp_testcases.ocpp2.station.states.c_local_list import cache_enabled
from ocpp_testcases.ocpp2.station.states.c_local_start import (
    TELLING,
    asks_about_drivers,
    expect_authorize,
    forgotten,
    token_answered,
)
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while, expect_stop, parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
    session,
)

__all__ = [
    "cache_used",
    "expect_stop_by_other",
    "expect_unplugged",
    "goes_on_after_refusal",
    "group_of",
    "group_starts",
    "plugged_in",
    "present_other",
    "refusal_cached",
    "tokens_of_group",
]

NO_ENERGY = ("EVConnected", "SuspendedEVSE", "Idle")
"""Not SuspendedEV: a vehicle may pause when it likes."""


def group_of(sut: Sut) -> dict[str, str]:
    """The IdTokenType of the group of `member` and `sibling`."""
    return {"idToken": sut.tokens.get("member").group or sut.tokens.get("group").idToken, "type": "Central"}


async def tokens_of_group(csms: Csms, sut: Sut, other: Token, status: str = "Accepted") -> Token:
    """The CSMS says of two tokens that they are of one group; returns the one that is going to start

    `other`: the second one, with its `status`. Nobody has presented them to the station before.
    """
    member = sut.tokens.get("member")
    await asks_about_drivers(csms)
    await forgotten(csms, sut, member, other)
    token_answered(csms, member, "Accepted", group_of(sut), when=TELLING)
    token_answered(csms, other, status, group_of(sut), when=TELLING)
    return member


async def cache_used(csms: Csms) -> None:
    """The cache is enabled, and decides while there is a connection (LocalPreAuthorize is true, if implemented)

    What comes into it stays there until the case ends, where AuthCacheLifeTime can be set.
    """
    await cache_enabled(csms)
    await configured(csms, {"AuthCtrlr.LocalPreAuthorize": "true"}, if_implemented=True)
    kept = await get_variable(csms, LIFE_TIME) or "0"
    if kept.isdigit() and int(kept) < HOUR:  # 0: for ever, or not at all
        await configured(csms, {LIFE_TIME: str(24 * HOUR)}, if_writable=True)


async def refusal_cached(csms: Csms, sut: Sut, token: Token) -> None:
    """IdTokenCached: the station has seen that the CSMS does not accept this token"""
    tx = await parking_bay_occupied(csms, sut, await session(csms, sut, token))
    await sut.present_token(token, tx.evseId)
    await expect_authorize(csms, token, "C01.FR.02")
    await csms.wait_until_quiet()
    await tx.clean_up()


async def plugged_in(csms: Csms, sut: Sut, token: Token, *, known: bool) -> Session:
    """EVConnectedPreSession of a driver with this token, but where a lock keeps the cable out until the token comes"""
    tx = await session(csms, sut, token)
    tx.knows = known
    if not sut.claims("AQ-2"):
        await ev_connected_pre_session(csms, sut, tx)
    return tx


async def group_starts(csms: Csms, sut: Sut, tx: Session) -> None:
    """The driver presents the token at the reader, is authorized, and energy flows."""
    await authorized(csms, sut, tx, by="local")
    await energy_transfer_started(csms, sut, tx)


async def present_other(csms: Csms, sut: Sut, tx: Session, other: Token) -> int:
    """Somebody else presents a token while the transaction runs; returns the index before."""
    await charge_for_a_while(csms, tx)
    since = csms.next_index
    await sut.present_token(other, tx.evseId)
    return since


async def expect_stop_by_other(tx: Session, other: Token) -> Message:
    """The other token of the group has stopped the transaction, and is told of; returns the first event of that."""
    tx.token = other
    before = len(tx.events)
    await expect_stop(tx, "local", "C09.FR.03")
    return tx.events[before]


async def expect_unplugged(csms: Csms, sut: Sut, tx: Session) -> None:
    """EVConnectedPostSession, EVDisconnected, ParkingBayUnoccupied."""
    await parking_bay_unoccupied(csms, sut, tx, by="local")
    tx.check_sequence()


async def goes_on_after_refusal(csms: Csms, tx: Session, since: int) -> None:
    """Judge that the transaction goes on with its energy: who was refused has stopped nothing. `since`: index"""
    await csms.expect_none(
        "TransactionEvent",
        requirement="C09.FR.11",
        since=since,
        within=csms.timing.message,
        transactionInfo__transactionId=tx.id,
        triggerReason=("StopAuthorized", "Deauthorized"),
    )
    told = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
    stopped = [m.payload for m in told if m.index >= since and m.at("transactionInfo.chargingState") in NO_ENERGY]
    check("C09.FR.11", not stopped, expected="no chargingState in which the station offers nothing", received=stopped)
    check(STEP, not tx.over(), expected="no event Ended", received="the transaction has ended")
