"""Whose token ends the authorization of a transaction: the one that began it, one of its group, or a master pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..exchange import Exchange
from ..remembered import forget_oldest
from ..rule import Rule
from ..subject import on
from .transaction import Transaction, TransactionSubject, both, token_text

__all__ = ["TransactionStops"]

STOP_TOKEN = Rule(
    "transaction-stop-token",
    "station",
    "Only the token that began a transaction, one of the same group, or a master pass stops it",
    both("C01.FR.03"),
)


class TransactionStops(TransactionSubject):
    """Speaks only of tokens that the CSMS has told about: what a station knew before it was connected is not seen."""

    rules = (STOP_TOKEN,)

    def begin(self) -> None:
        super().begin()
        self._groups: dict[str, set[str]] = {}
        """All groups that the CSMS has ever told for a token: a station may keep an older one than the newest."""

    def event(self, transaction: Transaction, exchange: Exchange) -> None:
        request = exchange.request
        if "idToken" not in request:
            return
        token, began = token_text(request["idToken"]), transaction.notes.setdefault("began by", set())
        if request["triggerReason"] != "StopAuthorized":
            began.add(token)  # "" where nobody has to be authorized
        elif transaction.complete and began and "" not in began and token not in began:
            self._stopped(transaction, exchange, token, began)

    def _stopped(self, transaction: Transaction, exchange: Exchange, token: str, began: set[str]) -> None:
        groups = self._groups.get(token)
        if groups is None or exchange.request["transactionInfo"].get("stoppedReason") == "MasterPass":
            return
        told = [self._groups.get(one) for one in began]
        if groups and (None in told or exchange.request["eventType"] != "Ended"):
            return  # it may be a master pass, or of the group of a token that the station knew before
        if groups.isdisjoint(group for one in told for group in one or ()):
            self.breaks(
                STOP_TOKEN,
                exchange,
                expected=f"a token that began transaction {transaction.id} ({_listed(began)}), or one of its group",
                received=f"{exchange.request['idToken']['idToken']}, of "
                + (f"group {_listed(groups)}" if groups else "no group"),
                field="idToken",
            )

    # --- what the CSMS tells of tokens

    @on("csms answers", "Authorize")
    @on("csms answers", "TransactionEvent")
    def told(self, exchange: Exchange) -> None:
        if "idToken" in exchange.request and exchange.response is not None and "idTokenInfo" in exchange.response:
            self._note(exchange.request["idToken"], exchange.response["idTokenInfo"])

    @on("csms asks", "SendLocalList")
    def listed(self, exchange: Exchange) -> None:
        for entry in exchange.request.get("localAuthorizationList", ()):
            if "idTokenInfo" in entry:
                self._note(entry["idToken"], entry["idTokenInfo"])

    def _note(self, token: dict[str, Any], info: dict[str, Any]) -> None:
        groups = self._groups.setdefault(token_text(token), set())
        if group := info.get("groupIdToken"):
            groups.add(token_text(group))
        forget_oldest(self._groups)


def _listed(tokens: Iterable[str]) -> str:
    return ", ".join(sorted(tokens))
