"""C, authorization: what a CSMS under test says of tokens."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import free_elsewhere, has_to_be_known, token_status
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction

__all__ = [
    "check_one_group",
    "expect_group_authorized",
    "expect_group_in_event",
    "expect_status",
    "named",
    "of_one_group",
    "presented",
    "transaction_of",
]

GROUP = "idTokenInfo.groupIdToken.idToken"


async def named(sut: Sut, *names: str) -> None:
    """The CSMS has tokens of these kinds, and sut.toml names them"""
    for name in names:
        if not sut.tokens.given(name):
            raise Inconclusive(f"name a token that the CSMS has for this: values.tokens.{name} in sut.toml")


async def of_one_group(sut: Sut, *names: str) -> None:
    """The CSMS has tokens of one group, and sut.toml names them with it"""
    await named(sut, *names)
    groups = {name: sut.tokens.get(name).group for name in names}
    if not all(groups.values()) or len({group.casefold() for group in groups.values()}) > 1:
        keys = " and ".join(f"values.tokens.{name}" for name in names)
        raise Inconclusive(f"give {keys} in sut.toml the group that the CSMS has them in: group = ...")


async def presented(station: Station, sut: Sut, token: Token) -> Answer:
    """A driver presents a token that may charge, which the CSMS has to know; returns what it says of the token."""
    answer = await station.call("Authorize", idToken=token.payload)
    free_elsewhere(sut, token, answer)
    has_to_be_known(sut, token, answer)
    return answer


async def expect_status(station: Station, sut: Sut, token: Token, *allowed: str) -> None:
    """Present a token at the reader; the CSMS must answer with one of these statuses."""
    answer = await station.call("Authorize", idToken=token.payload)
    if "Accepted" in allowed:
        free_elsewhere(sut, token, answer)
    if "Accepted" in allowed or ("Unknown" not in allowed and token_status(answer) == "Unknown"):
        has_to_be_known(sut, token, answer)
    check_fields("C01.FR.07", answer, {"idTokenInfo.status": allowed}, note="values.tokens in sut.toml")


async def expect_group_authorized(station: Station, sut: Sut, token: Token) -> Answer:
    """The driver presents the token: it is Accepted, and the CSMS tells the group that it is of; returns its answer."""
    answer = await presented(station, sut, token)
    check_fields("C01.FR.07", answer, {"idTokenInfo.status": "Accepted"})
    check_fields("C09.FR.09", answer, {GROUP: _group_of(token)})
    return answer


async def expect_group_in_event(sut: Sut, tx: Transaction, trigger: str, token: Token, **fields: Any) -> Answer:
    """An event with this token: it is Accepted, and the CSMS tells the group that it is of; returns its answer."""
    answer = await tx.event(trigger, idToken=token.payload, **fields)
    free_elsewhere(sut, token, answer)
    has_to_be_known(sut, token, answer)
    check_fields("E01.FR.12", answer, {"idTokenInfo.status": "Accepted"})
    check_fields("C09.FR.12", answer, {GROUP: _group_of(token)})
    return answer


def check_one_group(answers: list[Answer]) -> None:
    """Judge that all of them name the group by one type: a station compares value and type (identifierString)."""
    types = {str(answer.at("idTokenInfo.groupIdToken.type")).casefold() for answer in answers}
    check("C09.FR.02", len(types) == 1, expected="one type of the group in each answer", received=sorted(types))


def _group_of(token: Token) -> Pattern:
    """The group of a token, in any case of letters."""
    return Pattern(f"{token.group}, in any case", lambda told: str(told).casefold() == token.group.casefold())


def transaction_of(station: Station, sut: Sut, token: Token, evseId: int | None = None) -> Transaction:
    """A transaction of this token that has not begun, at this EVSE, or at the one that is tested."""
    place = sut.evseId if evseId is None else evseId
    return Transaction(station, f"{sut.text(8)}-{sut.text(12)}", token, place, sut.connectorId)
