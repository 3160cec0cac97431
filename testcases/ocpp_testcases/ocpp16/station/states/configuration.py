"""The configuration keys of a charge point under test, OCPP 1.6, and the reboot that a change may need."""

from __future__ import annotations

from functools import partial
from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NotApplicable
from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses

__all__ = [
    "AUTHORIZE_REMOTE_TX_REQUESTS",
    "change_configuration",
    "configurable",
    "configuration",
    "configured",
    "connectors",
    "get_configuration",
    "rebooted",
    "set_back_afterwards",
    "unknown_connector",
    "whole_minutes",
]


AUTHORIZE_REMOTE_TX_REQUESTS = {"AuthorizeRemoteTxRequests": "true"}
"""The charge point asks for the token before it starts remotely."""
MISSING = {
    "AuthorizeRemoteTxRequests": "false",
    "LocalAuthListEnabled": "true",
    "LocalPreAuthorize": "false",
    "StopTransactionOnInvalidId": "true",
}
"""What a charge point does that has no such key: what a case may go on with that needs just this."""
HINTS = {
    "AuthorizationCacheEnabled": "; take 'authorization cache' out of [features] of sut.toml where it has none",
    "LocalAuthListEnabled": "; take 'local authorization list' out of [features] of sut.toml where it has none",
}


async def configuration(csms: Csms, *keys: str) -> dict[str, dict[str, Any]]:
    """The entries of GetConfiguration by their keys; all of them when none is named."""
    wanted: dict[str, Any] = {"key": list(keys)} if keys else {}
    answer = await csms.call("GetConfiguration", **wanted)
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

    A key that the charge point does not have is passed over with `if_implemented`, and where its absence means the same
    (`MISSING`). What was changed is set back when the case ends.
    """
    for key, value in wanted.items():
        current = await get_configuration(csms, key)
        if current is None:
            if if_implemented or MISSING.get(key) == value:
                continue
            hint = HINTS.get(key, "")
            raise Inconclusive(
                f"the charge point does not have the key {key}, and the case needs it to be {value}{hint}"
            )
        if current.lower() == value.lower():
            continue
        await _set(csms, key, value)
        on_undo(f"Set {key} back to {current}", partial(_set, csms, key, current))


async def set_back_afterwards(csms: Csms, key: str) -> str | None:
    """The configuration has its present value again when the case ends

    Returns it; None where the charge point does not have the key.
    """
    value = await get_configuration(csms, key)
    on_undo(f"Set {key} back to {value}", lambda: change_configuration(csms, key, value or "60"))
    return value


def whole_minutes(sut: Sut, other_than: str | None) -> str:
    """An interval in seconds, other than the present one, that every charge point can keep: some count in minutes."""
    return sut.rng.choice([value for value in map(str, range(60, 901, 60)) if value != other_than])


async def _set(csms: Csms, key: str, value: str) -> None:
    status = await change_configuration(csms, key, value)
    if status == "RebootRequired":
        await rebooted(csms)
    elif status != "Accepted":
        hint = "; values.short_interval in sut.toml says how long intervals have to be" if value.isdecimal() else ""
        raise Inconclusive(f"{key} could not be set to {value!r}: {status}{hint}")


async def connectors(csms: Csms, sut: Sut | None = None) -> int:
    """How many connectors the charge point has

    One that does not say so has those of which it told the status, or at least the one of `values.connector`.
    """
    text = await get_configuration(csms, "NumberOfConnectors")
    if (text or "").isdecimal():
        return int(text or 0)
    known = max([*csms.connector_statuses.last, sut.connectorId if sut else 0])
    if not known:
        raise Inconclusive(f"NumberOfConnectors (9.1.21, required) is {text!r}, which is no number")
    return known


async def rebooted(csms: Csms) -> Message:
    """Booted: the charge point was reset, has booted and is accepted"""
    numbers = range(await connectors(csms) + 1)
    csms.match_from_now_on()
    answer = await csms.call("Reset", type="Hard")
    check_fields("1.6 §5.14", answer, {"status": "Accepted"})
    boot = await csms.boot(requirement="1.6 §4.2 boot")
    await expect_connector_statuses(csms, numbers)
    return boot


async def configurable(csms: Csms, wanted: dict[str, str], *, writable: bool = False) -> None:
    """The configuration can be what the case needs

    NotApplicable where a key is not implemented, or is read-only with another value (`writable`: with any).
    """
    entries = {name.lower(): entry for name, entry in (await configuration(csms, *wanted)).items()}
    for key, value in wanted.items():
        entry = entries.get(key.lower())
        if entry is None:
            raise NotApplicable(f"{key} is not implemented")
        if entry.get("readonly") and (writable or str(entry.get("value")).lower() != value.lower()):
            raise NotApplicable(f"{key} is read-only and {entry.get('value')}")


async def unknown_connector(csms: Csms, sut: Sut) -> int:
    """The number of a connector that the charge point does not have."""
    return await connectors(csms, sut) + sut.number(1, 90)
