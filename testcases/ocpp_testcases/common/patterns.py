"""What a field of a message may hold beside a value: in `check_fields`, and in the `matching` of a request."""

from __future__ import annotations

from ocpp_proof.cases.fields import Pattern

__all__ = ["ABOVE_ZERO", "NOT_ZERO", "PRESENT", "ignoring_case"]

PRESENT = Pattern("given", bool)
"""There, and not empty."""
ABOVE_ZERO = Pattern("1 or more", lambda number: isinstance(number, int) and number > 0)
NOT_ZERO = Pattern("other than 0", lambda number: number != 0)


def ignoring_case(text: str) -> Pattern:
    """This text in upper or lower case: tokens and hexadecimal digits."""
    return Pattern(f"{text} in upper or lower case", lambda received: str(received or "").casefold() == text.casefold())
