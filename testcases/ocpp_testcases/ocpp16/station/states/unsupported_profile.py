"""What a charge point says of a feature profile that it does not have, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.steps import check
from ocpp_proof.roles.message import Answer, ErrorAnswer

__all__ = ["check_unsupported"]


def check_unsupported(requirement: str, answer: Answer | ErrorAnswer, fits: bool, *, expected: str) -> None:
    """Judge the refusal: `fits` is what the official case takes

    OCPP-J lets a charge point refuse an action that it does not have with NotImplemented or NotSupported (4.2.3); where
    the official case takes less, such a refusal is a warning.
    """
    standard = answer.error in ("NotImplemented", "NotSupported")
    check(
        "1.6J §4.2.3 official" if standard and not fits else requirement,
        fits,
        expected=expected,
        received=answer.error or dict(answer),
        note="OCPP-J allows this CALLERROR; a laboratory with the official case does not" if standard else "",
    )
