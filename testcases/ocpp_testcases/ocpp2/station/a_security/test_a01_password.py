"""A01 - Update of the password for HTTP Basic authentication."""

from ocpp_proof import by_security_profile, case, check, given, step

from ocpp_testcases.ocpp2.station.states.a_security import (
    check_basic,
    power_cycle_and_expect_attempt,
    set_password,
    set_short_password,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    connectors,
    expect_booted,
    expect_connectors_reported,
    reset,
)

TOO_SHORT = 15
"""Characters of a password: one less than it needs."""


@case("TC_A_09_CS")
async def test_new_password(csms, sut, bench):
    """A password that cannot be changed makes every leak a lasting one; half changed it locks the station out."""
    places = await given(connectors, csms, sut)
    csms.match_from_now_on()
    attempts, connections = len(csms.handshakes), len(csms.connections)
    with step("The CSMS sets a new password"):
        status = await set_password(csms, bench, sut.text(24))
        check(
            "A01.FR.01",
            status in ("Accepted", "RebootRequired"),
            expected="Accepted or RebootRequired",
            received=status,
        )
    if status == "RebootRequired":
        with step("The station is reset, boots and reports its connectors"):
            await reset(csms, "Immediate")
            await expect_connectors_reported(csms, sut, places)
    with step("The station connects with the new password"):
        handshake = await csms.expect_attempt(since=attempts, requirement="A01.FR.01")
        check_basic(csms, sut, handshake)
        await csms.expect_reconnected(connections=connections, requirement="A01.FR.01")


@case("TC_A_10_CS")
async def test_short_password(csms, sut, bench):
    """A password that is short can be guessed; one that is refused and half taken locks the station out."""
    places = await given(connectors, csms, sut)
    with step(f"The CSMS sets a password of {TOO_SHORT} characters: the station refuses it"):
        status = await set_short_password(csms, bench, sut.text(TOO_SHORT))
        check(
            by_security_profile({1: "A00.FR.205", 2: "A00.FR.304"}),
            status == "Rejected",
            expected="status Rejected",
            received=status,
        )
    with step("The station is switched off and on, and connects with the password that it had"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        if status == "Rejected":
            check_basic(csms, sut, handshake)
    with step("The station boots, reports its connectors and that it started"):
        await expect_booted(csms, sut, places)
