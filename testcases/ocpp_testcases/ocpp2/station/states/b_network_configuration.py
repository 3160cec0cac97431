"""B, provisioning: the component NetworkConfiguration of a station under test (B09, 2.1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_network import (
    ACTIVE,
    MODEM,
    Slots,
    has_no_modem,
    network_slots,
    own_password,
    read_configuration,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.b_reports import Entry
from ocpp_testcases.ocpp2.station.states.b_variables import Result, get_variables, set_variables

__all__ = [
    "NAMES",
    "ActiveProfile",
    "active_profile",
    "can_be_set",
    "check_active",
    "check_refused",
    "check_reported",
    "entry_of",
    "expect_written",
    "network_configuration",
    "writable_slots",
    "write",
]

COMPONENT = "NetworkConfiguration"
NAMES = (
    "OcppCsmsUrl",
    "OcppInterface",
    "OcppTransport",
    "OcppVersion",
    "MessageTimeout",
    "SecurityProfile",
    "BasicAuthPassword",
    "VpnEnabled",
    "ApnEnabled",
)
"""The variables that every slot has."""
SHORTEST = 16
"""Characters of a password."""


def item(slot: str, name: str, value: str | None = None) -> dict[str, Any]:
    """A variable of a slot in a request; `value` where it is to be set."""
    found: dict[str, Any] = {"component": {"name": COMPONENT, "instance": slot}, "variable": {"name": name}}
    return found if value is None else found | {"attributeValue": value}


async def writable_slots(csms: Csms, sut: Sut, *, needs_spare: bool = True) -> Slots:
    """The slots of network connection profiles are known, and can be set by SetVariables

    A station whose NetworkConfiguration cannot be written is not what the case is for. `needs_spare`: and one of them
    is not in use.
    """
    slots = await network_slots(csms, sut, needs_spare=needs_spare)
    wanted = [slots.spare] if needs_spare else slots.every
    if not any(slots.can_set("OcppCsmsUrl", slot) for slot in wanted):
        raise not_applicable("NetworkConfiguration cannot be set by SetVariables")
    return slots


def can_be_set(slots: Slots, name: str) -> bool:
    """Whether a variable ("SecurityCtrlr.Identity") can be set: it is in the inventory of those, and not read-only."""
    found = [entry for entry in slots.writable if entry.of(*name.split("."))]
    return any(entry.actual.get("mutability") != "ReadOnly" for entry in found)


async def write(csms: Csms, slot: str, values: dict[str, str]) -> dict[str, Result]:
    """Set these variables of a slot; the results by name."""
    results = await set_variables(csms, [item(slot, name, value) for name, value in values.items()])
    return dict(zip(values, results, strict=True))


def network_configuration(
    csms: Csms, sut: Sut, bench: Bench, url: str, security_profile: int, **more: str
) -> dict[str, str]:
    """The variables of a profile, as the official cases set them

    With the password that the station has: one that keeps a single password for all slots must not lose it. What is too
    short to be set (A00.FR.205) is another one.
    """
    password = own_password(sut, bench, csms)
    if len(password) < SHORTEST:
        password = sut.text(24)
        bench.redactor.learn(password)
    return {
        "OcppCsmsUrl": url,
        "OcppInterface": "Any",
        "OcppTransport": "JSON",
        "OcppVersion": "OCPP21",
        "MessageTimeout": str(sut.number(30, 60)),
        "SecurityProfile": str(security_profile),
        "BasicAuthPassword": password,
        **more,
        "VpnEnabled": "false",
        "ApnEnabled": "false",
    }


async def expect_written(csms: Csms, slots: Slots, values: dict[str, str], *, requirement: str = "B09.FR.24") -> None:
    """The station takes each of these variables of the spare slot, but those of a modem where it has none.

    They are false then, and read-only (B09.FR.13).
    """
    for name, result in (await write(csms, slots.spare, values)).items():
        allowed = ("Accepted", "Rejected") if name in MODEM else "Accepted"
        check_fields("B09.FR.13" if name in MODEM else requirement, result, {"attributeStatus": allowed})


async def check_reported(csms: Csms, slots: Slots, values: dict[str, str], requirement: str) -> None:
    """Judge that these variables of the spare slot read as they were set."""
    names = [name for name in values if name not in (*MODEM, "BasicAuthPassword")]
    results = await get_variables(csms, [item(slots.spare, name) for name in names])
    for name, result in zip(names, results, strict=True):
        told = str(result.get("attributeValue"))
        same = told.rstrip("/") == values[name].rstrip("/")
        check(requirement, same, expected=f"{name} {values[name]}", received=told)


def check_refused(result: Result, reasons: Collection[str], requirement: str) -> None:
    """Judge that a variable was refused, and why."""
    fields = {"attributeStatus": "Rejected", "attributeStatusInfo.reasonCode": tuple(reasons)}
    check_fields(requirement, result, fields)


def entry_of(entries: list[Entry], slot: str, name: str) -> Entry | None:
    """What a report says of a variable of a slot."""
    key = (COMPONENT.casefold(), slot.casefold(), name.casefold())
    return next((entry for entry in entries if entry.key[:3] == key), None)


@dataclass
class ActiveProfile:
    """The profile by which the station connects, as it reads, and the way to set it again. `data`: the whole of it."""

    csms: Csms
    slots: Slots
    data: dict[str, Any]

    async def set_again(self) -> None:
        """The station takes its own profile again, with identity and password."""
        slot = int(self.slots.active)
        answer = await self.csms.call("SetNetworkProfile", configurationSlot=slot, connectionData=self.data)
        check_fields("B09.FR.01", answer, {"status": "Accepted"})

    async def restore(self) -> None:
        """Set it again where its identity is still missing."""
        csms, slot = self.csms, int(self.slots.active)
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        if await read_configuration(csms, self.slots.active, "Identity") is None:
            await csms.attempt("SetNetworkProfile", configurationSlot=slot, connectionData=self.data)

    async def reconnect(self, identity: str) -> None:
        """The connection is closed; the station connects again as itself, by the same slot."""
        csms = self.csms
        connections = len(csms.connections)
        await csms.close()
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        last = next(attempt for attempt in reversed(csms.handshakes) if attempt.let_in)
        check(STEP, last.identity == identity, expected=f"a connection as {identity}", received=last.identity)
        await csms.wait_until_quiet()  # some boot on each connection
        await check_active(csms, self.slots)


async def check_active(csms: Csms, slots: Slots) -> None:
    """Judge that the same slot is active, where the station tells which one is."""
    active = await get_variable(csms, ACTIVE)
    if active is None:
        not_judged(STEP, because=f"the station does not have {ACTIVE}")
    else:
        check(STEP, active == slots.active, expected=f"{ACTIVE} {slots.active}", received=active)


async def active_profile(csms: Csms, sut: Sut, bench: Bench, slots: Slots) -> ActiveProfile:
    """The profile by which the station connects is known, and can be set again"""
    await has_no_modem(csms, slots.active)
    names = ("OcppCsmsUrl", "OcppInterface", "MessageTimeout", "SecurityProfile")
    told = {name: await read_configuration(csms, slots.active, name) for name in names}
    missing = [name for name, value in told.items() if value is None]
    if missing:
        raise Inconclusive(f"NetworkConfiguration of the active slot does not tell {', '.join(missing)}")
    data: dict[str, Any] = {
        "ocppVersion": "OCPP21",
        "ocppTransport": "JSON",
        "ocppInterface": told["OcppInterface"],
        "ocppCsmsUrl": told["OcppCsmsUrl"],
        "messageTimeout": int(told["MessageTimeout"] or 0),
        "securityProfile": int(told["SecurityProfile"] or 0),
        "identity": csms.handshake_policy.identity,
    }
    if sut.security_profile in (1, 2):
        data["basicAuthPassword"] = own_password(sut, bench, csms)
    return ActiveProfile(csms, slots, data)
