"""The version of the local list that a station tells: the last that it took, also after a restart."""

from __future__ import annotations

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Subject, on

__all__ = ["ListVersions"]

TOLD = Rule(
    "list-version-told",
    "station",
    "GetLocalListVersion tells the version of the last list that was accepted",
    {"1.6": "1.6 §5.10", "2.0.1": "D02.FR.01", "2.1": "D02.FR.01"},
)
KEPT = Rule(
    "list-version-kept",
    "station",
    "The version of the local list is the same after a restart",
    {"1.6": "1.6 §3.5.2 persist", "2.0.1": "D01.FR.10", "2.1": "D01.FR.10"},
)
_SWITCH = ("localauthlistenabled", "localauthlistctrlr")
"""What switches lists on and off: a key of 1.6, a component of 2.x."""


class ListVersions(Subject):
    """Lists may be switched off, and then the version is 0 (-1 in 1.6): that counts only after another was told.

    An empty list of 1.6 has the version 0, whatever was sent with it: what may have become empty is not known.
    """

    rules = (TOLD, KEPT)

    def begin(self) -> None:
        self._version: int | None = None
        self._since: Exchange | None = None
        self._was_told = False
        """Whether this station has told a version above 0 since lists may have been switched."""
        self._restarted = False
        self._field = "listVersion" if self.version == "1.6" else "versionNumber"

    def closed(self, connection: int, now: float) -> None:
        """A list that was on its way may have arrived; and the station may restart."""
        self._restarted = True
        if self._since is None:
            self._version = None

    def unsound(self, exchange: Exchange) -> None:
        if exchange.sender == "csms":
            self.begin()

    def unreadable(self, sender: Side) -> None:
        self.begin()

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        self._restarted = True

    @on("csms asks", "DataTransfer", "UpdateFirmware", "SignedUpdateFirmware")
    def changes(self, exchange: Exchange) -> None:
        """May change whatever there is."""
        self.begin()

    @on("csms asks", "ChangeConfiguration", "SetVariables")
    def switched(self, exchange: Exchange) -> None:
        request = exchange.request
        names = [request.get("key", ""), *(one["component"]["name"] for one in request.get("setVariableData", ()))]
        if any(name.casefold() in _SWITCH for name in names):
            self.begin()

    @on("csms asks", "SendLocalList")
    def sent(self, exchange: Exchange) -> None:
        """Until it is answered nobody knows."""
        self._version = self._since = None

    @on("station answers", "SendLocalList")
    def taken(self, exchange: Exchange) -> None:
        request = exchange.request
        tokens = request.get("localAuthorizationList", [])
        removes = any("idTagInfo" not in one and "idTokenInfo" not in one for one in tokens)
        may_be_empty = self.version == "1.6" and (not tokens or removes)
        self._version = self._since = None
        if (exchange.response or {}).get("status") == "Accepted" and request[self._field] > 0 and not may_be_empty:
            self._version, self._since, self._restarted = request[self._field], exchange, False

    @on("station answers", "GetLocalListVersion")
    def told(self, exchange: Exchange) -> None:
        if exchange.response is None:
            return
        version, known, since = exchange.response[self._field], self._version, self._since
        if known is not None and since is not None and version != known and exchange.asked >= (since.answered or 0.0):
            if version <= 0 and not self._was_told:
                return
            self.breaks(
                KEPT if self._restarted else TOLD,
                exchange,
                expected=f"{self._field} {known}",
                received=str(version),
                field=self._field,
                contradicts=since.answer_text() if since.action == exchange.action else since.text(),
            )
        if version > 0:
            self._version, self._since, self._was_told, self._restarted = version, exchange, True, False
        else:
            self._version = self._since = None
