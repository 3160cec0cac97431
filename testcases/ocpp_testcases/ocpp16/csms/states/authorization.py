"""Tokens in front of a Central System under test, OCPP 1.6: accepted, unknown, and known under a name."""

from __future__ import annotations

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check_fields, not_applicable
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut, Token

from ocpp_testcases.common.tokens import HAS_TO_BE_KNOWN, free_elsewhere

__all__ = [
    "REFUSED",
    "authorized",
    "check_token_accepted",
    "configured_token",
    "only_known_tokens_accepted",
    "unknown_token_refused",
]


REFUSED = Pattern("a status other than Accepted", lambda status: status not in ("Accepted", None))


def check_token_accepted(requirement: str, answer: Answer) -> None:
    """Judge that the Central System lets the token charge, in its answer to Authorize or StartTransaction."""
    check_fields(
        requirement,
        answer,
        {"idTagInfo.status": "Accepted"},
        note=HAS_TO_BE_KNOWN,
    )


async def authorized(station: Station, sut: Sut, token: Token | None = None) -> Answer:
    """Authorized: the driver presents a token and the Central System accepts it."""
    token = token or sut.tokens.valid
    answer = await station.call("Authorize", idTag=token.idToken)
    free_elsewhere(sut, token, answer)
    check_token_accepted("1.6 §4.1", answer)
    return answer


async def unknown_token_refused(station: Station, sut: Sut) -> Answer:
    """The Central System does not accept a token that it does not know."""
    answer = await station.call("Authorize", idTag=sut.tokens.invalid.idToken)
    check_fields(
        "1.6 §4.1",
        answer,
        {"idTagInfo.status": REFUSED},
        note="values.tokens.invalid in sut.toml has to name a token that the Central System does not know",
    )
    return answer


async def only_known_tokens_accepted(station: Station, sut: Sut) -> None:
    """The Central System refuses a token that it does not know, and accepts one that it knows."""
    await unknown_token_refused(station, sut)
    await authorized(station, sut)


def configured_token(sut: Sut, name: str) -> Token:
    """A token that the Central System has on its books under this name; NotApplicable where sut.toml gives none."""
    if not sut.tokens.given(name):
        raise not_applicable(f"values.tokens.{name} in sut.toml names no token that the Central System has as {name}")
    return sut.tokens.get(name)
