"""What a CSMS under test says of a token that it should let charge."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.run.token_lanes import KNOWN
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

__all__ = ["HAS_TO_BE_KNOWN", "free_elsewhere", "has_to_be_known", "token_status"]

HAS_TO_BE_KNOWN = "values.tokens.valid in sut.toml has to name a token that the CSMS knows"
_ONE_EACH = (
    "give each case at a time a token of its own in sut.toml, by a pattern or a list "
    '(values.tokens.valid = { idToken = "PROOF{n:03}" }), or let one case run at a time (values.parallel = 1)'
)


def token_status(answer: Answer | ErrorAnswer) -> object:
    """The status of the token in an answer."""
    return answer.at("idTagInfo.status") or answer.at("idTokenInfo.status")


def has_to_be_known(sut: Sut, token: Token, answer: Answer | ErrorAnswer) -> None:
    """Inconclusive where a CSMS refuses a token that nobody has told it of, or that it says it does not know.

    Which tokens it has only sut.toml can say, or a driver that adds them. One that is certainly on its books, or that
    it has accepted in this case, is for the case to judge.
    """
    status = token_status(answer)
    if status == "Accepted":
        sut.tokens.accepted(token)
    if status in (None, "Accepted") or sut.tokens.is_certain(token):
        return
    name = sut.tokens.name_of(token)
    key = f"values.tokens.{name}"
    if sut.tokens.is_fresh(token):
        raise Inconclusive(
            f"needs {key} in sut.toml, a token that the CSMS knows and lets charge"
            f"{', or a driver that can add_token' if name in KNOWN else ''}: "
            f"of a token that nobody knows the CSMS says {status}"
        )
    if status in ("Invalid", "Unknown"):
        raise Inconclusive(
            f"the CSMS says {status} of {token.idToken}, which is {key} in sut.toml: name a token that it knows"
        )


def free_elsewhere(sut: Sut, token: Token, answer: Answer | ErrorAnswer) -> None:
    """Inconclusive where a CSMS refuses a token as being in use, which it may be in a case that runs beside this one.

    ConcurrentTx is the right status then (1.6, 7.2; 2.x, AuthorizationStatusEnumType). A token that only this case has
    is in use nowhere, unless an earlier run left a transaction open: that is for the case to judge.
    """
    if token_status(answer) == "ConcurrentTx" and sut.tokens.is_shared(token):
        raise Inconclusive(
            f"the CSMS says that the token {token.idToken} is in use in another transaction (ConcurrentTx), and cases "
            f"that run at the same time share it: {_ONE_EACH}"
        )
