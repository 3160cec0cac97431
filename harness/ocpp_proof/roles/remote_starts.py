"""Remote starts that wait for a cable, the cables that drivers put in, and which connectors are taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .held import number_of

__all__ = ["Place", "RemoteStart", "RemoteStarts", "token_of"]

_FREE = ("Available", "Unavailable", "Faulted")
Place = tuple[Any, Any]
"""EVSE and connector; 1.6: twice the connector's number."""


@dataclass(frozen=True, slots=True)
class RemoteStart:
    """A remote start that was accepted, of which no transaction came yet. `at`: time.monotonic of the answer."""

    case: str
    number: Any
    token: str
    connectorId: int | None
    at: float

    @classmethod
    def of(cls, asked: dict[str, Any], case: str) -> RemoteStart:
        """The one that this request asks for, now."""
        place = asked.get("connectorId", asked.get("evseId"))
        return cls(case, asked.get("remoteStartId"), str(token_of(asked)), number_of(place), time.monotonic())


class RemoteStarts:
    """`waiting`: accepted, and neither begun nor over. `cables`: where a driver has put one in and not taken it out,
    and in which case."""

    def __init__(self, ocpp: str) -> None:
        self.ocpp = ocpp
        self.waiting: list[RemoteStart] = []
        self.cables: dict[Place, str] = {}
        self.on_accepted: Callable[[], None] = lambda: None
        self._occupied: set[Any] = set()
        self._statuses: dict[Place, str] = {}

    def answered(self, asked: dict[str, Any], answer: dict[str, Any], case: str) -> None:
        """A remote start was answered."""
        if answer.get("status") != "Accepted":
            return
        self.on_accepted()
        if not answer.get("transactionId"):
            self.waiting.append(RemoteStart.of(asked, case))

    def begun(self, number: Any, token: Any) -> Callable[[RemoteStart], bool]:
        """Those of this number, or else of this token, are no longer waited for; says which ones they are."""

        def is_one(start: RemoteStart) -> bool:
            if number is not None:
                return bool(start.number == number)
            return isinstance(token, str) and start.token.lower() == token.lower()

        self.waiting = [start for start in self.waiting if not is_one(start)]
        return is_one

    def forget(self, *, before: float) -> None:
        """Those that were accepted before this time of time.monotonic are over."""
        self.waiting = [start for start in self.waiting if start.at >= before]

    def operated(self, verb: str, arguments: dict[str, Any], case: str) -> None:
        """A driver has done a verb in a case."""
        place = arguments.get("evseId"), arguments.get("connectorId")
        if verb in ("plug_in", "plug_in_halfway"):
            self.cables.setdefault(place, case)  # one that is in already was left by an earlier case
        elif verb == "unplug":
            self.cables.pop(place, None)

    def cables_in(self) -> list[tuple[Place, str]]:
        """The cables that are still in as far as the station tells, with the case that left each."""
        return [(place, case) for place, case in self.cables.items() if not self.is_free(place)]

    def is_free(self, place: Place) -> bool:
        """Whether the station does not say that somebody has this connector."""
        return self._statuses.get(place, "Available") in _FREE

    def status(self, told: dict[str, Any]) -> None:
        """A StatusNotification. A connector that was taken and is free again waits for no cable any more."""
        place = told.get("connectorId") if self.ocpp == "1.6" else told.get("evseId")
        status = told.get("status", told.get("connectorStatus"))
        self._statuses[place, told.get("connectorId")] = str(status)
        if status in _FREE:
            if place in self._occupied:
                self.waiting = [s for s in self.waiting if s.connectorId not in (None, place)]
            self._occupied.discard(place)
        else:
            self._occupied.add(place)


def token_of(payload: Any) -> Any:
    """The token that a message names."""
    token = payload.get("idTag", payload.get("idToken"))
    return token.get("idToken") if isinstance(token, dict) else token
