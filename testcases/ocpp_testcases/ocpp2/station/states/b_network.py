"""B, provisioning: network connection profiles of a station under test (B09, B10).

Nothing that a station connects with is overwritten: the profiles of these cases go to a spare slot, which is in no
NetworkConfigurationPriority, and lead to the harness, by another path of the same address. What was read before is set
back, the priority first and at once: an interrupted run has less than a second, and nothing else that is changed here
decides where the station connects to.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NonConformance
from ocpp_proof.cases.passwords import is_text
from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    get_variable,
    members,
    rebooted,
    variable_reference,
)
from ocpp_testcases.ocpp2.station.states.b_reports import Entry, base_report, members_of

__all__ = [
    "ACTIVE",
    "DONE",
    "MODEM",
    "PRIORITY",
    "Slots",
    "SpareProfile",
    "connection_data",
    "guessed_interface",
    "has_no_modem",
    "network_slots",
    "own_password",
    "priority_restored",
    "profile_restored",
    "read_configuration",
    "set_priority",
]

PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority"
ACTIVE = "OCPPCommCtrlr.ActiveNetworkProfile"
DONE = ("Accepted", "RebootRequired")
MODEM = ("VpnEnabled", "ApnEnabled")
"""Of a slot: whether it has what a VPN or a modem needs. SetNetworkProfile without it switches it off (B09.FR.11)."""
GUESS = "Wired0"
"""The interface of a station of 2.0.1 where sut.toml does not name it."""
OTHER_PATH = "migrated"
"""What the path of the other endpoint has at its end."""


@dataclass
class Slots:
    """The configuration slots of the station: `every` one, those in `priority`, the `active` one, and a `spare` one.

    `writable`: what can be set of the device model. `address`, `path`: where the station connects to.
    """

    every: list[str]
    priority: list[str]
    active: str
    spare: str
    writable: list[Entry]
    address: str
    path: str

    @property
    def elsewhere(self) -> str:
        """The path of the other endpoint."""
        return f"{self.path}/{OTHER_PATH}"

    def url(self, path: str, security_profile: int) -> str:
        """The address of the harness with this path, for a security profile."""
        return f"{'wss' if security_profile >= 2 else 'ws'}://{self.address}{path}"

    def can_set(self, name: str, slot: str | None = None) -> bool:
        """Whether this variable of NetworkConfiguration can be set; `slot`: the spare one where none is named."""
        key = ("networkconfiguration", slot or self.spare, name.casefold())
        return any(entry.key[:3] == key for entry in self.writable)


async def network_slots(csms: Csms, sut: Sut, *, needs_spare: bool = True) -> Slots:
    """The slots of network connection profiles are known, and one of them is not in use

    `needs_spare`: otherwise all of them may be in use, and the spare one is "".
    """
    await csms.wait_until(lambda: csms.state.registered == "Accepted", csms.timing.long, "the station to be accepted")
    entries = await base_report(csms, sut, "ConfigurationInventory", reason=False)
    listed = next((entry for entry in entries if entry.of(*PRIORITY.split("."))), None)
    every = members_of(listed.characteristics.get("valuesList")) if listed else []
    priority = members(await get_variable(csms, PRIORITY))
    if not every or not priority:
        raise Inconclusive(f"the station does not say which slots {PRIORITY} may have (valuesList), and has")
    active = await get_variable(csms, ACTIVE) or priority[0]
    spare = next((slot for slot in reversed(every) if slot not in (*priority, active)), "")
    if needs_spare and not spare:
        raise Inconclusive(
            f"no slot is spare: {PRIORITY} is {','.join(priority)}, of {','.join(every)}, and nothing in use is "
            "overwritten; take the slot of a profile that is not needed out of it"
        )
    last = next((attempt for attempt in reversed(csms.handshakes) if attempt.let_in), None)
    if last is None or not last.host:
        raise Inconclusive("it is not known by which address the station reaches the harness")
    if last.path.endswith(f"/{OTHER_PATH}"):
        raise Inconclusive(
            f"the station is at {last.path}, where a case has led it that could not take it back: which slots are its "
            f"own is not known; set {PRIORITY} (now {','.join(priority)}) back at the station"
        )
    return Slots(every, priority, active, spare, entries, last.host, last.path)


async def connection_data(csms: Csms, sut: Sut, slots: Slots, path: str, **more: Any) -> dict[str, Any]:
    """The profile that leads to this path of the harness, at the security profile of the run unless `more` has one."""
    profile = int(more.get("securityProfile", sut.security_profile))
    interface = str(sut.value("ocpp_interface", "")) or await _interface(csms, sut, slots)
    return {
        "ocppVersion": "OCPP20",
        "ocppTransport": "JSON",
        "ocppInterface": interface,
        "ocppCsmsUrl": slots.url(path, profile),
        "messageTimeout": sut.number(30, 60),
        "securityProfile": profile,
        **_credentials(csms, sut, profile),
        **more,
    }


def _credentials(csms: Csms, sut: Sut, profile: int) -> dict[str, str]:
    """Who the station is, in 2.1: it may have that in the slot which it uses and nowhere else (B09.FR.16, FR.18).

    Whether a slot keeps what a profile leaves out is not said: a case before may have set another password there.
    """
    if sut.ocpp == "2.0.1":
        return {}
    password = _text_password(sut, csms) if profile in (1, 2) else ""
    found = {"identity": csms.handshake_policy.identity}
    return found | {"basicAuthPassword": password} if password else found


async def _interface(csms: Csms, sut: Sut, slots: Slots) -> str:
    if sut.ocpp == "2.0.1":
        return GUESS
    return await read_configuration(csms, slots.active, "OcppInterface") or "Any"


async def read_configuration(csms: Csms, slot: str, name: str) -> str | None:
    """The value of a variable of NetworkConfiguration (2.1); None where a slot has none, or an empty one."""
    reference = {"component": {"name": "NetworkConfiguration", "instance": slot}, "variable": {"name": name}}
    answer = await csms.call("GetVariables", getVariableData=[reference])
    return answer.at("getVariableResult.0.attributeValue") or None


async def has_no_modem(csms: Csms, slot: str) -> None:
    """The profile of the slot has neither VPN nor APN

    One that has would lose it: names, keys and passwords cannot be read, and so not set again (2.1).
    """
    for name in MODEM:
        if (await read_configuration(csms, slot, name) or "").lower() == "true":
            raise Inconclusive(f"{name} of slot {slot} is true: what belongs to it cannot be read, nor set again")


def own_password(sut: Sut, bench: Bench, csms: Csms) -> str:
    """The password with which the station connects; at a security profile without one, a fresh one."""
    password = _text_password(sut, csms) or sut.text(24)
    bench.redactor.learn(password)
    return password


def _text_password(sut: Sut, csms: Csms) -> str:
    """The password with which the station connects; "" at a security profile without one."""
    own = csms.handshake_policy.password if sut.security_profile in (1, 2) else ""
    if own and not is_text(own):
        raise Inconclusive("the password in sut.toml is no text, as it is in OCPP 2.x (A00.FR.205)")
    return own


def guessed_interface(sut: Sut) -> str:
    """Why a profile may not work that is right otherwise: 2.0.1 tells neither interfaces nor an APN."""
    if sut.ocpp != "2.0.1":
        return ""
    interface = str(sut.value("ocpp_interface", ""))
    if not interface:
        return f"it is for {GUESS}; say in values.ocpp_interface by which one the station reaches the harness"
    if interface.casefold().startswith("wireless"):
        return f"it is for {interface} and has no APN, which 2.0.1 does not tell; some stations need one"
    return ""


async def _priority_back(csms: Csms, slots: Slots) -> str:
    """Set the list of slots back where it is another one; the attributeStatus, "" where it was as before.

    At once; a station that does not take it is asked again when it has booted and is quiet.
    """
    await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
    status = None
    with contextlib.suppress(NonConformance, Inconclusive):
        status = await _listed_as_before(csms, slots)
    if status not in ("", *DONE):
        await csms.wait_until_quiet()
        status = await _listed_as_before(csms, slots)
    if status not in ("", *DONE):
        wanted = ",".join(slots.priority)
        raise Inconclusive(f"{PRIORITY} could not be set back to {wanted!r}: {status}; set it at the station")
    return status


async def _listed_as_before(csms: Csms, slots: Slots) -> str:
    """Set the list of slots back, unless it is as before (""); the attributeStatus."""
    if members(await get_variable(csms, PRIORITY)) == slots.priority:
        return ""
    return str((await set_priority(csms, slots.priority)).get("attributeStatus"))


@dataclass
class SpareProfile:
    """What is set in the spare slot when a case ends: `data`; `own`, which leads to the harness, where that is refused.

    `touched`: False where the station has taken nothing of what the case wanted to set there.
    """

    csms: Csms
    slots: Slots
    data: dict[str, Any]
    own: dict[str, Any]
    touched: bool = True

    async def replace(self, sut: Sut, data: dict[str, Any]) -> None:
        """The station takes another profile into the spare slot."""
        slot = int(self.slots.spare)
        answer = await self.csms.call("SetNetworkProfile", configurationSlot=slot, connectionData=data)
        self.touched = answer.status != "Rejected"
        if not self.touched and (guess := guessed_interface(sut)):
            raise Inconclusive(f"the station refuses the profile: {guess}")
        check_fields("B09.FR.01", answer, {"status": "Accepted"})

    async def restore(self) -> None:
        """Set it, and the list of slots where the station has put the slot into it by itself."""
        if not self.touched:
            return
        csms, slots = self.csms, self.slots
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        status = await self._set(self.data)
        if status != "Accepted" and self.data != self.own:
            await self._set(self.own)
        await _priority_back(csms, slots)
        if status != "Accepted":
            raise Inconclusive(f"the profile of slot {slots.spare} could not be set back: {status}")

    async def _set(self, data: dict[str, Any]) -> str:
        slot = int(self.slots.spare)
        answer = await self.csms.attempt("SetNetworkProfile", configurationSlot=slot, connectionData=data)
        return str(answer.status or answer.error)


async def profile_restored(csms: Csms, sut: Sut, slots: Slots) -> SpareProfile:
    """What the spare slot holds is set again when the case ends, as far as it can be read (2.1)

    Where it holds nothing that can be read, or what the station does not take any more, it leads to where the station
    connects: nothing weak or wrong is left there.
    """
    own = await connection_data(csms, sut, slots, slots.path)
    held = await _held(csms, slots) if sut.ocpp != "2.0.1" else {}
    kept = {name: value for name, value in own.items() if not held or name != "identity"}
    profile = SpareProfile(csms, slots, kept | held, own)
    on_undo(f"Set the profile of slot {slots.spare} back", profile.restore)
    return profile


async def _held(csms: Csms, slots: Slots) -> dict[str, Any]:
    """The profile in the spare slot, without what cannot be read; empty where there is none."""
    await has_no_modem(csms, slots.spare)
    told: dict[str, Any] = {
        "ocppCsmsUrl": await read_configuration(csms, slots.spare, "OcppCsmsUrl"),
        "ocppInterface": await read_configuration(csms, slots.spare, "OcppInterface"),
        "messageTimeout": await read_configuration(csms, slots.spare, "MessageTimeout"),
        "securityProfile": await read_configuration(csms, slots.spare, "SecurityProfile"),
    }
    if not all(told.values()):
        return {}
    told |= {name: int(told[name]) for name in ("messageTimeout", "securityProfile")}
    told["ocppVersion"] = await read_configuration(csms, slots.spare, "OcppVersion")
    told["identity"] = await read_configuration(csms, slots.spare, "Identity")
    return {name: value for name, value in told.items() if value is not None}


async def set_priority(csms: Csms, wanted: list[str]) -> dict[str, Any]:
    """Set the list of slots; the result."""
    item = variable_reference(PRIORITY) | {"attributeValue": ",".join(wanted)}
    answer = await csms.call("SetVariables", setVariableData=[item])
    return dict(answer.at("setVariableResult.0") or {})


async def priority_restored(csms: Csms, slots: Slots, *, counting: bool = False) -> None:
    """The list of slots is set back when the case ends. `counting`: and counts, if need be after a reboot."""

    async def back() -> None:
        if await _priority_back(csms, slots) == "RebootRequired" and counting:
            csms.match_from_now_on()
            await rebooted(csms)

    on_undo(f"Set {PRIORITY} back to {','.join(slots.priority)}", back)
