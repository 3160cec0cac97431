"""What a station under test holds because of a request that it accepted, and what takes it back."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

__all__ = ["Held", "Holdings", "dicts", "number_of"]


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


class Holdings(dict[tuple[str, Hashable], Held]):
    """What was accepted and not taken back, by kind and id. Each method is a request that was answered, but `left`.

    `opened_in`: the last case in which something was put into service.
    """

    def __init__(self, ocpp: str) -> None:
        super().__init__()
        self.ocpp = ocpp
        self.opened_in = ""
        self._listed: dict[str, dict[str, Any]] = {}
        self._list_replaced = False

    def left(self) -> list[tuple[tuple[str, Hashable], Held]]:
        """What the station still holds, the newest first, without what has run out."""
        now = time.time()
        for key, one in list(self.items()):
            if one.until is not None and one.until < now:
                del self[key]
        return list(reversed(self.items()))

    def _forget(self, kind: str) -> None:
        for key in [key for key in self if key[0] == kind]:
            del self[key]

    def reserve(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ReserveNow."""
        number = asked.get("reservationId", asked.get("id"))
        if answer.get("status") == "Accepted" and isinstance(number, int):
            until = _moment(asked.get("expiryDate", asked.get("expiryDateTime")))
            undo = {"reservationId": number}
            what = f"the reservation {number}"
            place = number_of(asked.get("connectorId") if self.ocpp == "1.6" else asked.get("evseId")) or None
            self["reservation", number] = Held(what, case, "CancelReservation", undo, True, until, place)

    def cancel(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """CancelReservation."""
        self.pop(("reservation", number_of(asked.get("reservationId"))), None)

    def set_profile(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """SetChargingProfile."""
        profile = asked.get("csChargingProfiles", asked.get("chargingProfile"))
        if not isinstance(profile, dict) or answer.get("status") != "Accepted":
            return
        number = profile.get("chargingProfileId", profile.get("id"))
        purpose = profile.get("chargingProfilePurpose")
        if isinstance(number, int) and purpose != "TxProfile":  # one of a transaction ends with it
            undo = {"id": number} if self.ocpp == "1.6" else {"chargingProfileId": number}
            what = f"the charging profile {number} ({purpose})"
            self["profile", number] = Held(what, case, "ClearChargingProfile", undo)

    def clear_profiles(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ClearChargingProfile."""
        number = asked.get("id", asked.get("chargingProfileId"))
        if number is not None:
            self.pop(("profile", number_of(number)), None)  # "Unknown" says as well that there is none
        elif answer.get("status") == "Accepted" and not asked.get("chargingProfileCriteria") and len(asked) == 0:
            self._forget("profile")

    def availability(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ChangeAvailability."""
        if answer.get("status") not in ("Accepted", "Scheduled"):
            return
        if self.ocpp == "1.6":
            evse: dict[str, Any] = {}
            place: Hashable = number_of(asked.get("connectorId"))
            back = {"connectorId": asked.get("connectorId"), "type": "Operative"}
            wanted, where = asked.get("type"), f"connector {place}" if place else "the charge point"
        else:
            evse = asked["evse"] if isinstance(asked.get("evse"), dict) else {}
            place = (number_of(evse.get("id")), number_of(evse.get("connectorId")))
            back = {"operationalStatus": "Operative"} | ({"evse": evse} if evse else {})
            wanted, where = asked.get("operationalStatus"), f"EVSE {evse['id']}" if "id" in evse else "the station"
        if wanted == "Inoperative":
            what = f"{where} out of service"
            here = place if self.ocpp == "1.6" else number_of(evse.get("id"))
            here = here if isinstance(here, int) and here else None
            self["availability", place] = Held(what, case, "ChangeAvailability", back, True, None, here)
            return
        self.opened_in = case
        if self.ocpp == "1.6" and place == 0:
            self._forget("availability")
        else:
            self.pop(("availability", place), None)

    def local_list(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """SendLocalList."""
        version = asked.get("listVersion", asked.get("versionNumber"))
        if answer.get("status") != "Accepted" or not isinstance(version, int):
            return
        if asked.get("updateType") == "Full":
            self._listed.clear()
            self._list_replaced = True
        for entry in dicts(asked.get("localAuthorizationList")):
            name: dict[str, Any] = {key: entry[key] for key in ("idTag", "idToken") if key in entry}
            if entry.get("idTagInfo", entry.get("idTokenInfo")) is None:  # a differential update takes it out
                self._listed.pop(str(name), None)
            else:
                self._listed[str(name)] = name
        self.pop(("list", 0), None)
        if self._listed:
            undo: dict[str, Any] = {"listVersion" if self.ocpp == "1.6" else "versionNumber": max(version, 0) + 1}
            if self._list_replaced:
                undo |= {"updateType": "Full"}
            else:  # what somebody else has in the list stays there
                undo |= {"updateType": "Differential", "localAuthorizationList": list(self._listed.values())}
            self["list", 0] = Held("entries in the local list", case, "SendLocalList", undo)
        else:
            self._list_replaced = False

    def display(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """SetDisplayMessage."""
        number = number_of(asked.get("message", {}).get("id") if isinstance(asked.get("message"), dict) else None)
        if answer.get("status") == "Accepted" and number is not None:
            what = f"the display message {number}"
            self["display", number] = Held(what, case, "ClearDisplayMessage", {"id": number})

    def clear_display(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ClearDisplayMessage."""
        self.pop(("display", number_of(asked.get("id"))), None)

    def monitors(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """SetVariableMonitoring."""
        for result in dicts(answer.get("setMonitoringResult")):
            number = number_of(result.get("id"))
            if result.get("status") == "Accepted" and number is not None:
                what = f"the monitor {number}"
                self["monitor", number] = Held(what, case, "ClearVariableMonitoring", {"id": [number]})

    def clear_monitors(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """ClearVariableMonitoring."""
        for result in dicts(answer.get("clearMonitoringResult")):
            self.pop(("monitor", number_of(result.get("id"))), None)

    def used(self, reservation: Any) -> None:
        """A reservation is over: cancelled, used or expired."""
        self.pop(("reservation", number_of(reservation)), None)


def number_of(value: Any) -> int | None:
    """A number, and None for anything else."""
    return value if isinstance(value, int) else None


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects of what should be a list of them."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _moment(text: Any) -> float | None:
    try:
        found = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
