"""What a station under test was brought to, as far as the wire tells, over all cases of a run.

What it holds is in held.py, its settings in station_settings.py, remote starts and cables in remote_starts.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ocppj.frames import Call, CallError, CallResult
from .held import Holdings
from .message import Message
from .remote_starts import RemoteStart, RemoteStarts, token_of
from .station_settings import StationSettings

__all__ = ["StationState"]

_MOST_CALLS = 1000
_REMOTE_STARTS = ("RemoteStartTransaction", "RequestStartTransaction")


class StationState:
    """Follows the requests that the harness makes, their answers, and what the station tells.

    `registered`: the status of the last answer to a BootNotification, empty before the first, `interval` its interval.
    """

    def __init__(self, ocpp: str) -> None:
        self.ocpp = ocpp
        self.registered = ""
        self.registered_in = ""
        self.interval = 0.0
        self.held = held = Holdings(ocpp)
        self.settings = settings = StationSettings(ocpp, held)
        self.starts = starts = RemoteStarts(ocpp)
        self._asked: dict[str, tuple[Call, str]] = {}
        self._answered: dict[str, Callable[[dict[str, Any], dict[str, Any], str], None]] = {
            "ReserveNow": held.reserve,
            "CancelReservation": held.cancel,
            "SetChargingProfile": held.set_profile,
            "ClearChargingProfile": held.clear_profiles,
            "ChangeAvailability": held.availability,
            "SendLocalList": held.local_list,
            "SetDisplayMessage": held.display,
            "ClearDisplayMessage": held.clear_display,
            "SetVariableMonitoring": held.monitors,
            "ClearVariableMonitoring": held.clear_monitors,
            "RemoteStartTransaction": starts.answered,
            "RequestStartTransaction": starts.answered,
            "ChangeConfiguration": settings.set_key,
            "GetConfiguration": settings.read_keys,
            "SetVariables": settings.set_variables,
            "GetVariables": settings.read_variables,
        }

    # --- what the harness asks

    def asked(self, call: Call, case: str) -> None:
        """A CALL was sent in a case."""
        self._asked[call.message_id] = (call, case)
        if len(self._asked) > _MOST_CALLS:
            del self._asked[next(iter(self._asked))]

    def answered(self, frame: CallResult | CallError) -> None:
        """A CALL was answered, in time or late."""
        call, case = self._asked.pop(frame.message_id, (None, ""))
        if call is None or not isinstance(frame, CallResult) or not isinstance(frame.payload, dict):
            return
        if not isinstance(call.payload, dict):
            return
        handle = self._answered.get(call.action)
        if handle is not None:
            handle(call.payload, frame.payload, case)

    # --- what the station tells

    def heard(self, message: Message, case: str) -> None:
        """A message of the station was answered, or left without an answer."""
        match message.action:
            case "BootNotification":
                self.starts.waiting.clear()
                if message.answer is not None:
                    self.registered = str(message.answer.get("status", ""))
                    self.registered_in = case
                    interval = message.answer.get("interval")
                    self.interval = float(interval) if isinstance(interval, int | float) else 0.0
            case "Authorize":
                self._authorized(message)
            case "StartTransaction":
                self._started(None, message.payload.get("idTag"))
                self.held.used(message.payload.get("reservationId"))
            case "TransactionEvent":
                self._started(message.at("transactionInfo.remoteStartId"), None)
                self.held.used(message.payload.get("reservationId"))
            case "ReservationStatusUpdate":
                self.held.used(message.payload.get("reservationId"))
            case "StatusNotification":
                self.starts.status(message.payload)

    def _authorized(self, message: Message) -> None:
        """A token that was refused starts nothing, also where a remote start named it."""
        answer = message.answer or {}
        info, token = answer.get("idTagInfo", answer.get("idTokenInfo")), token_of(message.payload)
        if isinstance(info, dict) and info.get("status") != "Accepted":
            self._started(None, token)

    def _started(self, number: Any, token: Any) -> None:
        """A remote start of this number, or else of this token, is no longer waited for.

        It may have been answered yet or not: a station may tell of the transaction first.
        """
        begun = self.starts.begun(number, token)
        for message_id, (call, case) in list(self._asked.items()):
            is_one = call.action in _REMOTE_STARTS and isinstance(call.payload, dict)
            if is_one and begun(RemoteStart.of(call.payload, case)):
                del self._asked[message_id]
