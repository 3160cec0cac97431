"""B, provisioning: device model, reset and boot of a station under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NonConformance, NotApplicable
from ocpp_proof.cases.fields import Pattern, field_matches
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.g_availability import Place, expect_statuses

__all__ = [
    "OFFLINE_THRESHOLD",
    "available",
    "booted",
    "configured",
    "connectors",
    "connectors_if_connected",
    "expect_booted",
    "expect_booted_event",
    "expect_connectors_reported",
    "free",
    "get_variable",
    "members",
    "read",
    "rebooted",
    "reset",
    "restored_afterwards",
    "set_variable",
    "variable_reference",
]

OFFLINE_THRESHOLD = "OCPPCommCtrlr.OfflineThreshold"
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
    return await read(csms, {**variable_reference(name), "attributeType": attribute}, name)


async def read(csms: Csms, request: dict[str, Any], name: str) -> str | None:
    """The value of the variable that an element of getVariableData names; None where the station does not have it."""
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
            await rebooted(csms)


async def available(csms: Csms, component: str) -> None:
    """The station has what this component controls: its variable Available is not false"""
    if (await get_variable(csms, f"{component}.Available") or "true").lower() == "false":
        raise NotApplicable(f"{component}.Available is false")


def members(value: str | None) -> list[str]:
    """The members of a list that a variable holds."""
    return [member.strip() for member in (value or "").split(",") if member.strip()]


async def restored_afterwards(csms: Csms, name: str) -> str | None:
    """Whatever the case sets this variable to is set back when it ends; returns its value, None without one.

    What a station has taken with RebootRequired may read as before until it reboots: that is set back all the same.
    """
    value = await get_variable(csms, name)

    async def restore() -> None:
        if value is None:
            return
        taken = csms.state.settings.is_changed(variable_reference(name))
        if taken or not _same(await get_variable(csms, name) or "", value):
            await _set_back(csms, name, value)

    on_undo(f"Set {name} back to {value}", restore)
    return value


def _same(current: str, value: Any) -> bool:
    return not isinstance(value, Pattern) and current.lower() == str(value).lower()


def _with_member(current: str, pattern: Pattern) -> str:
    member = pattern.text.removeprefix("contains ")
    return ",".join([*members(current), member])


def _restore_later(csms: Csms, name: str, value: str) -> None:
    on_undo(f"Set {name} back to {value}", lambda: _set_back(csms, name, value))


async def _set_back(csms: Csms, name: str, value: str) -> None:
    status = await set_variable(csms, name, value)
    if status == "RebootRequired":
        csms.match_from_now_on()
        await rebooted(csms)
    elif status != "Accepted":
        raise Inconclusive(f"{name} could not be set back to {value!r}: {status}")


MOST = 32
"""The highest number of EVSEs, and of connectors of one, that is looked for."""


async def connectors(csms: Csms, sut: Sut) -> list[Place]:
    """The connectors of the station are known

    As its device model has them: (evseId, connectorId), numbered from 1 without gaps. Where that knows no connectors,
    each EVSE that [features] claims (HFS-8) has one.
    """
    found: list[Place] = []
    for evse in range(1, MOST + 1):
        known = False
        for connector in range(1, MOST + 1):
            in_use = await _in_use(csms, evse, connector)
            if in_use is None:
                break
            known = True
            found += [(evse, connector)] if in_use else []
        if not known:
            break
    return found or _claimed(sut)


def _claimed(sut: Sut) -> list[Place]:
    evses = sut.config.features.get("HFS-8", 1)
    places = {evse: 1 for evse in range(1, int(evses) + 1)} | {sut.evseId: sut.connectorId}
    return sorted(places.items())


async def _in_use(csms: Csms, evse: int, connector: int) -> bool | None:
    """Whether this connector is wired for use (its Available is not false: Part 2, 2.13.1); None where there is none.

    It is there where the device model has a value of the required variable, or of the optional one.
    """
    for name in ("Available", "AvailabilityState"):
        variable = variable_reference(f"Connector[{evse}.{connector}].{name}")
        answer = await csms.attempt("GetVariables", getVariableData=[variable])
        result = answer.at("getVariableResult.0") or {}
        if result.get("attributeStatus") == "Accepted" and (value := result.get("attributeValue")):
            return str(value).casefold() != "false"
    return None


async def connectors_if_connected(csms: Csms, sut: Sut) -> list[Place]:
    """The connectors of the station are known, or those of sut.toml where it is not connected and cannot be asked."""
    return await connectors(csms, sut) if csms.connected else _claimed(sut)


def free(sut: Sut) -> tuple[str, ...]:
    """What a connector is that nobody uses: a slot with a battery (HFS-13) is Occupied (2.1, BootedBatterySwapping)."""
    return ("Available", "Occupied") if sut.claims("HFS-13") else ("Available",)


async def expect_connectors_reported(csms: Csms, sut: Sut, places: list[Place], *, since: int | None = None) -> None:
    """The station reports each of these connectors as free. `since`: as of expect_statuses."""
    wanted = dict.fromkeys(places, free(sut))
    await expect_statuses(csms, wanted, requirement="B01.FR.05", within=csms.timing.long, since=since)


async def booted(csms: Csms, sut: Sut, places: list[Place] | None = None) -> Message:
    """Booted: the station was switched off and on, has booted, and is accepted

    Judges that it reports every connector and the security event of its start.
    """
    places = places or await connectors(csms, sut)
    csms.match_from_now_on()
    await sut.power_cycle()
    return await expect_booted(csms, sut, places)


async def expect_booted(csms: Csms, sut: Sut, places: list[Place]) -> Message:
    """The rest of Booted, after reset or power cycle: BootNotification, connectors, security event."""
    boot = await csms.boot(requirement="B01.FR.01")
    # before a reset some tell Unavailable (B11.FR.03)
    await expect_connectors_reported(csms, sut, places, since=boot.index)
    await expect_booted_event(csms)
    return boot


async def expect_booted_event(csms: Csms) -> None:
    """The security event of a start."""
    await csms.expect(
        "SecurityEventNotification",
        requirement=STEP,
        type=("StartupOfTheDevice", "ResetOrReboot"),
        within=csms.timing.long,
    )


async def reset(csms: Csms, type: str) -> Message:
    """The station accepts a reset of this type, and boots."""
    answer = await csms.call("Reset", type=type)
    if not check_fields("B11.FR.01", answer, {"status": "Accepted"}) and answer.status != "Scheduled":
        raise NonConformance("the station does not reset itself")
    return await csms.boot(requirement="B11.FR.03")


async def rebooted(csms: Csms) -> Message:
    """The station was reset, at once or soon, has booted and was accepted, and has said what it has to say"""
    answer = await csms.call("Reset", type="Immediate")
    check_fields("B11.FR.01", answer, {"status": ("Accepted", "Scheduled")})
    boot = await csms.boot(requirement="B11.FR.03")
    await csms.wait_until_quiet()
    return boot
