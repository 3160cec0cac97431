"""What a system made of a generated message, and which requirement that concerns: the levels stand in the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ocpp_proof.ocppj.boundaries import Boundary
from ocpp_proof.ocppj.error_codes import is_corrected
from ocpp_proof.ocppj.mutations import Fault
from ocpp_proof.ocppj.sample_values import DAY
from ocpp_proof.ocppj.samples import resolved
from ocpp_proof.ocppj.schema_files import load_schema
from ocpp_proof.roles.message import Answer, ErrorAnswer

__all__ = [
    "CLOSED",
    "DROPPED",
    "REFUSED",
    "TAKEN",
    "UNSUPPORTED",
    "UNSUPPORTED_HERE",
    "WITH_STATUS",
    "Answered",
    "is_accepted",
    "is_required",
    "is_right",
    "requirement_of_closing",
    "requirement_of_code",
    "requirement_of_edge",
    "requirement_of_fault",
]

Answered = Answer | ErrorAnswer | None

UNSUPPORTED = ("NotImplemented", "NotSupported")
UNSUPPORTED_HERE, DROPPED, REFUSED = "not supported", "dropped", "refused"
TAKEN, CLOSED, WITH_STATUS = "taken", "the connection closed", "answered with a status"

_ACCEPTING = ("Accepted", "AcceptedCanceled", "Scheduled", "RebootRequired", "Unlocked")
_RANGES = ("maxItems", "minimum", "maximum")
"""What Part 4, 4.1.7 does not name among what makes a message invalid; a receiver may refuse it (4.1.2)."""
_OFFSET_OR_FRACTION = re.compile(r"\.\d+|[+-]\d\d:\d\d$")
"""In a date-time: what every receiver of 1.6 has to handle (errata 3.14)."""
_OF_A_TRANSACTION = {"1.6": ("MeterValues", "StartTransaction", "StopTransaction"), "2": ("TransactionEvent",)}
"""Messages that a CSMS answers whatever it thinks of their data: SHOULD, in 2.1 SHALL (1.6, 4.7; E02, remark 8)."""


def is_accepted(answer: Answered) -> bool:
    """Whether an answer is one that a right message could have got: a CALLRESULT that refuses nothing."""
    if answer is None or answer.error is not None:
        return False
    said = list(_statuses(dict(answer)))
    return not said or any(status in _ACCEPTING for status in said)


def _statuses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and name.lower().endswith("status"):
                yield member
            else:
                yield from _statuses(member)
    elif isinstance(value, list):
        for member in value:
            yield from _statuses(member)


def is_right(fault: Fault, became: str) -> bool:
    """Whether this may become of the fault, without a word about it.

    Nobody has to refuse a field that is not known; a value out of its range is refused by a status as well.
    """
    if became in (DROPPED, REFUSED, UNSUPPORTED_HERE) or (became != CLOSED and fault.keyword == "additionalProperties"):
        return True
    if became != WITH_STATUS:
        return False
    too_long_value = fault.keyword == "maxLength" and fault.path[-1] == "attributeValue"  # B05.FR.07, .08
    return too_long_value or fault.keyword in (*_RANGES, "multipleOf")


def is_required(fault: Fault) -> bool:
    """Whether the field that is wrong has to be there, in an object that need not be."""
    root = load_schema(fault.version, fault.action, fault.kind)
    part, required = resolved(root, root), True
    for step in fault.path:
        required = isinstance(step, int) or step in part.get("required", ())
        part = resolved(part["items"] if isinstance(step, int) else part["properties"][step], root)
    return required


def requirement_of_fault(fault: Fault, became: str) -> str:
    """The requirement that is not met where a wrong message was answered."""
    if fault.version == "1.6":  # it has no section 4.1.7, and no word that obliges a receiver
        if fault.keyword == "minItems":  # OCA's schemas allow what the text does not
            return "OCPP-J empty list"
        if fault.keyword == "multipleOf":
            return "OCPP-J fraction"
        return "OCPP-J null" if fault.is_null and became == TAKEN else "OCPP-J invalid refused"
    if fault.keyword == "minItems" and not is_required(fault):
        return "OCPP-J empty list"
    if fault.keyword in _RANGES or (fault.keyword == "maxLength" and became == WITH_STATUS):
        return "OCPP-J range"  # a status says too that a text names nothing (B06.FR.06)
    if became != TAKEN:
        return "OCPP-J invalid refused"
    return "OCPP-J null" if fault.is_null else "OCPP-J 4.1.7"


def requirement_of_closing(ocpp: str, role: str) -> str:
    """The requirement about a connection that is given up for a wrong message: a station of 2.x keeps it open all the
    time (Part 4, 3.1); no sentence says so of a CSMS, or in 1.6."""
    return "survival" if role == "station" and ocpp != "1.6" else "OCPP-J kept open"


def requirement_of_code(ocpp: str, code: object) -> str:
    """The requirement about an error code that is to be one of the version."""
    return "OCPP-J error spelling" if is_corrected(ocpp, code) else "OCPP-J error code"


def requirement_of_edge(ocpp: str, edge: Boundary, answer: Answer | ErrorAnswer, *, spontaneous: bool = True) -> str:
    """The requirement about a value at its edge that was taken, or that was refused with this answer."""
    written = str(edge.value)
    # a time of long ago may be refused for that, however it is written
    if ocpp == "1.6" and edge.keyword == "format" and written.startswith(DAY) and _OFFSET_OR_FRACTION.search(written):
        return "1.6 §3.14"
    told = _OF_A_TRANSACTION["1.6" if ocpp == "1.6" else "2"]
    if answer.error == "PropertyConstraintViolation" and edge.action in told:
        return "sanity checks"
    choice = ("PropertyConstraintViolation", "SecurityError", *UNSUPPORTED)
    return "OCPP-J boundary" if answer.error in choice or not spontaneous else "OCPP-J 4.2.2"
