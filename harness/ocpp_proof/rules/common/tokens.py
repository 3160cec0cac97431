"""What a CSMS says of a token: the same wherever it is asked, and to everyone who asks."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on
from ..times import seconds

__all__ = ["Tokens"]

JUDGED_AGAIN = Rule(
    "token-judged-in-transaction",
    "csms",
    "A token that was just refused is not accepted in a transaction",
    {"1.6": "1.6 §4.8 token", "2.0.1": "E01.FR.11", "2.1": "E01.FR.11"},
)
STATUS_TOLD = Rule(
    "status-of-a-token-told",
    "csms",
    "A TransactionEvent that names a token is answered with what the CSMS says of it",
    {"2.0.1": "E01.FR.12", "2.1": "E01.FR.12"},
)
GROUP_TOLD = Rule(
    "group-of-a-token-told",
    "csms",
    "The group of a token that was told when it was authorized is told in a transaction as well",
    {"2.0.1": "C09.FR.12", "2.1": "C09.FR.12"},
)
NO_AUTHORIZATION = Rule(
    "no-authorization-accepted",
    "csms",
    "A token of type NoAuthorization is accepted",
    {"2.0.1": "C02.FR.02", "2.1": "C02.FR.02"},
)
REFUSED = ("Blocked", "Expired", "Invalid", "Unknown")
"""What a token is wherever and whenever it is presented; other refusals may depend on the EVSE or on what runs."""
JUST_NOW = 60.0
"""Seconds: an operator does not change his mind within them."""


class Tokens(Subject):
    """Follows the answers to Authorize."""

    rules = (JUDGED_AGAIN, STATUS_TOLD, GROUP_TOLD, NO_AUTHORIZATION)

    def begin(self) -> None:
        """Nothing was asked yet."""
        self._told: dict[str, tuple[float, dict[str, Any]]] = {}

    def unreadable(self, sender: Side) -> None:
        """May have been about any token."""
        self._told.clear()

    @on("station asks", "Authorize")
    @on("csms asks", "RemoteStartTransaction", "RequestStartTransaction")
    def asked(self, exchange: Exchange) -> None:
        """Nobody knows what the answer will be; and whoever starts for a token himself lets it charge."""
        self._told.pop(_token(exchange), None)

    @on("csms asks", "SendLocalList")
    def sent(self, exchange: Exchange) -> None:
        """The operator may have changed his mind about any."""
        self._told.clear()

    @on("csms answers", "Authorize")
    def authorized(self, exchange: Exchange) -> None:
        """The last answer counts. Where it is about a certificate as well, it may be this that was refused."""
        if exchange.response is None or exchange.answered is None:
            return
        for token, (since, _) in list(self._told.items()):
            if exchange.answered - since <= JUST_NOW:
                break
            del self._told[token]
        if not {"certificate", "iso15118CertificateHashData"} & set(exchange.request):
            info = exchange.response.get("idTagInfo") or exchange.response["idTokenInfo"]
            self._told[_token(exchange)] = exchange.answered, info

    @on("csms answers", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        """1.6: each start is judged."""
        if exchange.response is not None:
            self._again(exchange, exchange.response["idTagInfo"], "idTagInfo")

    @on("csms answers", "TransactionEvent")
    def told(self, exchange: Exchange) -> None:
        """2.x: only events that name a token are; what was queued offline is of another time."""
        if exchange.response is None or "idToken" not in exchange.request:
            return
        info = exchange.response.get("idTokenInfo")
        if info is None:
            expected = "idTokenInfo, as the event has an idToken"
            self.breaks(STATUS_TOLD, exchange, expected=expected, received="none", field="idTokenInfo")
            return
        if exchange.request["idToken"]["type"] == "NoAuthorization" and info["status"] != "Accepted":
            expected = "idTokenInfo.status Accepted for NoAuthorization"
            self.breaks(
                NO_AUTHORIZATION, exchange, expected=expected, received=info["status"], field="idTokenInfo.status"
            )
        if exchange.request.get("offline"):
            return
        self._again(exchange, info, "idTokenInfo")
        _, told = self._just_told(exchange)
        group, again = told.get("groupIdToken"), info.get("groupIdToken")
        if group and info["status"] == "Accepted" and (not again or _value(group) != _value(again)):
            self.breaks(
                GROUP_TOLD,
                exchange,
                expected=f"groupIdToken {group['idToken']}",
                received=str(again and again["idToken"]),
                field="idTokenInfo.groupIdToken",
                contradicts="the answer to Authorize names that group",
            )

    def _again(self, exchange: Exchange, info: dict[str, Any], name: str) -> None:
        since, told = self._just_told(exchange)
        if told.get("status") in REFUSED and info["status"] == "Accepted":
            self.breaks(
                JUDGED_AGAIN,
                exchange,
                expected=f"{name}.status as it was told, {told['status']}",
                received="Accepted",
                field=f"{name}.status",
                contradicts=f"the answer to Authorize {exchange.asked - since:.0f} s before says {told['status']}",
                should=True,  # somebody else's answer (roaming) may change within a second
            )

    def _just_told(self, exchange: Exchange) -> tuple[float, dict[str, Any]]:
        """When and what was told of its token; nothing to go by where the message is of a time before."""
        since, told = self._told.get(_token(exchange), (0.0, {}))
        happened = seconds(exchange.request.get("timestamp"))
        before = happened is not None and happened < int(since)
        return (since, told) if exchange.asked - since <= JUST_NOW and not before else (0.0, {})


def _token(exchange: Exchange) -> str:
    """A token by value and type."""
    if "idTag" in exchange.request:
        return str(exchange.request["idTag"]).casefold()
    return _value(exchange.request["idToken"])


def _value(token: dict[str, Any]) -> str:
    """Values are compared whatever their case (CiString, identifierString)."""
    return f"{token['type']} {token['idToken']}".casefold()
