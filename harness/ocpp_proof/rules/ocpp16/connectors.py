"""1.6: connectors and their statuses (sections 3.8, 4.9, 5.2).

The table of changes in 4.9 is no rule: a maker may leave out whatever lasts for a moment, and over what lasts for a
moment every status leads to every other.
"""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds
from .running import Running

__all__ = ["Connectors"]

CONNECTOR_EXISTS = Rule(
    "connector-exists",
    "station",
    "No message is about a connector above the NumberOfConnectors",
    {"1.6": "1.6 §3.8 highest"},
)
START_AT_A_CONNECTOR = Rule(
    "start-at-a-connector",
    "station",
    "A transaction starts at a connector, whose number is above 0",
    {"1.6": "1.6 §3.8 first"},
)
STATUS_OF_ZERO = Rule(
    "status-of-connector-zero",
    "station",
    "Connector 0 is Available or Unavailable or Faulted",
    {"1.6": "1.6 §4.9 zero"},
)
AVAILABLE_IN_BETWEEN = Rule(
    "available-in-between",
    "station",
    "A connector that is to be Inoperative after its transaction is not Available in between",
    {"1.6": "1.6 §5.2 scheduled"},
)
RESERVED_BY_NOBODY = Rule(
    "reserved-by-nobody",
    "station",
    "A connector becomes Reserved only by a ReserveNow",
    {"1.6": "1.6 §4.9"},
)
CHARGING_WITHOUT_START = Rule(
    "charging-without-start",
    "station",
    "A connector that becomes Charging has a transaction, which is told",
    {"1.6": "1.6 §4.8"},
)


_WAITING = 50
"""Messages that are remembered as not delivered."""
_OF_TRANSACTIONS = ("StartTransaction", "StopTransaction", "MeterValues")


