"""The error codes of a CALLERROR: which ones a version knows, and which ones fit what was wrong (OCPP-J 4.2.3, 4.3)."""

from __future__ import annotations

from functools import cache

__all__ = ["PROBLEMS", "error_codes", "fitting_codes", "is_corrected"]

_COMMON = [
    "NotImplemented",
    "NotSupported",
    "InternalError",
    "ProtocolError",
    "SecurityError",
    "PropertyConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
]
_ONLY_1_6 = ["FormationViolation", "OccurenceConstraintViolation"]  # spelt like this in the standard
_ONLY_2 = ["FormatViolation", "OccurrenceConstraintViolation", "MessageTypeNotSupported", "RpcFrameworkError"]

# what was wrong -> the codes that describe it, the best first, in the spelling of 2.x
_FITTING: dict[str, tuple[str, ...]] = {
    "required": ("OccurrenceConstraintViolation", "ProtocolError", "FormatViolation"),
    "additionalProperties": ("FormatViolation", "ProtocolError", "OccurrenceConstraintViolation"),
    "type": ("TypeConstraintViolation", "FormatViolation", "PropertyConstraintViolation", "ProtocolError"),
    "enum": ("PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"),
    "maxLength": ("PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"),
    "minimum": ("PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"),
    "maximum": ("PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"),
    "multipleOf": ("PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"),
    "format": ("FormatViolation", "PropertyConstraintViolation", "TypeConstraintViolation"),
    "minItems": ("OccurrenceConstraintViolation", "PropertyConstraintViolation", "FormatViolation"),
    "maxItems": ("OccurrenceConstraintViolation", "PropertyConstraintViolation", "FormatViolation"),
    "unreadable": ("RpcFrameworkError", "FormatViolation", "ProtocolError", "GenericError"),
    "frame": ("RpcFrameworkError", "FormatViolation", "ProtocolError", "GenericError"),
    "message type": ("MessageTypeNotSupported", "RpcFrameworkError"),
    "unknown action": ("NotImplemented", "NotSupported"),
    "unsupported action": ("NotSupported", "NotImplemented"),
    "not allowed yet": ("SecurityError",),
}

PROBLEMS = tuple(_FITTING)
"""Keywords of JSON Schema, and: unreadable (no JSON), frame (no RPC array), message type, unknown action,
unsupported action, not allowed yet (before the station was accepted)."""

_KEYWORDS = tuple(_FITTING)[: tuple(_FITTING).index("unreadable")]

_CORRECTED = ("FormatViolation", "OccurrenceConstraintViolation")
_TO_1_6 = {
    "FormatViolation": "FormationViolation",
    "OccurrenceConstraintViolation": "OccurenceConstraintViolation",
    "RpcFrameworkError": "FormationViolation",
    "MessageTypeNotSupported": "NotSupported",
}


@cache
def error_codes(version: str) -> frozenset[str]:
    """Every code that a CALLERROR of this version may carry."""
    return frozenset(_COMMON + (_ONLY_1_6 if version == "1.6" else _ONLY_2))


def is_corrected(version: str, code: object) -> bool:
    """Whether it is a code of 1.6 as its errata say that it should have been spelt (5.1, 5.2: "do not fix")."""
    return version == "1.6" and code in _CORRECTED


@cache
def fitting_codes(version: str, problem: str) -> tuple[str, ...]:
    """The codes that describe a problem (one of PROBLEMS), the best first. Raises KeyError for another problem.

    In 1.6 an incomplete payload is a ProtocolError by its own words.
    """
    codes = _FITTING[problem]
    if version != "1.6":
        # there it is for everything that is not as the PDU structure says; in 1.6 for what is incomplete
        broken = problem in _KEYWORDS and "ProtocolError" not in codes
        return (*codes, "ProtocolError") if broken else codes
    spelt = tuple(dict.fromkeys(_TO_1_6.get(code, code) for code in codes))
    return ("ProtocolError", *(code for code in spelt if code != "ProtocolError")) if problem == "required" else spelt
