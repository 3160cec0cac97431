"""What the station under test said of itself over all cases of a run, OCPP 1.6: it is not asked for it again."""

from __future__ import annotations

from .message import Message

__all__ = ["Observed"]


class Observed:
    """`statuses`: the last one of each connector. `transactions`: where those run that it has not told the end of."""

    def __init__(self) -> None:
        self.statuses: dict[int, str] = {}
        self.transactions: dict[int, int] = {}

    def learn(self, message: Message) -> None:
        """Take in a message of the station, with the answer that it got."""
        number = message.connectorId
        match message.action:
            case "StatusNotification" if isinstance(number, int):
                self.statuses[number] = str(message.status)
            case "StartTransaction" if isinstance(number, int):
                given = (message.answer or {}).get("transactionId")
                if isinstance(given, int):
                    self.transactions[given] = number
            case "StopTransaction" if isinstance(message.transactionId, int):
                self.transactions.pop(message.transactionId, None)
