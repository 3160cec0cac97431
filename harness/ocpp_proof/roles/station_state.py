"""What a station under test was brought to hold, as far as the wire tells, over all cases of a run."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..ocppj.frames import Call, CallError, CallResult
from .message import Message

__all__ = ["Held", "Place", "RemoteStart", "StationState"]

_KEPT_AS_IT_IS = {
    "AuthorizationKey",
    "SecurityProfile",
    "BasicAuthPassword",
    "NetworkConfigurationPriority",
    "ActiveNetworkProfile",
}
"""Settings that decide how the station connects: only the case that changes one knows how it is set back."""
_MOST_CALLS = 1000
_FREE = ("Available", "Unavailable", "Faulted")
_REMOTE_STARTS = ("RemoteStartTransaction", "RequestStartTransaction")
_DONE = ("Accepted", "RebootRequired")


@dataclass(frozen=True, slots=True)
class Held:
    """Something that a station holds because of a request. `action` and `payload` take it back.

    `blocks`: a station that holds it is not idle, and may rightly refuse what another case asks; `place`: of this EVSE
    (1.6: connector) alone, where it is not the station as a whole.
    """

    what: str
    case: str
    action: str
    payload: dict[str, Any]
    blocks: bool = False
    until: float | None = None
    place: int | None = None


Place = tuple[Any, Any]
"""EVSE and connector; 1.6: twice the connector's number."""


@dataclass(frozen=True, slots=True)
class RemoteStart:
    """A remote start that was accepted, of which no transaction came yet. `at`: time.monotonic of the answer."""

    case: str
    number: Any
    token: str
    connectorId: int | None
    at: float


