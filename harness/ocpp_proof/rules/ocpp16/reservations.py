"""1.6: a transaction that uses a reservation names it, once (sections 4.8, 5.13)."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on
from ..times import seconds
from .running import IN_STEP, Running

__all__ = ["Reservations"]

RESERVATION_NAMED = Rule(
    "reservation-named",
    "station",
    "A transaction at a reserved connector with the token that it is reserved for names the reservation",
    {"1.6": "1.6 §5.13 id"},
)
RESERVATION_OVER = Rule(
    "reservation-named-again",
    "station",
    "A reservation that was used or cancelled is not named by a transaction that starts later",
    {"1.6": "1.6 §5.13 id"},
)


_KEPT = 200
"""Reservations that are remembered."""


class Reservations(Subject):
    """What is reserved, as far as nothing may have ended it."""

    rules = (RESERVATION_NAMED, RESERVATION_OVER)

    def begin(self) -> None:
        """Nothing is known to be reserved."""
        self.running = Running()
        self._held: dict[int, Exchange] = {}
        self._over: dict[int, Exchange] = {}
        """The transaction or the cancellation that ended it."""
        self._known: dict[int, Exchange] = {}
        """The numbers of those that were made while somebody listened."""

    def closed(self, connection: int, now: float) -> None:
        """What ends a reservation now, such as a fault, is not told."""
        self._held.clear()

    def unsound(self, exchange: Exchange) -> None:
        """It may have reserved, cancelled or used any."""
        self._held.clear()
        self._over.clear()

    @on("csms asks", "ReserveNow", "CancelReservation")
    def asked(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows."""
        self._held.pop(exchange.request["reservationId"], None)
        self._over.pop(exchange.request["reservationId"], None)

    @on("csms asks", "ChangeAvailability", "DataTransfer", "Reset")
    def ends(self, exchange: Exchange) -> None:
        """What is out of service is reserved no more."""
        self._held.clear()

    @on("station answers", "ReserveNow", "CancelReservation")
    def answered(self, exchange: Exchange) -> None:
        """A reservation of the same connector goes before the one that it had."""
        if (exchange.response or {}).get("status") != "Accepted":
            return
        number, place = exchange.request["reservationId"], exchange.request.get("connectorId")
        if exchange.action == "CancelReservation":
            self._over[number] = exchange
            return
        self._held = {one: held for one, held in self._held.items() if held.request["connectorId"] != place}
        self._held[number] = self._known[number] = exchange
        _shorten(self._known)

    @on("csms answers", "BootNotification", "Heartbeat")
    def clock(self, exchange: Exchange) -> None:
        """The time that the station has."""
        self.running.csms_answers(exchange)

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """Nothing says that a charge point of 1.6 keeps its reservations."""
        self._held.clear()

    @on("station asks", "StatusNotification")
    def status(self, exchange: Exchange) -> None:
        """A fault ends a reservation; so may whatever makes the connector free again."""
        place, status = exchange.request["connectorId"], exchange.request["status"]
        if status in ("Faulted", "Unavailable"):
            self._held = {} if place == 0 else self._but(place)
        elif status == "Available" and place:
            self._held = self._but(place)

    def _but(self, place: int) -> dict[int, Exchange]:
        return {number: held for number, held in self._held.items() if held.request["connectorId"] != place}

    @on("station asks", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        """A start that had waited in a queue says nothing of what was reserved since."""
        named, at = exchange.request.get("reservationId"), seconds(exchange.request["timestamp"])
        if at is None or not self.running.in_step(at, exchange.asked):
            return
        token, place = str(exchange.request["idTag"]).casefold(), exchange.request["connectorId"]
        for number, held in self._held.items():
            its_token = str(held.request["idTag"]).casefold() == token
            if named is None and its_token and held.request["connectorId"] == place and self._holds(held, at):
                self._breaks(RESERVATION_NAMED, exchange, f"reservationId {number}", "no reservationId", held)
        over = self._over.get(named) if named is not None else None
        if over is not None and not _is_the_same(over, exchange) and self._is_after(over, at):
            self._breaks(RESERVATION_OVER, exchange, "no reservationId", f"reservationId {named}", over)
        if named is not None and (named > 0 or named in self._known):  # some write 0 or -1 for none
            self._held.pop(named, None)
            self._over[named] = exchange
            _shorten(self._over)

    def _holds(self, held: Exchange, at: float) -> bool:
        expiry = seconds(held.request["expiryDate"])
        return expiry is not None and at < expiry - IN_STEP and self._is_after(held, at)

    def _is_after(self, cause: Exchange, at: float) -> bool:
        then = self.running.station_time(cause.answered or cause.asked)
        return then is not None and at >= then - 1

    def _breaks(self, rule: Rule, exchange: Exchange, expected: str, received: str, cause: Exchange) -> None:
        self.breaks(
            rule,
            exchange,
            expected=expected,
            received=received,
            field="reservationId",
            contradicts=cause.text(),
        )


def _is_the_same(start: Exchange, again: Exchange) -> bool:
    """A start that is sent again; a cancellation is none."""
    return all(start.request.get(name) == again.request[name] for name in ("timestamp", "connectorId"))


def _shorten(known: dict[int, Exchange]) -> None:
    while len(known) > _KEPT:
        del known[next(iter(known))]
