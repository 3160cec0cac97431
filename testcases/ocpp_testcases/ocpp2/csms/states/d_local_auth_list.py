"""D, local authorization lists that a CSMS sends."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked

__all__ = ["NOT_EMPTY", "changes_asked_for", "check_tokens_once", "full_list_sent", "newer_than", "wished_entries"]

Entry = dict[str, Any]
NOT_EMPTY = Pattern("a list that is not empty", lambda entries: bool(entries))


def wished_entries(sut: Sut) -> list[Entry]:
    """What the list is to hold at least, where the operator has to say it: who may charge, and who may not."""
    entries = {sut.tokens.valid: "Accepted"}
    if sut.tokens.given("blocked"):
        entries[sut.tokens.blocked] = "Blocked"
    return [{"idToken": token.payload, "idTokenInfo": {"status": status}} for token, status in entries.items()]


async def full_list_sent(station: Station, sut: Sut) -> Message:
    """The operator has the CSMS send its list, and the station takes it; returns the request"""
    return await asked(
        station,
        sut,
        "SendLocalList",
        updateType="Full",
        localAuthorizationList=wished_entries(sut),
        matching={"updateType": "Full", "localAuthorizationList": NOT_EMPTY},
    )


async def changes_asked_for(
    station: Station, sut: Sut, since: Message, entries: list[Entry], fitting: Pattern, requirement: str
) -> None:
    """The operator has the CSMS send these changes of the list that it sent before; what is judged is `fitting`.

    Also that the version is a newer one: a station refuses any other (D01.FR.19). A CSMS may ask for the version first,
    and send the rest of a list that is too long for one message as changes of its own.
    """
    request = await asked(
        station,
        sut,
        "SendLocalList",
        updateType="Differential",
        localAuthorizationList=entries,
        matching={"updateType": "Differential", "localAuthorizationList": fitting},
        requirement=requirement,
    )
    check_fields(STEP, request, {"versionNumber": newer_than(since.versionNumber)})
    check_tokens_once(list(request.localAuthorizationList or []))


def newer_than(version: Any) -> Pattern:
    """A version above this one; above 0 where this is none."""
    least = version if isinstance(version, int) else 0
    return Pattern(f"more than {least}", lambda number: isinstance(number, int) and number > least)


def check_tokens_once(entries: list[Entry]) -> None:
    """Judge that no token is named twice, whatever its case (D01.FR.06)."""
    names = [(entry["idToken"]["idToken"].casefold(), entry["idToken"]["type"].casefold()) for entry in entries]
    check("D01.FR.06", len(names) == len(set(names)), expected="every token once", received=names)