@dataclass(slots=True)
class StationState:
    """Follows the requests that the harness makes, their answers, and what the station tells.

    `registered`: the status of the last answer to a BootNotification, empty before the first. `held`: what was
    accepted and not taken back, by kind and id. `remote_starts`: accepted, and neither begun nor over. `settings`: the
    last known values by name (1.6: the key; 2.x: component and variable). `cables`: where a driver has put one in and
    not taken it out, and in which case.
    """

    ocpp: str
    registered: str = ""
    registered_in: str = ""
    interval: float = 0.0
    held: dict[tuple[str, Hashable], Held] = field(default_factory=dict)
    remote_starts: list[RemoteStart] = field(default_factory=list)
    settings: dict[Hashable, str] = field(default_factory=dict)
    cables: dict[Place, str] = field(default_factory=dict)
    _asked: dict[str, tuple[Call, str]] = field(default_factory=dict)
    _occupied: set[Any] = field(default_factory=set)
    _statuses: dict[Place, str] = field(default_factory=dict)
    _listed: dict[str, dict[str, Any]] = field(default_factory=dict)
    _list_replaced: bool = False
    _never_read: set[Hashable] = field(default_factory=set)

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
        handle = _ANSWERED.get(call.action)
        if handle is not None:
            handle(self, call.payload, frame.payload, case)

    def _reserve(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        number = asked.get("reservationId", asked.get("id"))
        if answer.get("status") == "Accepted" and isinstance(number, int):
            until = _moment(asked.get("expiryDate", asked.get("expiryDateTime")))
            undo = {"reservationId": number}
            what = f"the reservation {number}"
            place = _id(asked.get("connectorId") if self.ocpp == "1.6" else asked.get("evseId")) or None
            self.held["reservation", number] = Held(what, case, "CancelReservation", undo, True, until, place)

    def _cancel(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        self.held.pop(("reservation", _id(asked.get("reservationId"))), None)

    def _set_profile(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        profile = asked.get("csChargingProfiles", asked.get("chargingProfile"))
        if not isinstance(profile, dict) or answer.get("status") != "Accepted":
            return
        number = profile.get("chargingProfileId", profile.get("id"))
        purpose = profile.get("chargingProfilePurpose")
        if isinstance(number, int) and purpose != "TxProfile":  # one of a transaction ends with it
            undo = {"id": number} if self.ocpp == "1.6" else {"chargingProfileId": number}
            what = f"the charging profile {number} ({purpose})"
            self.held["profile", number] = Held(what, case, "ClearChargingProfile", undo)

    def _clear_profiles(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        number = asked.get("id", asked.get("chargingProfileId"))
        if number is not None:
            self.held.pop(("profile", _id(number)), None)  # "Unknown" says as well that there is none
        elif answer.get("status") == "Accepted" and not asked.get("chargingProfileCriteria") and len(asked) == 0:
            self._forget("profile")

    def _availability(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        if answer.get("status") not in ("Accepted", "Scheduled"):
            return
        if self.ocpp == "1.6":
            evse: dict[str, Any] = {}
            place: Hashable = _id(asked.get("connectorId"))
            back = {"connectorId": asked.get("connectorId"), "type": "Operative"}
            wanted, where = asked.get("type"), f"connector {place}" if place else "the charge point"
        else:
            evse = asked["evse"] if isinstance(asked.get("evse"), dict) else {}
            place = (_id(evse.get("id")), _id(evse.get("connectorId")))
            back = {"operationalStatus": "Operative"} | ({"evse": evse} if evse else {})
            wanted, where = asked.get("operationalStatus"), f"EVSE {evse['id']}" if "id" in evse else "the station"
        if wanted == "Inoperative":
            what = f"{where} out of service"
            here = place if self.ocpp == "1.6" else _id(evse.get("id"))
            here = here if isinstance(here, int) and here else None
            self.held["availability", place] = Held(what, case, "ChangeAvailability", back, True, None, here)
        elif self.ocpp == "1.6" and place == 0:
            self._forget("availability")
        else:
            self.held.pop(("availability", place), None)

    def _local_list(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        version = asked.get("listVersion", asked.get("versionNumber"))
        if answer.get("status") != "Accepted" or not isinstance(version, int):
            return
        if asked.get("updateType") == "Full":
            self._listed.clear()
            self._list_replaced = True
        for entry in _dicts(asked.get("localAuthorizationList")):
            name: dict[str, Any] = {key: entry[key] for key in ("idTag", "idToken") if key in entry}
            if entry.get("idTagInfo", entry.get("idTokenInfo")) is None:  # a differential update takes it out
                self._listed.pop(str(name), None)
            else:
                self._listed[str(name)] = name
        self.held.pop(("list", 0), None)
        if self._listed:
            undo: dict[str, Any] = {"listVersion" if self.ocpp == "1.6" else "versionNumber": max(version, 0) + 1}
            if self._list_replaced:
                undo |= {"updateType": "Full"}
            else:  # what somebody else has in the list stays there
                undo |= {"updateType": "Differential", "localAuthorizationList": list(self._listed.values())}
            self.held["list", 0] = Held("entries in the local list", case, "SendLocalList", undo)
        else:
            self._list_replaced = False

    def _remote_start(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        if answer.get("status") != "Accepted" or answer.get("transactionId"):
            return
        self.remote_starts.append(_remote_start(asked, case))

    def _set_key(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        key, value = asked.get("key"), asked.get("value")
        if isinstance(key, str) and answer.get("status") in _DONE:
            self._changed(key, str(value), case, lambda old: {"key": key, "value": old}, key)

    def _read_keys(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        for entry in _dicts(answer.get("configurationKey")):
            if isinstance(entry.get("key"), str) and isinstance(entry.get("value"), str):
                self._known(entry["key"], entry["value"])

    def _set_variables(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        values = {_variable(item): item for item in _dicts(asked.get("setVariableData"))}
        for result in _dicts(answer.get("setVariableResult")):
            name = _variable(result)
            item = values.get(name)
            if item is None or name is None or result.get("attributeStatus") not in _DONE:
                continue

            def undo(old: str, item: dict[str, Any] = item) -> dict[str, Any]:
                return {"setVariableData": [item | {"attributeValue": old}]}

            self._changed(name, str(item.get("attributeValue")), case, undo, _text(name))

    def _read_variables(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        for result in _dicts(answer.get("getVariableResult")):
            name, value = _variable(result), result.get("attributeValue")
            if name is not None and isinstance(value, str) and result.get("attributeStatus") == "Accepted":
                self._known(name, value)

    def _display(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        number = _id(asked.get("message", {}).get("id") if isinstance(asked.get("message"), dict) else None)
        if answer.get("status") == "Accepted" and number is not None:
            what = f"the display message {number}"
            self.held["display", number] = Held(what, case, "ClearDisplayMessage", {"id": number})

    def _clear_display(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        self.held.pop(("display", _id(asked.get("id"))), None)

    def _monitors(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        for result in _dicts(answer.get("setMonitoringResult")):
            number = _id(result.get("id"))
            if result.get("status") == "Accepted" and number is not None:
                what = f"the monitor {number}"
                self.held["monitor", number] = Held(what, case, "ClearVariableMonitoring", {"id": [number]})

    def _clear_monitors(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        for result in _dicts(answer.get("clearMonitoringResult")):
            self.held.pop(("monitor", _id(result.get("id"))), None)

    # --- settings

    def _known(self, name: Hashable, value: str) -> None:
        self.settings[name] = value

    def _changed(
        self, name: Hashable, value: str, case: str, undo: Callable[[str], dict[str, Any]], shown: str
    ) -> None:
        """A setting was changed. Only a value that was read before can be set back."""
        before = self.held.get(("setting", name))
        if before is None and name not in self.settings:
            self._never_read.add(name)  # what is known of it from now on is what the harness wrote
        original = self._original(before) if before is not None else self.settings.get(name)
        self.settings[name] = value
        if original is None or name in self._never_read or shown.rpartition(".")[2] in _KEPT_AS_IT_IS:
            return
        if value == original:
            self.held.pop(("setting", name), None)
        elif before is None:
            action = "ChangeConfiguration" if self.ocpp == "1.6" else "SetVariables"
            what = f"{shown} = {value} instead of {original}"
            self.held["setting", name] = Held(what, case, action, undo(original))

    @staticmethod
    def _original(held: Held) -> str:
        if held.action == "ChangeConfiguration":
            return str(held.payload["value"])
        return str(held.payload["setVariableData"][0]["attributeValue"])

    # --- what is done to it

    def operated(self, verb: str, arguments: dict[str, Any], case: str) -> None:
        """A driver has done a verb in a case."""
        place = arguments.get("evseId"), arguments.get("connectorId")
        if verb in ("plug_in", "plug_in_halfway"):
            self.cables.setdefault(place, case)  # one that is in already was left by an earlier case
        elif verb == "unplug":
            self.cables.pop(place, None)

    def cables_in(self) -> list[tuple[Place, str]]:
        """The cables that are still in as far as the station tells, with the case that left each."""
        return [(place, case) for place, case in self.cables.items() if not self.is_free(place)]

    def is_free(self, place: Place) -> bool:
        """Whether the station does not say that somebody has this connector."""
        return self._statuses.get(place, "Available") in _FREE

    # --- what the station tells

    def heard(self, message: Message, case: str) -> None:
        """A message of the station was answered, or left without an answer."""
        match message.action:
            case "BootNotification":
                self.remote_starts.clear()
                if message.answer is not None:
                    self.registered = str(message.answer.get("status", ""))
                    self.registered_in = case
                    interval = message.answer.get("interval")
                    self.interval = float(interval) if isinstance(interval, int | float) else 0.0
            case "Authorize":
                self._authorized(message)
            case "StartTransaction":
                self._started(None, message.payload.get("idTag"))
                self.held.pop(("reservation", _id(message.payload.get("reservationId"))), None)
            case "TransactionEvent":
                self._started(message.at("transactionInfo.remoteStartId"), None)
                self.held.pop(("reservation", _id(message.payload.get("reservationId"))), None)
            case "ReservationStatusUpdate":
                self.held.pop(("reservation", _id(message.payload.get("reservationId"))), None)
            case "StatusNotification":
                self._status(message)

    def _authorized(self, message: Message) -> None:
        """A token that was refused starts nothing, also where a remote start named it."""
        answer = message.answer or {}
        info, token = answer.get("idTagInfo", answer.get("idTokenInfo")), _token(message.payload)
        if isinstance(info, dict) and info.get("status") != "Accepted":
            self._started(None, token)

    def _started(self, number: Any, token: Any) -> None:
        """A remote start of this number, or else of this token, is no longer waited for.

        It may have been answered yet or not: a station may tell of the transaction first.
        """

        def begun(one: RemoteStart) -> bool:
            if number is not None:
                return bool(one.number == number)
            return isinstance(token, str) and one.token.lower() == token.lower()

        self.remote_starts = [one for one in self.remote_starts if not begun(one)]
        for message_id, (call, case) in list(self._asked.items()):
            is_one = call.action in _REMOTE_STARTS and isinstance(call.payload, dict)
            if is_one and begun(_remote_start(call.payload, case)):
                del self._asked[message_id]

    def _status(self, message: Message) -> None:
        """A connector that was taken and is free again waits for no cable any more."""
        place = message.payload.get("connectorId") if self.ocpp == "1.6" else message.payload.get("evseId")
        status = message.payload.get("status", message.payload.get("connectorStatus"))
        self._statuses[place, message.payload.get("connectorId")] = str(status)
        if status in _FREE:
            if place in self._occupied:
                self.remote_starts = [s for s in self.remote_starts if s.connectorId not in (None, place)]
            self._occupied.discard(place)
        else:
            self._occupied.add(place)

    def connection_timeout(self) -> float | None:
        """Seconds after which a remote start without a cable is over, where it is known."""
        name = "ConnectionTimeOut" if self.ocpp == "1.6" else ("TxCtrlr", None, "EVConnectionTimeOut", None)
        try:
            return float(self.settings[name])
        except (KeyError, ValueError):
            return None

    def forget_remote_starts(self, *, before: float) -> None:
        """Those that were accepted before this time of time.monotonic are over."""
        self.remote_starts = [one for one in self.remote_starts if one.at >= before]

    # --- what is left

    def left(self) -> list[tuple[tuple[str, Hashable], Held]]:
        """What the station still holds, the newest first, without what has run out."""
        now = time.time()
        for key, one in list(self.held.items()):
            if one.until is not None and one.until < now:
                del self.held[key]
        return list(reversed(self.held.items()))

    def _forget(self, kind: str) -> None:
        self.held = {key: one for key, one in self.held.items() if key[0] != kind}


def _id(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _token(payload: Any) -> Any:
    token = payload.get("idTag", payload.get("idToken"))
    return token.get("idToken") if isinstance(token, dict) else token


def _remote_start(asked: dict[str, Any], case: str) -> RemoteStart:
    place = asked.get("connectorId", asked.get("evseId"))
    return RemoteStart(case, asked.get("remoteStartId"), str(_token(asked)), _id(place), time.monotonic())


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _variable(item: dict[str, Any]) -> tuple[str, str | None, str, str | None] | None:
    """Component and variable with their instances; None for what has none, and for other attributes than Actual."""
    component, variable = item.get("component"), item.get("variable")
    if not isinstance(component, dict) or not isinstance(variable, dict):
        return None
    if item.get("attributeType", "Actual") != "Actual" or component.get("evse"):
        return None
    return str(component.get("name")), component.get("instance"), str(variable.get("name")), variable.get("instance")


def _text(name: Any) -> str:
    return f"{name[0]}.{name[2]}"


def _moment(text: Any) -> float | None:
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


_Handler = Callable[[StationState, dict[str, Any], dict[str, Any], str], None]
_ANSWERED: dict[str, _Handler] = {
    "ReserveNow": StationState._reserve,
    "CancelReservation": StationState._cancel,
    "SetChargingProfile": StationState._set_profile,
    "ClearChargingProfile": StationState._clear_profiles,
    "ChangeAvailability": StationState._availability,
    "SendLocalList": StationState._local_list,
    "RemoteStartTransaction": StationState._remote_start,
    "RequestStartTransaction": StationState._remote_start,
    "ChangeConfiguration": StationState._set_key,
    "GetConfiguration": StationState._read_keys,
    "SetVariables": StationState._set_variables,
    "GetVariables": StationState._read_variables,
    "SetDisplayMessage": StationState._display,
    "ClearDisplayMessage": StationState._clear_display,
    "SetVariableMonitoring": StationState._monitors,
    "ClearVariableMonitoring": StationState._clear_monitors,
}
