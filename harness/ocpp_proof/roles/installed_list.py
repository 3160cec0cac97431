"""The local authorization list of a station that the harness plays: what it answers to one, and what it keeps."""

from __future__ import annotations

from typing import Any

__all__ = ["InstalledList"]

Payload = dict[str, Any]


class InstalledList:
    """Which tokens are on it, and its version; 0: there is none, or (1.6, 5.10) it is empty."""

    def __init__(self, ocpp: str) -> None:
        self._first = ocpp == "1.6"
        self._field = "listVersion" if self._first else "versionNumber"
        self._version = 0
        self._tokens: set[str] = set()

    def version_told(self) -> Payload:
        """The answer to GetLocalListVersion."""
        return {self._field: self._version}

    def answer(self, request: Payload) -> Payload:
        """The answer to SendLocalList: changes of an old version are refused (D01.FR.19; 1.6, 7.47)."""
        old = request.get(self._field, 0) <= self._version
        return {"status": "VersionMismatch" if request.get("updateType") == "Differential" and old else "Accepted"}

    def keep(self, request: Payload) -> None:
        """A SendLocalList was answered as Accepted."""
        if request.get("updateType") == "Full":
            self._tokens = set()
        for entry in request.get("localAuthorizationList", []):
            token = str(entry.get("idTag") or entry.get("idToken"))
            (self._tokens.add if entry.keys() & {"idTagInfo", "idTokenInfo"} else self._tokens.discard)(token)
        self._version = 0 if self._first and not self._tokens else request.get(self._field, 0)
