"""A01 - Update of the password for HTTP Basic authentication."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.ocpp2.station.states.a_security import check_basic, set_password
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, expect_connectors_reported, reset


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
