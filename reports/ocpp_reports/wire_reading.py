"""What the wire log of a case tells of a finding: what was sent before the SUT went, what it accepted in vain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .model import WireRecord

__all__ = ["Mute", "Sent", "accepted_without_effect", "last_sent", "mute"]

_FOLLOWS = {
    "CancelReservation": ("StatusNotification", "ReservationStatusUpdate"),
    "ChangeAvailability": ("StatusNotification",),
    "CustomerInformation": ("NotifyCustomerInformation",),
    "GetBaseReport": ("NotifyReport",),
    "GetChargingProfiles": ("ReportChargingProfiles",),
    "GetDisplayMessages": ("NotifyDisplayMessages",),
    "GetLog": ("LogStatusNotification",),
    "GetMonitoringReport": ("NotifyMonitoringReport",),
    "GetReport": ("NotifyReport",),
    "RemoteStartTransaction": ("Authorize", "StartTransaction"),
    "RemoteStopTransaction": ("StopTransaction",),
    "RequestStartTransaction": ("Authorize", "TransactionEvent"),
    "RequestStopTransaction": ("TransactionEvent",),
    "ReserveNow": ("StatusNotification",),
    "Reset": ("BootNotification",),
    "SignedUpdateFirmware": ("SignedFirmwareStatusNotification",),
    "UpdateFirmware": ("FirmwareStatusNotification",),
}
"""What a station sends by itself when it does what it accepted: one of these at least."""
_STARTS = ("RemoteStartTransaction", "RequestStartTransaction")
_TRIGGERS = ("TriggerMessage", "ExtendedTriggerMessage")
_CLOSE = 8
_LONGEST_ID = 36
_SHOWN = 160
_NO_MESSAGE = "a text that is no message of OCPP-J"
"""Unreadable, malformed or of an unknown type: a system that ends the connection for one does so for all."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the harness sent: of what sort it is, in words, and the beginning of its text."""

    sort: str
    text: str


@dataclass(frozen=True, slots=True)
class Mute:
    """Since which case, and after which message, the SUT answers nothing."""

    since: str
    frame: str


def mute(wire: Sequence[WireRecord]) -> Mute | None:
    """What the bench noted of a SUT that answers nothing; None where it noted nothing."""
    for record in wire:
        if record.kind == "mute" and isinstance(record.data, dict):
            return Mute(str(record.data.get("since", "")), str(record.data.get("frame", "")))
    return None


def last_sent(wire: Sequence[WireRecord], until: float, *, ocpp: str, reconnected: bool) -> Sent | None:
    """The message after which the last connection went that was gone at this time, and not by the harness.

    `ocpp` is the version, `reconnected`: also where there was a new connection by then.

    Of what was sent since the SUT spoke last it is the first that breaks the standard on purpose, else the first CALL:
    what was sent behind it was not read any more. None where nothing was sent on the connection.
    """
    before = [record for record in wire if record.time <= until]
    kinds = ("tcp-lost",) if reconnected else ("tcp-open", "tcp-lost")
    ends = [n for n, record in enumerate(before) if record.kind in kinds]
    if not ends or before[ends[-1]].kind != "tcp-lost":
        return None
    number = before[ends[-1]].connection
    own = [record for record in before[: ends[-1]] if record.connection == number or record.kind == "note"]
    begin = max((n for n, r in enumerate(own) if r.kind == "tcp-open" and r.connection == number), default=-1) + 1
    own = own[begin:]
    heard = max((n for n, r in enumerate(own) if r.direction == "in" and r.kind in ("text", "binary")), default=-1)
    since = own[heard + 1 :]
    if any(_ends(record) for record in since):
        return None
    on_purpose, calls, others = [], [], []
    for n, record in enumerate(since):
        if record.direction != "out" or record.kind not in ("text", "binary", "bytes-bad", "frame"):
            continue
        others.append(record)
        if n and since[n - 1].kind == "note" and str(since[n - 1].data).startswith("on purpose"):
            on_purpose.append(record)
        elif _frame(record)[:1] == [2]:
            calls.append(record)
    found = next(iter(on_purpose or calls or others), None)
    actions = {str(call[1]): str(call[2]) for r in own if r.direction == "in" and len(call := _frame(r)) > 3}
    return _sent(found, ocpp, actions) if found is not None else None


