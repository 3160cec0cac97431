"""J, meter values: what the meter of the station that the harness plays shows."""

from __future__ import annotations

from typing import Any

from ocpp_testcases.common.clock import now

__all__ = ["reading"]


def reading(wh: int, context: str, *, moment: str = "") -> list[dict[str, Any]]:
    """A meterValue: the energy register of the EVSE in Wh, read at a time as OCPP writes it (empty: now)."""
    return [{"timestamp": moment or now(), "sampledValue": [{"value": wh, "context": context}]}]
