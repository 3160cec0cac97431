"""Connectors as they are told, against what somebody did to them."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Due, Subject, on

__all__ = ["Cables"]

AVAILABLE = Rule(
    "available-while-plugged",
    "station",
    "A connector is not told Available while a vehicle is plugged in that the station has told of",
    {"1.6": "1.6 §4.9", "2.0.1": "E02.FR.05", "2.1": "E02.FR.05"},
)
USED = ("Occupied", "Preparing", "Charging", "SuspendedEV", "SuspendedEVSE", "Finishing")


class Cables(Subject):
    """Knows of a cable only what a driver did; what it did not do, somebody else may have done.

    A connector that is taken for somebody who was authorized is told so by a station that cannot see a cable, too.
    """

    rules = (AVAILABLE,)

    def begin(self) -> None:
        self._plugged: dict[tuple[int, int], bool] = {}
        """Places with a cable; whether the station has told of it."""
        self._last: dict[tuple[int, ...], str] = {}
        self._doubts: dict[tuple[int, int], Due] = {}
        self._authorized = 0
        """How often somebody was authorized, or was about to be."""
        self._before: dict[tuple[int, ...], int] = {}
        """How often that was when a connector was last told Available."""

    def operated(self, verb: str, place: tuple[int, int] | None, now: float) -> None:
        """A driver may be heard of after the station: what it did ends the waiting for it."""
        if verb == "present_token":
            self._authorized += 1
            return
        for known, due in self._doubts.items():
            if place in (None, known):
                due.came()
        if verb == "plug_in" and place is not None:
            connector: tuple[int, ...] = place[1:] if self.version == "1.6" else place
            # a driver may be heard of after the station
            self._plugged[place] = self._last.get(connector, "") in USED and not self._for_somebody(connector)
        elif place is None:
            self._plugged.clear()
        else:
            self._plugged.pop(place, None)

    def closed(self, connection: int, now: float) -> None:
        """A station that restarts may see the cable only later."""
        self._plugged.clear()
        self._doubts.clear()
        self._last.clear()

    @on("station asks", "Authorize", "StartTransaction")
    @on("csms asks", "RemoteStartTransaction", "RequestStartTransaction")
    def authorized(self, exchange: Exchange) -> None:
        self._authorized += 1

    @on("station asks", "TransactionEvent")
    def event(self, exchange: Exchange) -> None:
        self._authorized += "idToken" in exchange.request

    @on("station asks", "StatusNotification")
    def told(self, exchange: Exchange) -> None:
        request, place = exchange.request, None
        if self.version == "1.6":
            status = request["status"]
            place = next((one for one in self._plugged if one[1] == request["connectorId"]), None)
        else:
            status, place = request["connectorStatus"], (request["evseId"], request["connectorId"])
        known: tuple[int, ...] = (request["connectorId"],) if self.version == "1.6" else place or ()
        before, self._last[known] = self._last.get(known), status
        if status == "Available":
            self._before[known] = self._authorized
        if place is None or place not in self._plugged:
            return
        doubt = self._doubts.pop(place, None)
        if doubt is not None and not doubt.over:
            doubt.came()
            if status in USED:  # nobody took it out and put it in again: a driver would have told
                self._wrong(doubt.fault.exchange, place)
        if status in USED:
            self._plugged[place] |= not self._for_somebody(known)
        elif status == "Available" and before == "Preparing":
            self._plugged[place] = False  # the time for the next step is over (1.6 §4.9 B1)
        elif status == "Available" and self._plugged[place]:
            self._doubts[place] = self.due(
                AVAILABLE,
                exchange,
                expected=_expected(place),
                within=self.judge.in_time,
                field=self._field,
            )

    def _for_somebody(self, connector: tuple[int, ...]) -> bool:
        return self._authorized > self._before.get(connector, 0)

    @property
    def _field(self) -> str:
        return "status" if self.version == "1.6" else "connectorStatus"

    def _wrong(self, exchange: Exchange, place: tuple[int, int]) -> None:
        self.breaks(AVAILABLE, exchange, expected=_expected(place), received="Available", field=self._field)


def _expected(place: tuple[int, int]) -> str:
    return f"another status than Available at EVSE and connector {place}: a vehicle is plugged in"
