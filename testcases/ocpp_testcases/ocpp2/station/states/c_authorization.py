"""C, authorization: the cache of a station under test, and drivers whom the CSMS refuses."""

from __future__ import annotations

import contextlib

from ocpp_proof.cases.errors import Inconclusive, NotApplicable
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured, get_variable
from ocpp_testcases.ocpp2.station.states.c_local_start import driver_presents
from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    ev_connected_pre_session,
    expect_asked,
    session,
)
from ocpp_testcases.ocpp2.station.states.e_ways import way_to_start

__all__ = [
    "CACHE_ENABLED",
    "LIFE_TIME",
    "cable_first",
    "cache_used",
    "check_not_asked",
    "driver_asks",
    "id_token_cached",
    "leave",
    "unused_for",
    "visit",
]

CACHE_ENABLED = "AuthCacheCtrlr.Enabled"
LIFE_TIME = "AuthCacheCtrlr.LifeTime"
HOUR = 3600
"""Seconds that no case takes."""


async def cache_used(
    csms: Csms, sut: Sut, token: Token, *, pre_authorizes: bool = True, post_authorizes: bool = True
) -> None:
    """AuthCacheEnabled is true, and it shows: the station authorizes drivers, and does not know this one from before

    What comes into the cache stays there until the case ends, where AuthCacheLifeTime can be set. `pre_authorizes`:
    LocalPreAuthorize. `post_authorizes`: the CSMS is asked about tokens that the cache does not accept
    (DisablePostAuthorize is false). A token that sut.toml gives may be in the cache of an earlier run, and would be
    there in a later one: the cache is cleared, now and when the case ends.
    """
    await available(csms, "AuthCacheCtrlr")
    await configured(csms, {CACHE_ENABLED: "true"}, if_implemented=True)
    await configured(csms, {"AuthCtrlr.LocalPreAuthorize": str(pre_authorizes).lower()}, if_implemented=True)
    disabled = {"AuthCacheCtrlr.DisablePostAuthorize": str(not post_authorizes).lower()}
    await configured(csms, disabled, if_implemented=True)
    kept = await get_variable(csms, LIFE_TIME) or "0"
    if kept.isdigit() and int(kept) < HOUR:  # 0: for ever, or not at all
        await configured(csms, {LIFE_TIME: str(24 * HOUR)}, if_writable=True)
    await authorizes_drivers(csms)
    if (await get_variable(csms, "AuthCtrlr.Enabled") or "true").lower() == "false":
        raise NotApplicable("AuthCtrlr.Enabled is false and cannot be set: no driver is authorized")
    if way_to_start(sut) == "remote":  # else a remote start is authorized without a look at the cache (F01.FR.02)
        await configured(csms, {"AuthCtrlr.AuthorizeRemoteStart": "true"}, if_implemented=True)
    if not sut.tokens.is_fresh(token):
        await csms.attempt("ClearCache")
        on_undo("Clear the cache", lambda: csms.attempt("ClearCache"))


async def id_token_cached(
    csms: Csms, sut: Sut, token: Token, *, status: str = "Accepted", group: dict[str, str] | None = None
) -> None:
    """IdTokenCached: the station has seen what the CSMS says of this token

    `status`: that. `group`: the IdTokenType of a group that may not start a transaction.
    """
    tx = await session(csms, sut, token)
    if status == "Accepted" and group is None:
        await authorized(csms, sut, tx)
        await ev_connected_pre_session(csms, sut, tx)
        await leave(csms, tx)
        return
    info = {"status": status} | ({"groupIdToken": group} if group else {})
    said = csms.answer("Authorize", where={"idToken__idToken": ignoring_case(token.idToken)}, idTokenInfo=info)
    await driver_asks(csms, sut, tx, "C01.FR.02")
    await csms.wait_until_quiet()
    await leave(csms, tx)
    csms.remove(said)


async def leave(csms: Csms, tx: Session) -> None:
    """The driver stops, unplugs and leaves"""
    try:
        await tx.clean_up()
    except TimeoutError as error:
        raise Inconclusive(f"the session does not come to its end: waited in vain for {error}") from error
    await csms.wait_until_quiet()  # a reader may ignore the card that it has just read


async def visit(csms: Csms, sut: Sut, token: Token) -> Session:
    """A session that has not begun, of a driver whom nothing but the local list may know from before cache_used."""
    tx = await session(csms, sut, token)
    tx.knows = tx.knows and (await get_variable(csms, "LocalAuthListCtrlr.Entries") or "0") != "0"
    return tx


async def cable_first(csms: Csms, sut: Sut, tx: Session) -> None:
    """EVConnectedPreSession, where no lock keeps the cable out of whoever is not authorized (AQ-2)"""
    if not sut.claims("AQ-2"):
        await ev_connected_pre_session(csms, sut, tx)


async def unused_for(csms: Csms, seconds: float) -> None:
    """Nobody presents a token for so long."""
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(lambda: False, seconds, f"{seconds:g} s to pass")


async def driver_asks(csms: Csms, sut: Sut, tx: Session, requirement: str) -> None:
    """The token is presented, and the station asks the CSMS about it."""
    await driver_presents(csms, sut, tx)
    await expect_asked(csms, tx, requirement)


def check_not_asked(csms: Csms, tx: Session, requirement: str) -> None:
    """Judge that the station did not ask about the driver before it told of him.

    A station may ask afterwards, to bring its cache up to date: the driver does not wait for that.
    """
    told = min((event.index for event in tx.events if event.idToken), default=csms.next_index)
    asked = csms.received("Authorize", idToken__idToken=ignoring_case(tx.token.idToken))
    before = [message.payload for message in asked if message.index < told]
    check(requirement, not before, expected="no Authorize for a cached token", received=before)
