"""C01, drivers at the reader of a station under test: whom it asks about, and what may not come of a refused one."""

from __future__ import annotations

from collections.abc import Collection

from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, parking_bay_occupied
from ocpp_testcases.ocpp2.station.states.e_ways import way_to_start

__all__ = [
    "TELLING",
    "asks_about_drivers",
    "check_not_asked_first",
    "driver_presents",
    "expect_authorize",
    "expect_nothing_of_driver",
    "forgotten",
    "token_answered",
]

OF_SAMPLES = ("MeterValuePeriodic", "MeterValueClock")
ASKING = ("Authorize",)
"""Where a token is refused. What a station starts all the same is ended by the case, and not by another refusal."""
TELLING = ("Authorize", "TransactionEvent")
"""Where a token belongs to a group, or is refused while its transaction runs."""


async def asks_about_drivers(csms: Csms) -> None:
    """The station authorizes drivers, and asks the CSMS about them, again also about those who were refused before"""
    await authorizes_drivers(csms)
    if (await get_variable(csms, "AuthCtrlr.Enabled") or "true").lower() == "false":
        raise NotApplicable("AuthCtrlr.Enabled is false and cannot be set: no token is ever refused")
    for component in ("AuthCacheCtrlr", "LocalAuthListCtrlr"):
        await configured(csms, {f"{component}.DisablePostAuthorize": "false"}, if_writable=True)


async def forgotten(csms: Csms, sut: Sut, *tokens: Token) -> None:
    """The station has none of these tokens in its cache

    Fresh ones it cannot have. One that sut.toml gives may be there from another case, with what that case said of it:
    the cache is cleared, now and when the case ends.
    """
    if not all(sut.tokens.is_fresh(token) for token in tokens):
        await csms.attempt("ClearCache")
        on_undo("Clear the cache", lambda: csms.attempt("ClearCache"))


def token_answered(
    csms: Csms, token: Token, status: str, group: dict[str, str] | None = None, *, when: Collection[str] = ASKING
) -> None:
    """From now on the CSMS says this of the token. `group`: the IdTokenType of its group. `when`: in answer to that."""
    info = {"status": status} | ({"groupIdToken": group} if group else {})
    for action in when:
        csms.answer(action, where={"idToken__idToken": ignoring_case(token.idToken)}, idTokenInfo=info)


async def expect_authorize(csms: Csms, token: Token, requirement: str) -> Message:
    """The station asks the CSMS about this token."""
    return await csms.expect(
        "Authorize",
        requirement=requirement,
        idToken__idToken=ignoring_case(token.idToken),
        idToken__type=ignoring_case(token.type),
    )


async def driver_presents(csms: Csms, sut: Sut, tx: Session, *, refused: bool = False) -> int:
    """The token is at the reader, or in a request of the CSMS where nobody can present one; returns the index before.

    `refused`: the station knows that it may not charge, and may refuse the request already.
    """
    await parking_bay_occupied(csms, sut, tx)
    since = csms.next_index
    if way_to_start(sut) == "local":
        await sut.present_token(tx.token, tx.evseId)
        return since
    tx.remoteStartId = sut.number()
    answer = await csms.call(
        "RequestStartTransaction", idToken=tx.token.payload, remoteStartId=tx.remoteStartId, evseId=tx.evseId
    )
    check_fields(STEP, answer, {"status": ("Accepted", "Rejected") if refused else "Accepted"})
    return since


async def expect_nothing_of_driver(csms: Csms, since: int) -> None:
    """No event of a transaction comes for the message timeout, but samples of one that runs. `since`: index"""
    await csms.expect_none(
        "TransactionEvent",
        since=since,
        within=csms.timing.message,
        triggerReason=Pattern("no sample", lambda reason: reason not in OF_SAMPLES),
    )


def check_not_asked_first(csms: Csms, token: Token, requirement: str, *, stop: Message | None = None) -> None:
    """Judge that the station told of the driver without a question to the CSMS before.

    Afterwards it may ask, to bring what it has of the token up to date (C01.FR.05, C09.FR.04): nobody waits for that.
    `stop`: the event by which it told, which need not name the driver (E07.FR.02).
    """
    mine = ignoring_case(token.idToken)
    told = [m.index for m in csms.received("TransactionEvent", idToken__idToken=mine)]
    end = min([*told, *([stop.index] if stop else [])], default=csms.next_index)
    asked = [m.payload for m in csms.received("Authorize", idToken__idToken=mine) if m.index < end]
    check(requirement, not asked, expected="no Authorize before the driver may charge or stop", received=asked)
