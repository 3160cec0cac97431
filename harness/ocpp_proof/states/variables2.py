"""The device model of a station under test, OCPP 2.0.1 and 2.1: reading it, and configuration states."""

from __future__ import annotations

from typing import Any

from ..engine.errors import Inconclusive, NotApplicable
from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..roles.message import Pattern, field_matches

__all__ = ["check_result", "configured", "get_variable", "kept", "set_variable", "variable_reference"]

ABSENT = ("UnknownComponent", "UnknownVariable", "NotSupportedAttributeType")


def variable_reference(name: str) -> dict[str, Any]:
    """ "AuthCtrlr.Enabled" or "Connector[1.1].Available" or "TxCtrlr.A/instance" as component and variable."""
    component, _, variable = name.partition(".") if "[" not in name else _split_evse(name)
    reference: dict[str, Any] = {"component": {"name": component}, "variable": {"name": variable}}
    if "[" in component:
        bare, _, place = component.rstrip("]").partition("[")
        evse, _, connector = place.partition(".")
        reference["component"] = {"name": bare, "evse": {"id": int(evse)}}
        if connector:
            reference["component"]["evse"]["connectorId"] = int(connector)
    if "/" in variable:
        bare, _, instance = variable.partition("/")
        reference["variable"] = {"name": bare, "instance": instance}
    return reference


def _split_evse(name: str) -> tuple[str, str, str]:
    component, _, variable = name.partition("].")
    return component + "]", ".", variable


async def get_variable(csms: Csms, name: str, attribute: str = "Actual") -> str | None:
    """The value of a variable; None where the station does not have it."""
    request = {**variable_reference(name), "attributeType": attribute}
    answer = await csms.call("GetVariables", getVariableData=[request])
    result = answer.at("getVariableResult.0") or {}
    if result.get("attributeStatus") == "Accepted":
        return str(result.get("attributeValue", ""))
    if result.get("attributeStatus") in ABSENT:
        return None
    raise Inconclusive(f"{name} cannot be read: {result.get('attributeStatus')}")


async def set_variable(csms: Csms, name: str, value: str) -> str:
    """Set a variable; returns the attributeStatus."""
    answer = await csms.call("SetVariables", setVariableData=[{**variable_reference(name), "attributeValue": value}])
    return str(answer.at("setVariableResult.0.attributeStatus"))


async def configured(
    csms: Csms, wanted: dict[str, Any], *, if_implemented: bool = False, if_writable: bool = False
) -> None:
    """The configuration is as the case needs it

    `wanted` maps "Component.Variable" to a value, or to `contains("Member")` for a list. A variable that the station
    does not have is passed over with `if_implemented`, one that cannot be set with `if_writable`. Otherwise a value
    that cannot be set ends the case: for `contains` and with `if_implemented` as not applicable (the product does not
    do it), else as not reached. What was changed is set back when the case ends.
    """
    for name, value in wanted.items():
        current = await get_variable(csms, name)
        if current is None:
            if if_implemented or if_writable:
                continue
            raise Inconclusive(f"the station does not have {name}")
        if field_matches(current, value) or _same(current, value):
            continue
        target = _with_member(current, value) if isinstance(value, Pattern) else str(value)
        status = await set_variable(csms, name, target)
        if status not in ("Accepted", "RebootRequired"):
            if if_writable:
                continue
            if isinstance(value, Pattern) or if_implemented:
                raise NotApplicable(f"{name} is {current!r} and cannot be set to {target!r} ({status})")
            raise Inconclusive(f"{name} could not be set to {target!r}: {status}")
        _restore_later(csms, name, current)
        if status == "RebootRequired":
            from .station2_boot import rebooted

            await rebooted(csms)


async def kept(csms: Csms, name: str) -> None:
    """Whatever the case sets this variable to is set back when it ends."""
    current = await get_variable(csms, name)
    if current is not None:
        _restore_later(csms, name, current)


def check_result(result: dict[str, Any], wanted: dict[str, Any], *, same: str, type: str, status: str) -> None:
    """Judge one result of SetVariables or GetVariables against the `wanted` variable, by these requirements."""
    names = [(r.get("component", {}).get("name"), r.get("variable", {}).get("name")) for r in (result, wanted)]
    check(same, names[0] == names[1], expected=names[1], received=names[0])
    kind = result.get("attributeType")
    check(type, kind == wanted["attributeType"], expected=wanted["attributeType"], received=kind or "no attributeType")
    told = result.get("attributeStatus")
    check(status, told == "Accepted", expected="attributeStatus Accepted", received=told)
    reason = (result.get("attributeStatusInfo") or {}).get("reasonCode", "NoError")
    check(status, reason == "NoError", expected="no attributeStatusInfo, or NoError", received=reason)


def _same(current: str, value: Any) -> bool:
    return not isinstance(value, Pattern) and current.lower() == str(value).lower()


def _with_member(current: str, pattern: Pattern) -> str:
    member = pattern.text.removeprefix("contains ")
    members = [m.strip() for m in current.split(",") if m.strip()]
    return ",".join([*members, member])


def _restore_later(csms: Csms, name: str, value: str) -> None:
    async def restore() -> None:
        status = await set_variable(csms, name, value)
        if status not in ("Accepted", "RebootRequired"):
            raise Inconclusive(f"{name} could not be set back to {value!r}: {status}")

    on_undo(f"Set {name} back to {value}", restore)
