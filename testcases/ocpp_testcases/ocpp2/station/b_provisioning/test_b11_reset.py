"""B11 - Reset without an ongoing transaction."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, expect_connectors_reported, reset


@case("TC_B_20_CS")
async def test_on_idle(csms, sut):
    """A station that cannot be reset from afar keeps its driver waiting until somebody comes."""
    places = await given(connectors, csms, sut)
    csms.match_from_now_on()
    connections = len(csms.connections)
    with step("The CSMS asks for a reset when idle, which is now; the station connects again and boots"):
        boot = await reset(csms, "OnIdle")
        check(
            "B01.FR.03",
            boot.connection >= connections,
            expected="BootNotification on a new connection",
            received="a new connection" if boot.connection >= connections else "the connection of the reset",
        )
        check_fields("B01.FR.09", boot, {"reason": ("RemoteReset", "ScheduledReset")})
    with step("The station reports its connectors"):
        await expect_connectors_reported(csms, places)
