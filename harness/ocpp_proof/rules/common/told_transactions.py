"""Which transactions run, as far as a station tells of them."""

from __future__ import annotations

from typing import Any

__all__ = ["ToldTransactions"]

STOPPING = (
    "RemoteStop",
    "StopAuthorized",
    "Deauthorized",
    "EVConnectTimeout",
    "ResetCommand",
    "UnlockCommand",
    "AbnormalCondition",
    "EnergyLimitReached",
    "TimeLimitReached",
    "CostLimitReached",
    "SoCLimitReached",
    "TariffNotAccepted",
)
"""After these a transaction may wait for its stop point, and need not tell of another stop."""
GOES_ON = ("Authorized", "RemoteStart", "CablePluggedIn", "TxResumed")
MOST = 50


class ToldTransactions:
    """Those of which something was heard, and no end, each with its EVSE (1.6: its connector)."""

    def __init__(self) -> None:
        self._running: dict[Any, int | None] = {}
        self._stopped: set[Any] = set()
        """Those of them that were stopped, and may wait for their stop point."""

    def __contains__(self, id: object) -> bool:
        return id in self._running

    def any_on(self, evse: int | None) -> bool:
        """Whether there is one at this EVSE; None or 0 for any."""
        return bool(self._running) if not evse else evse in self._running.values()

    def may_stop(self, id: Any) -> bool:
        """Whether a request to stop it stops it."""
        return id in self._running and id not in self._stopped

    def clear(self) -> None:
        """Their ends may have been missed."""
        self._running.clear()
        self._stopped.clear()

    def runs(self, id: Any, evse: int | None) -> None:
        """Something was heard of it. Of too many the oldest is left out: its end was missed."""
        self._running[id] = evse
        if len(self._running) > MOST:
            self._ended(next(iter(self._running)))

    def follow(self, told: dict[str, Any]) -> None:
        """A StopTransaction or a TransactionEvent."""
        info = told.get("transactionInfo")
        if info is None:
            self._ended(told["transactionId"])
            return
        id, trigger = info["transactionId"], told["triggerReason"]
        if told["eventType"] == "Ended":
            self._ended(id)
            return
        self.runs(id, (told.get("evse") or {}).get("id") or self._running.get(id))
        if trigger in STOPPING:
            self._stopped.add(id)
        elif trigger in GOES_ON:
            self._stopped.discard(id)

    def _ended(self, id: Any) -> None:
        self._running.pop(id, None)
        self._stopped.discard(id)
