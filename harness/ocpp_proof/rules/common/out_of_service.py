"""What was put out of service stays so over a restart."""

from __future__ import annotations

from typing import Any

from ..connector_states import Place, told_states
from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on

__all__ = ["OutOfService"]

KEPT = Rule(
    "inoperative-over-a-restart",
    "station",
    "A connector that was made Inoperative is Unavailable or Faulted after a restart",
    {"1.6": "1.6 §5.2", "2.0.1": "G03.FR.08", "2.1": "G03.FR.08"},
)
_STAYS = ("Unavailable", "Faulted")
_ALL = 0


class OutOfService(Subject):
    """Places by EVSE and connector (1.6: the connector's number and 0); 0 is the whole of what it is part of.

    Only an Inoperative that was Accepted is done at once. What is said before the next boot is left to other rules.
    """

    rules = (KEPT,)

    def begin(self) -> None:
        self._inoperative: dict[Place, Exchange] = {}
        self._restarted = False

    def unsound(self, exchange: Exchange) -> None:
        if exchange.sender == "csms":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("csms asks", "DataTransfer", "UpdateFirmware", "SignedUpdateFirmware")
    def changes(self, exchange: Exchange) -> None:
        """May change whatever there is."""
        self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self._restarted = bool(self._inoperative)

    @on("csms asks", "ChangeAvailability")
    def asked(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows. What makes a part or the whole Operative may make what is in it so."""
        evse, connector = self._place(exchange.request)
        for place in list(self._inoperative):
            if _overlap(place, (evse, connector)):
                del self._inoperative[place]

    @on("station answers", "ChangeAvailability")
    def answered(self, exchange: Exchange) -> None:
        wanted = exchange.request["type" if self.version == "1.6" else "operationalStatus"]
        if wanted == "Inoperative" and (exchange.response or {}).get("status") == "Accepted":
            self._inoperative[self._place(exchange.request)] = exchange
            self._restarted = False

    def _place(self, request: dict[str, Any]) -> Place:
        if self.version == "1.6":
            return request["connectorId"], _ALL
        evse = request.get("evse") or {}
        return evse.get("id", _ALL), evse.get("connectorId", _ALL)

    @on("station asks", "StatusNotification", "NotifyEvent")
    def told(self, exchange: Exchange) -> None:
        if not self._restarted:
            return
        if self.version == "1.6":
            request, field = exchange.request, "status"
            states = [((request["connectorId"], _ALL), request["status"])]
        else:
            states = told_states(exchange)
            field = "connectorStatus" if exchange.action == "StatusNotification" else "eventData.actualValue"
        for place, status in states:
            self._judge(exchange, place, status, field)

    def _judge(self, exchange: Exchange, place: Place, status: str, field: str) -> None:
        if status in _STAYS:
            return
        for inside, since in self._inoperative.items():
            if inside in (place, (place[0], _ALL), (_ALL, _ALL)):
                self.breaks(
                    KEPT,
                    exchange,
                    expected="Unavailable, as before the restart",
                    received=status,
                    field=field,
                    contradicts=since.text(),
                )
                return


def _overlap(one: Place, other: Place) -> bool:
    """Whether one is the other or a part of it."""
    return all(a == b or _ALL in (a, b) for a, b in zip(one, other, strict=True))
