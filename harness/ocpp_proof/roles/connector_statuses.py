"""The status that a 1.6 charge point last told of each connector, over all cases of a run: nobody asks for it again."""

from __future__ import annotations

from .message import Message

__all__ = ["ConnectorStatuses"]


class ConnectorStatuses:
    """`last`: the status by the connector's number, 0 for the charge point as a whole."""

    def __init__(self) -> None:
        self.last: dict[int, str] = {}

    def heard(self, message: Message) -> None:
        """A message of the charge point came."""
        number = message.connectorId
        if message.action == "StatusNotification" and isinstance(number, int):
            self.last[number] = str(message.status)
