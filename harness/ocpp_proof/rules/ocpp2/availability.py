"""What is taken out of service and put back, and what a station says of its connectors then (G01, G03, G04)."""

from __future__ import annotations

from typing import Any

from ..connector_states import Place, told_states
from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Due, Subject, on
from .transaction import both

__all__ = ["Availability"]

STATE_KNOWN = Rule(
    "connector-state-known",
    "station",
    "The AvailabilityState of a connector is Available, Occupied, Reserved, Unavailable or Faulted",
    both("G01.FR.01"),
)
CHANGE_TOLD = Rule(
    "changed-availability-told",
    "station",
    "A connector that was put out of service, or back, is told of",
    both("G03.FR.04"),
)
RUNNING_IS_SCHEDULED = Rule(
    "inoperative-waits-for-a-transaction",
    "station",
    "Inoperative is Scheduled, and not Accepted, where a transaction is in progress",
    both("G03.FR.05"),
)
SCHEDULED_FOR_SOMETHING = Rule(
    "scheduled-for-a-transaction",
    "station",
    "Inoperative is Scheduled where a transaction is in progress only",
    both("availability scheduled"),
)
STAYS_AVAILABLE = Rule(
    "scheduled-then-unavailable",
    "station",
    "What is to be out of service after a transaction does not stay Available after it",
    both("G01.FR.05"),
)
NO_ENERGY = Rule(
    "inoperative-gives-no-energy",
    "station",
    "No transaction that starts at what is Inoperative gets energy",
    both("availability inoperative"),
)

_STATES = {"available", "occupied", "reserved", "unavailable", "faulted"}
_OUT = ("Unavailable", "Faulted")
_ALL = 0
_BEFORE = "states before the request"
_WAS = "whether it was Inoperative or to be"
_MAY_CHANGE = ("DataTransfer", "Reset", "UpdateFirmware")


