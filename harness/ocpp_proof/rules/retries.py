"""Whether a message with a message id that was used before is the same message, sent once more (OCPP-J 4.1.4)."""

from __future__ import annotations

from ..ocppj.frames import Call, Send

__all__ = ["is_retry"]


def is_retry(version: str, first: Call | Send, again: Call | Send) -> bool:
    """Whether `again`, which has the message id of `first`, may be `first` once more.

    What was written down about the same moment is the same, also where the sender knows more about it meanwhile: that
    it was offline (2.x), or which transaction it belongs to (1.6).
    """
    if type(first) is not type(again) or first.action != again.action:
        return False
    return first.payload == again.payload or _moment(version, first) == _moment(version, again) is not None


def _moment(version: str, message: Call | Send) -> tuple[object, ...] | None:
    """What a message is about that may be written differently when it is sent again; None for all others."""
    payload = message.payload
    if version == "1.6":
        return (payload["timestamp"],) if "timestamp" in payload else None
    info = payload.get("transactionInfo")
    if message.action == "TransactionEvent" and isinstance(info, dict) and "seqNo" in payload:
        return info.get("transactionId"), payload["seqNo"]
    return None
