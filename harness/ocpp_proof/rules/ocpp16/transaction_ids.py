"""The transaction ids that a Central System gives."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on

__all__ = ["TransactionIds"]

IDS_DIFFER = Rule(
    "transaction-ids-differ",
    "csms",
    "A transaction gets an id that no other transaction of the station has while it runs",
    {"1.6": "1.6 §4.8 id"},
)


class TransactionIds(Subject):
    """The transactions of one station that were accepted and have not been told to have ended."""

    rules = (IDS_DIFFER,)

    def begin(self) -> None:
        """None runs as far as is known."""
        self._running: dict[int, Exchange] = {}

    @on("csms answers", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        """A start that is told again is the same one. One that is refused has no transaction (4.8)."""
        if exchange.response is None or exchange.response["idTagInfo"]["status"] != "Accepted":
            return
        id = exchange.response["transactionId"]
        other = self._running.get(id)
        if other is not None and other.request["connectorId"] != exchange.request["connectorId"]:
            self.breaks(
                IDS_DIFFER,
                exchange,
                expected="an id that no running transaction has",
                received=str(id),
                field="transactionId",
                contradicts=f"the transaction at connector {other.request['connectorId']} runs under it",
            )
        self._over(exchange.request["connectorId"])
        self._running[id] = exchange

    def _over(self, connector: int) -> None:
        """A connector has one transaction: where another one begins, nobody says that the one before still runs."""
        self._running = {id: one for id, one in self._running.items() if one.request["connectorId"] != connector}

    def unsound(self, exchange: Exchange) -> None:
        """It may have been taken for the end of any."""
        if exchange.sender == "station":
            self._running.clear()

    def unreadable(self, sender: Side) -> None:
        """It may have told of an end."""
        self._running.clear()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """A station that has lost its power may never tell of an end: its Central System may see to it itself."""
        self._running.clear()

    @on("station asks", "StopTransaction")
    def stopped(self, exchange: Exchange) -> None:
        """It is over, whether the Central System hears of it or not."""
        self._running.pop(exchange.request["transactionId"], None)
