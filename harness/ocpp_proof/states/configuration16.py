"""The configuration keys of a charge point under test, OCPP 1.6: reading them, bringing them to what a case needs."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..engine.errors import Inconclusive
from ..engine.words import on_undo
from ..roles.csms import Csms

__all__ = ["change_configuration", "configuration", "configured", "connectors", "get_configuration"]


async def configuration(csms: Csms, *keys: str) -> dict[str, dict[str, Any]]:
    """The entries of GetConfiguration by their keys; all of them when none is named."""
    answer = await csms.call("GetConfiguration", **({"key": list(keys)} if keys else {}))
    return {entry["key"]: entry for entry in answer.configurationKey or []}


async def get_configuration(csms: Csms, key: str) -> str | None:
    """The value of a key; None where the charge point does not have it."""
    entries = await configuration(csms, key)
    value = next((e.get("value") for name, e in entries.items() if name.lower() == key.lower()), None)
    return None if value is None else str(value)


async def change_configuration(csms: Csms, key: str, value: str) -> str:
    """Set a key; returns the status."""
    answer = await csms.call("ChangeConfiguration", key=key, value=value)
    return str(answer.status)


async def configured(csms: Csms, wanted: dict[str, str], *, if_implemented: bool = False) -> None:
    """The configuration is as the case needs it

    A key that the charge point does not have is passed over with `if_implemented`. What was changed is set back when
    the case ends.
    """
    for key, value in wanted.items():
        current = await get_configuration(csms, key)
        if current is None:
            if if_implemented:
                continue
            raise Inconclusive(f"the charge point does not have the key {key}")
        if current.lower() == value.lower():
            continue
        await _set(csms, key, value)
        on_undo(f"Set {key} back to {current}", partial(_set, csms, key, current))


async def _set(csms: Csms, key: str, value: str) -> None:
    status = await change_configuration(csms, key, value)
    if status == "RebootRequired":
        from .station16 import rebooted

        await rebooted(csms)
    elif status != "Accepted":
        raise Inconclusive(f"{key} could not be set to {value!r}: {status}")


async def connectors(csms: Csms) -> int:
    """How many connectors the charge point has."""
    text = await get_configuration(csms, "NumberOfConnectors")
    if not (text or "").isdecimal():
        raise Inconclusive(f"NumberOfConnectors is {text!r}, which is no number")
    return int(text or 0)
