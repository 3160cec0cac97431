"""Passwords are octets (1.6: any at all, A00.FR.205); as a text they carry those that are no UTF-8 along.

Such an octet is half of a surrogate pair in the text, as Python's `surrogateescape` has it: nothing is lost on the way.
"""

from __future__ import annotations

__all__ = ["hexadecimal", "is_text", "octets", "password_of"]


def octets(password: str) -> bytes:
    """What goes over the wire."""
    return password.encode("utf-8", "surrogateescape")


def password_of(given: bytes) -> str:
    """The text that carries these octets."""
    return given.decode("utf-8", "surrogateescape")


def is_text(password: str) -> bool:
    """Whether its octets are UTF-8, so that it can be sent in a message as it is."""
    return not any("\ud800" <= character <= "\udfff" for character in password)


def hexadecimal(password: str) -> str:
    """Its octets as digits, as an AuthorizationKey of 1.6 is written."""
    return octets(password).hex()
