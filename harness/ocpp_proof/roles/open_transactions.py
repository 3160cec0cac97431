"""The transactions that a station runs as far as the wire tells, over all cases of a run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from .message import Message

__all__ = ["OpenTransactions"]


class OpenTransactions:
    """Follows what a station says of its transactions.

    `open`: the ids of those that began and did not end, each with the EVSE and the connector where it told of them
    (1.6: the connector's number). `stuck`: those that it was asked to stop, agreed to, and did not.
    """

    def __init__(self) -> None:
        self.open: dict[Any, tuple[int | None, int | None]] = {}
        self.stuck: set[Any] = set()
        self._over: set[Any] = set()
        self._places: dict[Any, tuple[int | None, int | None]] = {}

    def heard(self, message: Message) -> None:
        """A message of the station was answered, or left without an answer."""
        match message.action:
            case "StartTransaction":
                if message.answer is not None:
                    self._begin(message.answer.get("transactionId"), None, message.payload.get("connectorId"))
            case "StopTransaction":
                self._end(message.payload.get("transactionId"))
            case "TransactionEvent":
                info = message.payload.get("transactionInfo")
                transaction = info.get("transactionId") if isinstance(info, dict) else None
                if message.payload.get("eventType") == "Ended":
                    self._end(transaction)
                elif message.payload.get("eventType") == "Started":
                    # what ran before the run is nobody's of ours
                    self._begin(transaction, message.at("evse.id"), message.at("evse.connectorId"))

    def forget(self, transaction: Any) -> None:
        """The station does not know this one any more."""
        self._end(transaction)

    def leave(self, transaction: Any) -> None:
        """Nothing ends this one; should its end be told after all, it is."""
        place = self.open.pop(transaction, None)
        if place is not None:
            self.stuck.add(transaction)
            self._places[transaction] = place

    def take_up(self, transactions: Collection[Any]) -> None:
        """Try once more to end these: the station has been switched off and on since."""
        for transaction in transactions:
            self.stuck.discard(transaction)
            self.open[transaction] = self._places[transaction]

    def _begin(self, transaction: Any, *place: int | None) -> None:
        if isinstance(transaction, int | str) and transaction not in self._over:
            self.open.setdefault(transaction, (place[0], place[1]))

    def _end(self, transaction: Any) -> None:
        if isinstance(transaction, int | str):
            self._over.add(transaction)
            self.open.pop(transaction, None)
            self.stuck.discard(transaction)
