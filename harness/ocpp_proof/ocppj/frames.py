"""The RPC messages of OCPP-J: reading and writing the JSON arrays of chapter 4."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from ocpp_proof.ocppj.json_text import UnreadableJson, strict_loads

__all__ = [
    "LONGEST_MESSAGE_ID",
    "UNREADABLE_ID",
    "VERSIONS",
    "Call",
    "CallError",
    "CallResult",
    "CallResultError",
    "Frame",
    "MalformedFrame",
    "Payload",
    "Send",
    "UnknownMessageType",
    "encode",
    "frame_of",
    "parse",
]

Payload = dict[str, Any]

VERSIONS = ("1.6", "2.0.1", "2.1")
LONGEST_MESSAGE_ID = 36
LONGEST_DESCRIPTION = 255  # of an error, 2.x
UNREADABLE_ID = "-1"
"""The message id of an error that answers something whose id could not be read (2.x, 4.2.3)."""

CALL, CALLRESULT, CALLERROR, CALLRESULTERROR, SEND = 2, 3, 4, 5, 6


@dataclass(frozen=True, slots=True)
class Call:
    """A request: [2, id, action, payload]."""

    message_id: str
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to a CALL: [3, id, payload]."""

    message_id: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallError:
    """The refusal of a CALL: [4, id, code, description, details]."""

    message_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallResultError:
    """The refusal of a CALLRESULT: [5, id, code, description, details]; 2.1."""

    message_id: str
    code: str
    description: str = ""
    details: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Send:
    """A message that has no answer: [6, id, action, payload]; 2.1."""

    message_id: str
    action: str
    payload: Payload


Frame = Call | CallResult | CallError | CallResultError | Send


class MalformedFrame(ValueError):
    """A text that is no message of OCPP-J. `message_id` is None when it could not be read.

    `answer`: the refusal that it is nevertheless, where only what explains it has the wrong form.
    """

    def __init__(
        self,
        reason: str,
        requirement: str,
        message_id: str | None = None,
        *,
        answer: CallError | CallResultError | None = None,
    ) -> None:
        super().__init__(f"{reason} (OCPP-J {requirement})")
        self.reason = reason
        self.requirement = f"OCPP-J {requirement}"
        self.message_id = message_id
        self.answer = answer


class UnknownMessageType(MalformedFrame):
    """An array whose message type number this version does not know."""


def parse(text: str, version: str) -> Frame:
    """The message that a text holds. Raises MalformedFrame, or its kind UnknownMessageType."""
    try:
        value, _ = strict_loads(text)
    except UnreadableJson as error:
        raise MalformedFrame(f"not JSON: {error}", "4.1.2") from error
    return frame_of(value, version)


def frame_of(value: object, version: str) -> Frame:
    """The message that a decoded JSON value is. Raises MalformedFrame, or its kind UnknownMessageType."""
    if not isinstance(value, list):
        raise MalformedFrame(f"not a JSON array but {_kind(value)}", "4.2")
    if not value:
        raise MalformedFrame("an empty array", "4.2")
    kind = value[0]
    readable_id = value[1] if len(value) > 1 and isinstance(value[1], str) else None
    if not isinstance(kind, int) or isinstance(kind, bool):
        raise MalformedFrame(f"the message type is not a number but {_kind(kind)}", "4.1.3", readable_id)
    if kind not in (CALL, CALLRESULT, CALLERROR) and not (version == "2.1" and kind in (CALLRESULTERROR, SEND)):
        raise UnknownMessageType(f"OCPP {version} knows no message type {kind}", "4.1.3", readable_id)
    message_id = _message_id(value, readable_id)
    match kind:
        case 2:
            _length(value, 4, "4.2.1", message_id)
            return Call(message_id, _action(value, "4.2.1"), _payload(value, 3, "4.2.1"))
        case 3:
            _length(value, 3, "4.2.2", message_id)
            return CallResult(message_id, _payload(value, 2, "4.2.2"))
        case 6:
            _length(value, 4, "4.2.4", message_id)
            return Send(message_id, _action(value, "4.2.4"), _payload(value, 3, "4.2.4"))
        case _:
            return _error(CallError if kind == CALLERROR else CallResultError, value, version)


def encode(frame: Frame) -> str:
    """The JSON text of a message, without needless space."""
    value: list[object]
    match frame:
        case Call(message_id, action, payload):
            value = [CALL, message_id, action, payload]
        case CallResult(message_id, payload):
            value = [CALLRESULT, message_id, payload]
        case CallError(message_id, code, description, details):
            value = [CALLERROR, message_id, code, description, details]
        case CallResultError(message_id, code, description, details):
            value = [CALLRESULTERROR, message_id, code, description, details]
        case Send(message_id, action, payload):
            value = [SEND, message_id, action, payload]
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which a system under test said and is told again
        return json.dumps(value, separators=(",", ":"))
    return text


def _message_id(value: list[object], readable: str | None) -> str:
    if len(value) < 2:
        raise MalformedFrame("no message id", "4.1.4")
    if readable is None:
        raise MalformedFrame(f"the message id is not a text but {_kind(value[1])}", "4.1.4")
    if not readable:
        raise MalformedFrame("the message id is empty", "4.1.4", readable)
    if len(readable) > LONGEST_MESSAGE_ID:
        raise MalformedFrame(f"the message id has {len(readable)} characters, 36 are allowed", "4.1.4", readable)
    return readable


def _length(value: list[object], wanted: int, requirement: str, message_id: str) -> None:
    if len(value) != wanted:
        raise MalformedFrame(f"{len(value)} elements where {wanted} are needed", requirement, message_id)


def _action(value: list[Any], requirement: str) -> str:
    action = value[2]
    if not isinstance(action, str):
        raise MalformedFrame(f"the action is not a text but {_kind(action)}", requirement, value[1])
    return action


def _payload(value: list[Any], at: int, requirement: str) -> Payload:
    payload = value[at]
    if payload is None:  # both notations of "nothing" are allowed
        return {}
    if not isinstance(payload, dict):
        raise MalformedFrame(f"the payload is not an object but {_kind(payload)}", requirement, value[1])
    return payload


def _error(kind: type[CallError | CallResultError], value: list[Any], version: str) -> CallError | CallResultError:
    message_id, code, description, details = [*value[1:5], None, None, None][:4]
    if not isinstance(code, str):
        raise MalformedFrame(f"the error code is not a text but {_kind(code)}", "4.2.3", message_id)
    error = kind(
        message_id,
        code,
        description if isinstance(description, str) else "",
        details if isinstance(details, dict) else {},
    )
    fault = ""
    if len(value) != 5:
        fault = f"{len(value)} elements where 5 are needed"
    elif not isinstance(description, str):
        fault = f"the error description is not a text but {_kind(description)}"
    elif version != "1.6" and len(description) > LONGEST_DESCRIPTION:
        fault = f"the error description has {len(description)} characters, {LONGEST_DESCRIPTION} are allowed"
    elif not isinstance(details, dict):
        fault = f"the error details are not an object but {_kind(details)}"
    if fault:
        raise MalformedFrame(fault, "4.2.3", message_id, answer=error)
    return error


def _kind(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a text", list: "an array", dict: "an object"}
    return "null" if value is None else names.get(type(value), type(value).__name__)
