"""Tokens in front of a Central System under test, OCPP 1.6: accepted, unknown, and known under a name."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import HAS_TO_BE_KNOWN, free_elsewhere, has_to_be_known

__all__ = [
    "REFUSED",
    "authorized",
    "check_token_accepted",
    "configured_token",
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
    has_to_be_known(sut, token, answer)
    check_token_accepted("1.6 §4.1", answer)
    return answer


def configured_token(sut: Sut, name: str) -> Token:
    """A token that the Central System has on its books under this name; Inconclusive where sut.toml gives none."""
    if not sut.tokens.given(name):
        raise Inconclusive(f"name a token that the Central System has as {name}: values.tokens.{name} in sut.toml")
    return sut.tokens.get(name)
