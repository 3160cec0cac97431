"""B09 - Set a new network connection profile: by the variables of NetworkConfiguration (2.1)."""

import contextlib

from ocpp_proof import STEP, case, check, check_fields, given, not_judged, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import not_applicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_network import (
    DONE,
    PRIORITY,
    Slots,
    connection_data,
    own_password,
    priority_restored,
    profile_restored,
    read_configuration,
    set_priority,
)
from ocpp_testcases.ocpp2.station.states.b_network_configuration import (
    active_profile,
    can_be_set,
    check_active,
    check_refused,
    check_reported,
    expect_written,
    network_configuration,
    writable_slots,
    write,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members, rebooted
from ocpp_testcases.ocpp2.station.states.b_variables import set_variables, wanted
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed, several_roots

PASSWORD_ONLY, TLS_AND_PASSWORD = 1, 2
DOWNGRADE = "SecurityCtrlr.AllowSecurityProfileDowngrade"
IDENTITY, PASSWORD = "SecurityCtrlr.Identity", "SecurityCtrlr.BasicAuthPassword"
IN_USE = ("PriorityNetworkConf", "ActiveNetworkConf")
"""The reason code in the official table and the appendices, and the one in the errata of B09.FR.22."""


@case("TC_B_105_CS")
async def test_set_by_variables(csms, sut, bench):
    """A profile of which a part is lost on the way leads a station to nowhere."""
    slots = await given(writable_slots, csms, sut)
    await given(profile_restored, csms, sut, slots)
    url = slots.url(slots.path, sut.security_profile)
    identity = {"Identity": csms.handshake_policy.identity} if slots.can_set("Identity") else {}
    values = network_configuration(csms, sut, bench, url, sut.security_profile, **identity)
    with step("The CSMS sets the variables of a slot that is not in use"):
        await expect_written(csms, slots, values)
    with step("They read as they were set"):
        await check_reported(csms, slots, values, "B09.FR.24")


@case("TC_B_107_CS")
async def test_slot_added_and_removed(csms, sut, bench):
    """A station that takes an incomplete profile into its list is lost when its own CSMS fails."""
    slots = await given(writable_slots, csms, sut)
    if sut.security_profile < TLS_AND_PASSWORD:  # a profile with TLS needs a root certificate (A05.FR.02)
        await given(several_roots, csms)
        await given(certificate_installed, csms, "CSMSRootCertificate", bench.keys.root)
    await given(profile_restored, csms, sut, slots)
    await given(priority_restored, csms, slots)
    profile = max(TLS_AND_PASSWORD, sut.security_profile)
    values = network_configuration(csms, sut, bench, "ws://invalidurl.example.com/", profile)
    more = [*slots.priority, slots.spare]
    with step("The CSMS sets the variables of a slot that is not in use, with an address that does not fit"):
        await expect_written(csms, slots, values)
    with step("The CSMS adds the slot at the end of the list: the station refuses, and says why"):
        result = await set_priority(csms, more)
        check_refused(result, ["InvalidNetworkConf"], "B09.FR.34")
    with step("The CSMS sets an address that fits"):
        await expect_written(csms, slots, {"OcppCsmsUrl": "wss://validurl.example.com:443/"})
    with step("The CSMS adds the slot at the end of the list"):
        await expect_list_set(csms, more, slots.priority, "B09.FR.33")
    with step("The CSMS removes it again"):
        await expect_list_set(csms, slots.priority, more, "B09.FR.20")


async def expect_list_set(csms: Csms, wanted: list[str], before: list[str], requirement: str) -> None:
    """The station takes the list of slots, and tells it; where it wants a reboot first, the one before may be told."""
    result = await set_priority(csms, wanted)
    check_fields(requirement, result, {"attributeStatus": DONE})
    told = members(await get_variable(csms, PRIORITY))
    right = [wanted, before] if result.get("attributeStatus") == "RebootRequired" else [wanted]
    check(requirement, told in right, expected=f"{PRIORITY} {' or '.join(map(str, right))}", received=told)


@case("TC_B_108_CS")
async def test_slots_in_use_kept(csms, sut):
    """Where the profile of the next reconnection can be changed, one slip takes the station away for good."""
    slots = await given(writable_slots, csms, sut, needs_spare=False)
    used = slots.priority
    if len(used) == 1:
        used = await given(second_slot_used, csms, sut, slots)
    before = {slot: await given(read_configuration, csms, slot, "MessageTimeout") for slot in used}
    for slot in used:
        with step(f"The CSMS sets a variable of slot {slot}, which is in the list: the station refuses, and says why"):

            async def back(slot: str = slot) -> None:
                value = before[slot]
                if value and await read_configuration(csms, slot, "MessageTimeout") != value:
                    await write(csms, slot, {"MessageTimeout": value})

            on_undo(f"Set MessageTimeout of slot {slot} back", back)
            result = (await write(csms, slot, {"MessageTimeout": "123"}))["MessageTimeout"]
            check_refused(result, IN_USE, "B09.FR.22")


async def second_slot_used(csms: Csms, sut: Sut, slots: Slots) -> list[str]:
    """Two slots are in the list: the one in use, and a spare one that leads to the same endpoint

    It is taken out of the list when the case ends.
    """
    if not slots.spare:
        raise Inconclusive(f"one slot is in the list, and none is spare: {', '.join(slots.every)}")
    held = await profile_restored(csms, sut, slots)
    await held.replace(sut, await connection_data(csms, sut, slots, slots.path))
    await priority_restored(csms, slots, counting=True)
    used = [*slots.priority, slots.spare]
    result = await set_priority(csms, used)
    check_fields("B10.FR.01", result, {"attributeStatus": DONE})
    if result.get("attributeStatus") == "RebootRequired":
        await rebooted(csms)
    return used


async def expect_downgrade_refused(csms: Csms, sut: Sut, bench: Bench, profile: int, requirement: str) -> None:
    """The station refuses a SecurityProfile that is lower than the active one, and says why."""
    slots = await given(writable_slots, csms, sut)
    await given(profile_restored, csms, sut, slots)
    values = network_configuration(csms, sut, bench, slots.url(slots.path, profile), profile)
    with step(f"The CSMS sets the variables of a slot, with SecurityProfile {profile}: that one is refused"):
        results = await write(csms, slots.spare, values)
        check_refused(results["SecurityProfile"], ["NoSecurityDowngrade"], requirement)


@case("TC_B_111_CS")
async def test_no_downgrade_to_password_only(csms, sut, bench):
    """What SetNetworkProfile refuses must not be possible by another way."""
    await given(configured, csms, {DOWNGRADE: "true"}, if_writable=True)
    await expect_downgrade_refused(csms, sut, bench, PASSWORD_ONLY, "B09.FR.32")


@case("TC_B_113_CS")
async def test_no_downgrade(csms, sut, bench):
    """Where a certificate is demanded of each station, no variable must open the door to a password."""
    await given(configured, csms, {DOWNGRADE: "false"}, if_implemented=True)
    await expect_downgrade_refused(csms, sut, bench, TLS_AND_PASSWORD, "B09.FR.35")


@case("TC_B_109_CS")
async def test_old_credentials_count(csms, sut, bench):
    """A CSMS that sets the password in the old way locks the station out, where the profile's own one counts on."""
    slots = await given(writable_slots, csms, sut, needs_spare=False)
    identity = csms.handshake_policy.identity
    if not await given(read_configuration, csms, slots.active, "Identity"):
        raise not_applicable("NetworkConfiguration of the active slot has no Identity")
    credentials = {IDENTITY: identity}
    if sut.security_profile in (1, 2):
        credentials[PASSWORD] = own_password(sut, bench, csms)
    else:
        not_judged("B09.FR.27", because="a station at this security profile has no password")
    items = [wanted(name, value=value) for name, value in credentials.items() if can_be_set(slots, name)]
    if not items:
        raise not_applicable(f"{' and '.join(credentials)} cannot be set")
    for name, requirement in ((IDENTITY, "B09.FR.26"), (PASSWORD, "B09.FR.27")):
        if name in credentials and not can_be_set(slots, name):
            not_judged(requirement, because=f"{name} cannot be set, or is not there")
    data = await given(active_profile, csms, sut, bench, slots)
    with step("The CSMS reads which slot is active, and its identity"):
        await check_active(csms, slots)
        told = await read_configuration(csms, slots.active, "Identity")
        check(STEP, told == identity, expected=f"Identity {identity}", received=told)
    with step("The CSMS sets identity and password in SecurityCtrlr, to what they are, as far as they can be set"):
        on_undo("Set identity and password of the active profile again", data.restore)
        connections = len(csms.connections)
        for result in await set_variables(csms, items):
            check_fields(STEP, result, {"attributeStatus": "Accepted"})
        with contextlib.suppress(TimeoutError):  # a new password may have it connect again
            await csms.wait_until(lambda: len(csms.connections) > connections, csms.timing.event, "a new connection")
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
    if can_be_set(slots, IDENTITY):
        with step("The active profile has no identity any more"):
            told = await read_configuration(csms, slots.active, "Identity")
            note = "the official case sets what was there before; B09.FR.26 speaks of a request that changes it"
            check("B09.FR.26", told is None, expected="an empty Identity", received=told or "empty", note=note)
    with step("The connection is closed; the station comes back with what SecurityCtrlr says, to the same slot"):
        await data.reconnect(identity)
    with step("The CSMS sets the profile again, with identity and password"):
        await data.set_again()
        told = await read_configuration(csms, slots.active, "Identity")
        check("B09.FR.09", told == identity, expected=f"Identity {identity}", received=told or "empty")
    with step("The connection is closed; the station comes back with what the profile says, to the same slot"):
        await data.reconnect(identity)