class Availability(Subject):
    """Parts of the station by EVSE and connector; 0 is the whole of what it is part of.

    States count on the connection on which they were told, until the next boot. What is out of service for reasons that
    nobody was told stays so: a connector has to be told of again only where it was Available before the Inoperative.
    """

    rules = (STATE_KNOWN, CHANGE_TOLD, RUNNING_IS_SCHEDULED, SCHEDULED_FOR_SOMETHING, STAYS_AVAILABLE, NO_ENERGY)

    def begin(self) -> None:
        """Nothing was heard."""
        self._states: dict[Place, str] = {}
        self._closed: dict[Place, Exchange] = {}
        self._original: dict[Place, str] = {}
        """What connectors were before the Inoperative that holds for them."""
        self._scheduled: dict[Place, Exchange] = {}
        """Connectors that are to be Unavailable when the transaction of their EVSE is over."""
        self._running: dict[str, tuple[int, int]] = {}
        """The EVSE and connector of each transaction of which an event came, and no end."""
        self._barred: set[str] = set()
        """Transactions that have begun at what was Inoperative."""
        self._dues: list[tuple[Due, str, Any]] = []
        self._complete = False
        """Whether a boot was heard, and every event since."""

    def closed(self, connection: int, now: float) -> None:
        self._doubt()
        self._states.clear()

    def unsound(self, exchange: Exchange) -> None:
        self._doubt()
        if exchange.sender == "csms":
            self._closed.clear()

    def unreadable(self, sender: Side) -> None:
        self._doubt()

    def _doubt(self) -> None:
        """Something may have been missed: what is due, what runs and what waits is not known any more."""
        self._settle()
        self._running.clear()
        self._barred.clear()
        self._scheduled.clear()
        self._original.clear()
        self._complete = False

    def _settle(self, kind: str = "", what: Any = None) -> None:
        """These, or all, need not come any more."""
        for due, of, about in self._dues:
            if not kind or (of == kind and about == what):
                due.came()
        self._dues = [entry for entry in self._dues if not entry[0].over]

    # --- what may change everything

    @on("csms asks", *_MAY_CHANGE)
    def may_change(self, exchange: Exchange) -> None:
        """A reset ends what waits; a vendor's message and other firmware may do anything."""
        self._settle()
        self._scheduled.clear()
        self._original.clear()
        if exchange.action != "Reset":
            self._closed.clear()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """What runs now is told again."""
        if exchange.request["reason"] != "Triggered":
            self._doubt()
            self._states.clear()
            self._complete = True

    @on("csms answers", "TransactionEvent")
    def refused(self, exchange: Exchange) -> None:
        """An event that the CSMS fails to process may come again later, and others wait behind it."""
        if exchange.error:
            self._doubt()

    # --- states

    @on("station asks", "StatusNotification", "NotifyEvent")
    def told(self, exchange: Exchange) -> None:
        """The state of a connector, or of several."""
        field = "connectorStatus" if exchange.action == "StatusNotification" else "eventData.actualValue"
        for place, state in told_states(exchange):
            if state.casefold() not in _STATES:
                self.breaks(STATE_KNOWN, exchange, expected="a ConnectorStatusEnumType", received=state, field=field)
                continue
            self._states[place] = state
            if state in _OUT:
                self._settle("out", place)
            if state != "Unavailable":
                self._settle("in", place)
            since = self._scheduled.get(place)
            if since is not None and state == "Available" and not self._runs_in((place[0], _ALL)):
                self._due_out(exchange, place, since)
            if state in _OUT:
                self._scheduled.pop(place, None)

    # --- transactions

    @on("station asks", "TransactionEvent")
    def event(self, exchange: Exchange) -> None:
        """What runs, and where."""
        request = exchange.request
        id, evse = request["transactionInfo"]["transactionId"], request.get("evse") or {}
        known = self._running.get(id, (_ALL, _ALL))
        place = evse.get("id", known[0]), evse.get("connectorId", known[1])
        self._settle("transaction")
        if request["eventType"] == "Started" and not request.get("offline") and self._is_closed(place):
            self._barred.add(id)
        if request["eventType"] == "Ended":
            self._running.pop(id, None)
            self._barred.discard(id)
            self._settle("end", id)
            self._over(exchange, place[0])
            return
        self._running[id] = place
        if id in self._barred and request["transactionInfo"].get("chargingState") == "Charging":
            since = self._is_closed(place)
            if since is not None:
                self.breaks(
                    NO_ENERGY,
                    exchange,
                    expected=f"no energy: EVSE {place[0]} is out of service",
                    received="chargingState Charging",
                    field="transactionInfo.chargingState",
                    contradicts=since.text(),
                )

    def _over(self, exchange: Exchange, evse: int) -> None:
        """Its connectors are to be out of service now, or when the cable is out."""
        if self._runs_in((evse, _ALL)):
            return
        for place, since in self._scheduled.items():
            if place[0] == evse and self._states.get(place) == "Available":
                self._due_out(exchange, place, since)

    def _due_out(self, exchange: Exchange, place: Place, since: Exchange) -> None:
        """The official state EVDisconnected has Available first: it is wrong where no Unavailable follows."""
        if any((of, about) == ("out", place) for _, of, about in self._dues):
            return
        expected = f"connector {place[1]} of EVSE {place[0]} told as Unavailable: {since.text()} was Scheduled"
        due = self.due(STAYS_AVAILABLE, exchange, expected=expected, within=self.judge.in_time)
        self._dues.append((due, "out", place))

    def _runs_in(self, part: Place) -> list[str]:
        """The transactions at this part of the station; those whose connector is not told belong to the EVSE alone."""
        evse, connector = part
        return [
            id
            for id, place in self._running.items()
            if place[0] and evse in (_ALL, place[0]) and connector in (_ALL, place[1])
        ]

    def _is_closed(self, place: Place) -> Exchange | None:
        """The request by which this place is out of service."""
        return next((since for part, since in self._closed.items() if place[0] and _inside(place, part)), None)

    # --- ChangeAvailability

    @on("csms asks", "ChangeAvailability")
    def asked(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows what holds for the places that it is about."""
        part = _part(exchange)
        exchange.notes[_BEFORE] = dict(self._states)
        for due, kind, about in self._dues:
            if kind in ("in", "out") and _inside(about, part):
                due.came()
        waiting = any(_inside(place, part) for place in self._scheduled)
        exchange.notes[_WAS] = self._closed.get(part), waiting
        self._scheduled = {place: one for place, one in self._scheduled.items() if not _inside(place, part)}
        self._closed = {other: one for other, one in self._closed.items() if other != part}

    @on("station answers", "ChangeAvailability")
    def answered(self, exchange: Exchange) -> None:
        """What it was made, or is to be."""
        part, status = _part(exchange), (exchange.response or {}).get("status")
        inoperative = exchange.request["operationalStatus"] == "Inoperative"
        before: dict[Place, str] = exchange.notes.get(_BEFORE, {})
        known, waiting = exchange.notes.get(_WAS, (None, False))
        if status == "Rejected" and known is not None:
            self._closed[part] = known
        elif status == "Accepted" and inoperative:
            self._was_closed(exchange, part, before, [] if known or waiting else self._runs_in(part))
            self._closed[part] = known or exchange
        elif status == "Accepted":
            self._was_opened(exchange, part)
        elif status == "Scheduled" and inoperative:
            self._was_scheduled(exchange, part)

    def _was_closed(self, exchange: Exchange, part: Place, before: dict[Place, str], running: list[str]) -> None:
        for id in running:
            expected = f"the end of transaction {id}, which was in progress, or Scheduled"
            due = self.due(RUNNING_IS_SCHEDULED, exchange, expected=expected, within=self.judge.in_time, field="status")
            self._dues.append((due, "end", id))
        for place, state in before.items():
            if not _inside(place, part) or state != "Available" or self._runs_in((place[0], _ALL)):
                continue
            self._original[place] = state
            if self._states.get(place) not in _OUT:
                self._due_state(exchange, "out", place, "Unavailable")

    def _was_opened(self, exchange: Exchange, part: Place) -> None:
        for place, state in self._states.items():
            if not _inside(place, part) or self._is_closed(place) is not None:
                continue
            if state == "Unavailable" and self._original.pop(place, None) is not None:
                self._due_state(exchange, "in", place, "Available, Occupied, Reserved or Faulted")

    def _due_state(self, exchange: Exchange, kind: str, place: Place, state: str) -> None:
        expected = f"connector {place[1]} of EVSE {place[0]} told as {state}"
        due = self.due(CHANGE_TOLD, exchange, expected=expected, within=self.judge.in_time)
        self._dues.append((due, kind, place))

    def _was_scheduled(self, exchange: Exchange, part: Place) -> None:
        if self._runs_in(part):
            busy = {self._running[id][0] for id in self._runs_in(part)}
            for place in self._states:
                if place[0] in busy and _inside(place, part):
                    self._scheduled[place] = exchange
            return
        states = [state for place, state in self._states.items() if _inside(place, part)]
        if self._complete and not self._running and states and set(states) == {"Available"}:
            expected = "Accepted: no transaction is in progress"
            due = self.due(
                SCHEDULED_FOR_SOMETHING, exchange, expected=expected, within=self.judge.in_time, field="status"
            )
            self._dues.append((due, "transaction", None))


def _part(exchange: Exchange) -> Place:
    evse = exchange.request.get("evse") or {}
    return evse.get("id", _ALL), evse.get("connectorId", _ALL)


def _inside(place: Place, part: Place) -> bool:
    """Whether a connector belongs to a part of the station."""
    return part[0] in (_ALL, place[0]) and part[1] in (_ALL, place[1])
