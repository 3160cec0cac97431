"""A01 - Update of the password for HTTP Basic authentication."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.a_password import check_let_in, password_set
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_A_09_CSMS")
async def test_new_password(station, sut, bench):
    """A password that cannot be changed, or of which the old one stays good, makes every leak a lasting one."""
    await given(booted, station, sut)
    old = station.credentials
    with step("The CSMS sets a new password, and the station takes it"):
        new = await password_set(station, sut, bench, accepted=True)
        await station.close()
    with step("The station comes back with the new password, boots and reports its connectors"):
        await check_let_in(station, new, "A01.FR.03", "the new password")
        await booted(station, sut)
        await station.close()
    with step("The old password is good no longer"):
        await station.expect_refused(requirement="A01.FR.03", credentials=old, what="the old password")


@case("TC_A_10_CSMS")
async def test_password_rejected(station, sut, bench):
    """A CSMS that takes a password for set which the station has refused locks that station out."""
    await given(booted, station, sut)
    old = station.credentials
    with step("The CSMS sets a new password, and the station refuses it"):
        await password_set(station, sut, bench, accepted=False)
        await station.close()
    with step("The station comes back with the password that it had, boots and reports its connectors"):
        # A01.FR.05 lets a CSMS restrict such a station and keep it Pending; the official case wants it accepted
        await check_let_in(station, old, "A01.FR.04", "the password that it had")
        await booted(station, sut)
