"""A00 - HTTP Basic authentication (security profiles 1 and 2)."""

from dataclasses import replace

from ocpp_proof import by_security_profile, case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, connected


@case("TC_A_01_CSMS")
async def test_right_password(station, sut, bench):
    """A CSMS that cannot tell a station's right password from a wrong one locks it out, or lets everybody in."""
    with step("The station connects with its identity and the password that the CSMS has for it"):
        await station.connect(requirement="A00.FR.204")
    with step("The station boots and reports its connectors"):
        await booted(station, sut)
    with step("With the password of nobody, the same station stays outside"):
        await station.close()
        wrong = replace(bench.credentials(station.identity), password=sut.text(24))
        await station.expect_refused(
            requirement=by_security_profile({1: "A00.FR.207", 2: "A00.FR.324"}),
            credentials=wrong,
            what="a connection with a wrong password",
        )


@case("TC_A_03_CSMS")
async def test_wrong_password(station, sut, bench):
    """A CSMS that does not look at the password lets anybody charge, and send transactions, in a station's name."""
    await given(connected, station)
    await station.close()
    with step("The station connects with its identity and a password that it never had"):
        wrong = replace(bench.credentials(station.identity), password=sut.text(32))
        await station.expect_refused(
            requirement=by_security_profile({1: "A00.FR.207", 2: "A00.FR.324"}),
            credentials=wrong,
            what="a connection with a wrong password",
        )