class Connectors(Subject):
    """What each connector was said to be, and what was asked of it."""

    rules = (
        CONNECTOR_EXISTS,
        START_AT_A_CONNECTOR,
        STATUS_OF_ZERO,
        AVAILABLE_IN_BETWEEN,
        RESERVED_BY_NOBODY,
        CHARGING_WITHOUT_START,
    )

    def begin(self) -> None:
        """Nothing was said."""
        self.running = Running()
        self._status: dict[int, str] = {}
        """The last on this connection since the last boot."""
        self._scheduled: dict[int, Exchange] = {}
        self._may_be_reserved = False
        self._charging: dict[int, tuple[Exchange, float]] = {}
        """Charging with no transaction that is known, and how long nobody could listen until then."""
        self._free: set[int] = set()
        """Connectors that were Available: before that a transaction may have begun of which nothing is known."""
        self._undelivered: dict[str, Exchange] = {}

    def closed(self, connection: int, now: float) -> None:
        """What changes now is not told."""
        self._status.clear()
        self._charging.clear()

    def opened(self, connection: int, now: float) -> None:
        """What was told before may not have arrived."""
        self.running.opened()

    def unsound(self, exchange: Exchange) -> None:
        """It may have been taken, whatever it was."""
        self.running.unsound(exchange)
        self._charging.clear()
        if exchange.sender == "station" and exchange.action in _OF_TRANSACTIONS:
            if exchange.response is None or exchange.answer_deviating:
                self._undelivered[_content(exchange)] = exchange  # it may come again, and others wait for it
            else:
                self._undelivered.pop(_content(exchange), None)
        if exchange.sender == "csms":
            self._may_be_reserved = True
            self._scheduled.clear()

    @on("csms asks", "ReserveNow", "DataTransfer")
    def reserves(self, exchange: Exchange) -> None:
        """From now on a connector may be reserved, also by what a vendor's message says."""
        self._may_be_reserved = True

    @on("csms asks", "ChangeAvailability")
    def availability(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows what is scheduled."""
        self._scheduled.clear()

    @on("station answers")
    def answered(self, exchange: Exchange) -> None:
        """How many connectors there are, and what is scheduled."""
        self.running.station_answers(exchange)
        scheduled = (exchange.response or {}).get("status") == "Scheduled"
        if exchange.action == "ChangeAvailability" and scheduled and exchange.request["type"] == "Inoperative":
            place = exchange.request["connectorId"]
            for one in self.running.latest.values():
                if one.stop is None and one.sure and place in (0, one.connector):
                    self._scheduled[one.connector] = exchange

    @on("csms answers")
    def csms_answers(self, exchange: Exchange) -> None:
        """Messages of transactions that have arrived."""
        self.running.csms_answers(exchange)
        if exchange.response is not None:
            self._undelivered.pop(_content(exchange), None)

    @on("station asks")
    def asked(self, exchange: Exchange) -> None:
        """Statuses, and where transactions start."""
        self.running.arrived(exchange)
        place = int(exchange.request.get("connectorId", 0))
        number = self.running.told_connectors
        if exchange.action in ("StatusNotification", "StartTransaction", "MeterValues") and 0 < number < place:
            self.breaks(
                CONNECTOR_EXISTS,
                exchange,
                expected=f"a connectorId of at most {number}, as NumberOfConnectors says",
                received=f"connectorId {place}",
                field="connectorId",
                should=self.running.told_at != self.running.boots,
            )
        match exchange.action:
            case "BootNotification":
                self._status.clear()
                self._scheduled.clear()
                self._charging.clear()
            case "StartTransaction":
                self._charging.pop(place, None)
                if place == 0:
                    self.breaks(
                        START_AT_A_CONNECTOR,
                        exchange,
                        expected="a connectorId above 0",
                        received="connectorId 0",
                        field="connectorId",
                    )
            case "StatusNotification":
                self._told(place, exchange.request["status"], exchange)
        if exchange.action in ("StartTransaction", "StopTransaction"):
            self._undelivered.clear()  # what was before them in the queue has arrived, or was given up (3.7)
        if exchange.action in _OF_TRANSACTIONS:
            self._undelivered[_content(exchange)] = exchange
            if len(self._undelivered) > _WAITING:
                del self._undelivered[next(iter(self._undelivered))]
        self.running.station_asks(exchange)
        self._without_start(exchange)

    def _told(self, place: int, status: str, exchange: Exchange) -> None:
        before = self._status.get(place)
        self._status[place] = status
        if place == 0:
            if status not in ("Available", "Unavailable", "Faulted"):
                expected = "Available or Unavailable or Faulted"
                self._breaks(STATUS_OF_ZERO, exchange, expected, "")
            return
        scheduled = self._scheduled.get(place)
        if status == "Available" and scheduled is not None:
            self._breaks(AVAILABLE_IN_BETWEEN, exchange, "Unavailable, or Finishing before it", scheduled.text(), True)
        if status == "Unavailable":
            self._scheduled.pop(place, None)
        if status == "Reserved" and before == "Available" and not self._may_be_reserved:
            # nor did anybody say so at the station itself, or before anyone listened (of connector 0)
            self._breaks(RESERVED_BY_NOBODY, exchange, "another status: there was no ReserveNow", "", True)
        if status == "Available":
            self._free.add(place)
        if status != "Charging":
            return
        one = self.running.latest.get(place)
        known = one is not None and one.stop is None
        if before in ("Available", "Preparing") and place in self._free and not known:
            self._charging.setdefault(place, (exchange, self.judge.held_up()))

    def _without_start(self, exchange: Exchange) -> None:
        """Some say Charging first; and what is to be told waits for what could not be delivered (3.7)."""
        for place, (charging, held_up) in list(self._charging.items()):
            passed = exchange.asked - charging.asked - (self.judge.held_up() - held_up)
            waits = any(one is not exchange for one in self._undelivered.values())
            if waits or self._is_of_before(exchange, charging):
                del self._charging[place]
            elif passed > self.judge.in_time:
                del self._charging[place]
                expected = f"StartTransaction within {self.judge.in_time:g} s"
                self.breaks(CHARGING_WITHOUT_START, charging, expected=expected, received="none")

    def _is_of_before(self, exchange: Exchange, charging: Exchange) -> bool:
        """Whether it comes from a queue which then had no end yet."""
        if exchange.action not in _OF_TRANSACTIONS:
            return False
        values = exchange.request.get("meterValue") or [{}]
        at = seconds(exchange.request.get("timestamp", values[0].get("timestamp")))
        then = self.running.station_time(charging.asked)
        return at is None or then is None or at < then - 1

    def _breaks(self, rule: Rule, exchange: Exchange, expected: str, cause: str, should: bool = False) -> None:
        received = f"connector {exchange.request['connectorId']} {exchange.request['status']}"
        self.breaks(
            rule, exchange, expected=expected, received=received, field="status", contradicts=cause, should=should
        )


def _content(exchange: Exchange) -> str:
    """What is the same when a message is sent again."""
    return f"{exchange.action} {exchange.request}"