def _ends(record: WireRecord) -> bool:
    """Whether the harness ends the connection here."""
    if record.kind == "note":
        words = str(record.data)
        told = ("the harness cuts", "the harness takes", "the harness refuses", "the line goes", "the link goes")
        return words.startswith(("TCP ", *told))
    return record.direction == "out" and record.kind == "frame" and _opcode(record) == _CLOSE


def _opcode(record: WireRecord) -> Any:
    return record.data.get("opcode") if isinstance(record.data, dict) else None


def _frame(record: WireRecord) -> list[Any]:
    """The array that a text is; empty for anything else."""
    if record.kind != "text" or not isinstance(record.data, str):
        return []
    try:
        value = json.loads(record.data)
    except (ValueError, RecursionError):
        return []
    return value if isinstance(value, list) else []


def _sent(record: WireRecord, ocpp: str, actions: Mapping[str, str]) -> Sent:
    """`actions`: the action of each CALL of the SUT, by its message id."""
    text = str(record.data)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    frame = _frame(record)
    if record.kind == "frame":
        return Sent(f"a WebSocket frame of opcode {_opcode(record)}", text)
    if record.kind != "text":
        return Sent("a binary message" if record.kind == "binary" else "bytes that are no WebSocket frame", text)
    if not frame:
        return Sent(_NO_MESSAGE, text)
    types = (2, 3, 4, 5, 6) if ocpp == "2.1" else (2, 3, 4)
    if frame[0] not in types or any(len(str(message_id)) > _LONGEST_ID for message_id in frame[1:2]):
        return Sent(_NO_MESSAGE, text)
    match frame:
        case [2 | 6, str(), str(action), dict(payload)]:
            asked = payload.get("requestedMessage")
            return Sent(f"{action} of {asked}" if isinstance(asked, str) else action, text)
        case [3, str(message_id), dict()]:
            return Sent(
                f"the answer to {actions[message_id]}" if message_id in actions else "an answer to nothing", text
            )
        case [4 | 5, str(), str(code), str(), dict()]:
            return Sent(f"the error {code}", text)
    return Sent(_NO_MESSAGE, text)


def accepted_without_effect(wire: Sequence[WireRecord], expected: str, until: float) -> tuple[str, str] | None:
    """The newest CALL that a station accepted and did not act on, and what did not come: ("Reset", "BootNotification").

    Only where the `expected` message is one that follows such a CALL, and none of those came after its answer, until
    then. A status follows what starts a transaction too, where nobody plugged in and nothing at all came.
    """
    asked: dict[str, tuple[str, tuple[str, ...]]] = {}
    found: tuple[str, tuple[str, ...]] | None = None
    quiet = True
    for record in wire:
        if record.time > until or record.kind not in ("text", "driver"):
            continue
        if record.kind == "driver":
            quiet = False
            continue
        match record.direction, _frame(record):
            case "out", [2, str(message_id), str(action), dict(payload), *_]:
                if follows := _what_follows(action, payload):
                    asked[message_id] = follows
            case "in", [3, str(message_id), dict(payload), *_] if message_id in asked:
                # what was asked for last: what an earlier one led to, or not, no longer shows
                found = asked[message_id] if payload.get("status") == "Accepted" else None
                quiet = True
            case "in", [2 | 6, str(), str(action), *_]:
                asked = {id: follows for id, follows in asked.items() if action not in follows[1]}  # before its answer
                found = None if found is not None and action in found[1] else found
                quiet = False
    if found is None:
        return None
    status = expected == "StatusNotification" and quiet and found[0] in _STARTS
    return (found[0], " or ".join(found[1])) if status or expected in found[1] else None


def _what_follows(action: str, payload: dict[str, Any]) -> tuple[str, tuple[str, ...]] | None:
    if action in _TRIGGERS:
        wanted = str(payload.get("requestedMessage"))
        message = "SignCertificate" if wanted.startswith("Sign") and wanted.endswith("Certificate") else wanted
        return f"{action} of {wanted}", (message,)
    return (action, _FOLLOWS[action]) if action in _FOLLOWS else None
