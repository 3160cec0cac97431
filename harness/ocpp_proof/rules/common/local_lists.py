"""The local authorization lists that a CSMS sends."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["LocalLists"]

VERSION_ABOVE_ZERO = Rule(
    "list-version-above-zero",
    "csms",
    "A local list that is sent has a version above 0",
    {"1.6": "1.6 §5.15 number", "2.0.1": "D01.FR.18", "2.1": "D01.FR.18"},
)
TOKENS_ONCE = Rule(
    "list-tokens-once",
    "csms",
    "A local list that is sent names each token once",
    {"2.0.1": "D01.FR.06", "2.1": "D01.FR.06"},
)


class LocalLists(Subject):
    """Each SendLocalList for itself."""

    rules = (VERSION_ABOVE_ZERO, TOKENS_ONCE)

    @on("csms asks", "SendLocalList")
    def sent(self, exchange: Exchange) -> None:
        """Tokens are the same where value and type are, whatever their case."""
        name = "listVersion" if self.version == "1.6" else "versionNumber"
        if exchange.request[name] <= 0:
            received = str(exchange.request[name])
            self.breaks(VERSION_ABOVE_ZERO, exchange, expected="a version above 0", received=received, field=name)
        if self.version == "1.6":
            return
        tokens = [
            f"{item['idToken']['type']} {item['idToken']['idToken']}".casefold()
            for item in exchange.request.get("localAuthorizationList", [])
        ]
        if len(tokens) != len(set(tokens)):
            twice = sorted({token for token in tokens if tokens.count(token) > 1})
            self.breaks(
                TOKENS_ONCE,
                exchange,
                expected="each token once",
                received=f"{', '.join(twice)} more than once",
                field="localAuthorizationList",
            )
