"""B10 - Migrate to another network connection profile."""

from ocpp_certs import Pki
from ocpp_proof import case, check, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.station_tls import authority_key
from ocpp_testcases.ocpp2.station.states.b_migration import (
    ATTEMPTS,
    BACK_OFF,
    Attempts,
    check_first_attempt,
    check_left,
    check_migrated,
    longest_wait,
    no_third_slot,
    short_back_off,
    slot_in_front,
)
from ocpp_testcases.ocpp2.station.states.b_network import (
    Slots,
    connection_data,
    has_no_modem,
    network_slots,
    profile_restored,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, connectors, expect_booted, get_variable
from ocpp_testcases.ocpp2.station.states.b_reset import Resets, resets_seen_through
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed, several_roots


async def another_profile_first(csms: Csms, sut: Sut, slots: Slots, resets: Resets) -> None:
    """Steps 1 to 6: a profile in a spare slot, which comes first from now on, and a reset."""
    if sut.ocpp != "2.0.1":  # the new profile has no modem's settings, and 2.0.1 does not tell of any
        await given(has_no_modem, csms, slots.active)
    held = await given(profile_restored, csms, sut, slots)
    with step("The CSMS sets a profile that leads to another endpoint, in a slot that is not in use"):
        await held.replace(sut, await connection_data(csms, sut, slots, slots.elsewhere))
    with step("The CSMS puts it before the others"):
        await slot_in_front(csms, slots)
    with step("The CSMS asks for a reset when idle, which is now"):
        await resets.ask("OnIdle", "Accepted", requirement="B11.FR.01")


@case("TC_B_45_CS")
async def test_success(csms, sut):
    """An operator who changes the back end has to visit every station that cannot be led to the new one."""
    slots = await given(network_slots, csms, sut)
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    since = len(csms.handshakes)
    await another_profile_first(csms, sut, slots, resets)
    with step("The station leaves the old endpoint, connects to the new one, and boots"):
        boot = await expect_booted(csms, sut, places)
        check_first_attempt(csms, sut, slots, since)
        check_migrated(csms, slots, boot)
        check_left(csms, boot)


@case("TC_B_46_CS")
async def test_fallback(csms, sut):
    """A station that tries nothing but a new address in vain is lost; one that gives up too soon never migrates."""
    await given(configured, csms, {ATTEMPTS: "2"}, if_writable=True)
    most = int(await given(get_variable, csms, ATTEMPTS) or 1)
    await given(short_back_off, csms, sut)
    slots = await given(network_slots, csms, sut)
    places = await given(connectors, csms, sut)
    within = await given(longest_wait, csms, most)
    resets = await given(resets_seen_through, csms)
    attempts = Attempts(csms, lambda made: made.paths[-1] == slots.elsewhere)
    with csms.answering_handshakes(attempts.judge):
        await another_profile_first(csms, sut, slots, resets)
        with step(f"It tries the new endpoint {most} times in vain, goes back to the old one, and boots"):
            await csms.expect_reconnected(connections=resets.connections, requirement="B10.FR.03", within=within)
            await expect_booted(csms, sut, places)
    wanted = [slots.elsewhere] * most + [slots.path]
    check("B10.FR.03", attempts.paths == wanted, expected=f"attempts to connect to {wanted}", received=attempts.paths)


@case("TC_B_49_CS")
async def test_fallback_when_all_failed(csms, sut):
    """Where both back ends are down for a moment, a station that does not go on trying is lost for good."""
    await given(configured, csms, {ATTEMPTS: "1"})
    wanted = {"RepeatTimes": "0", "RandomRange": "0", "WaitMinimum": str(sut.short_interval)}
    for name, value in wanted.items():
        await given(configured, csms, {BACK_OFF(name): value}, if_writable=True)
    wait = float(await given(get_variable, csms, BACK_OFF("WaitMinimum")) or 0)
    slots = await given(network_slots, csms, sut)
    await given(no_third_slot, slots)
    places = await given(connectors, csms, sut)
    within = await given(longest_wait, csms, 2)
    resets = await given(resets_seen_through, csms)
    each = [slots.elsewhere, slots.path]
    attempts = Attempts(csms, lambda made: len(made.seen) <= len(each))
    with csms.answering_handshakes(attempts.judge):
        await another_profile_first(csms, sut, slots, resets)
        with step("It tries each endpoint once in vain, and waits before it connects again; then it boots"):
            await csms.expect_reconnected(connections=resets.connections, requirement="B10.FR.03", within=within)
            await expect_booted(csms, sut, places)
    check("B10.FR.03", attempts.paths[:2] == each, expected=f"attempts at {each}", received=attempts.paths)
    gap = attempts.times[len(each)] - attempts.times[len(each) - 1]
    check(
        "OCPP-J reconnect",
        gap >= wait - interval_tolerance(sut, wait),
        expected=f"another attempt not before {wait:g} s have passed",
        received=f"after {gap:.2f} s",
    )
    last = attempts.paths[len(each)]
    check("B10.FR.09", last in each, expected=f"an attempt at {' or '.join(each)}", received=last)


@case("TC_B_50_CS")
async def test_new_root(csms, sut, bench):
    """A new back end comes with certificates of another authority: a station that does not take it stays behind."""
    await given(several_roots, csms)
    slots = await given(network_slots, csms, sut)
    places = await given(connectors, csms, sut)
    new = Pki.create(hosts=bench.keys.hosts, key=lambda: authority_key(csms, sut))
    await given(certificate_installed, csms, "CSMSRootCertificate", new.root)
    resets = await given(resets_seen_through, csms)
    since = len(csms.handshakes)
    with csms.presenting_tls(bench.server_tls(new.csms, new.csms_rsa)):
        await another_profile_first(csms, sut, slots, resets)
        with step("The station connects to the new endpoint, whose certificate is of the new root, and boots"):
            boot = await expect_booted(csms, sut, places)
            check_first_attempt(csms, sut, slots, since)
            check_migrated(csms, slots, boot)
