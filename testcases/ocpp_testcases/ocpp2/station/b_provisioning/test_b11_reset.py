"""B11 - Reset without an ongoing transaction."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, get_variable
from ocpp_testcases.ocpp2.station.states.b_reset import (
    expect_connectors_after_reset,
    expect_evse_back,
    expect_no_boot_of_evse,
    expect_still,
    resets_no_evse,
    resets_seen_through,
)
from ocpp_testcases.ocpp2.station.states.g_out_of_service import unavailable
from ocpp_testcases.ocpp2.station.states.h_reservation import reserved


@case("TC_B_20_CS")
async def test_on_idle(csms, sut):
    """A station that cannot be reset from afar keeps its driver waiting until somebody comes."""
    places = await given(connectors, csms, sut)
    resets = await given(resets_seen_through, csms)
    with step("The CSMS asks for a reset when idle, which is now; the station connects again and boots"):
        await resets.ask("OnIdle", "Accepted", requirement="B11.FR.01")
        boot = await resets.expect_boot(("RemoteReset", "ScheduledReset"))
    with step("The station reports its connectors"):
        await expect_connectors_after_reset(csms, sut, boot, places)


@case("TC_B_23_CS")
async def test_unavailable_persists(csms, sut):
    """A connector that was taken out of service since it is not safe must not charge again after a reset."""
    places = await given(connectors, csms, sut)
    here = [place for place in places if place[0] == sut.evseId]
    resets = await given(resets_seen_through, csms)
    await given(unavailable, csms, sut, "EVSE", places)
    with step("The CSMS asks for a reset when idle; the station boots"):
        await resets.ask("OnIdle", "Accepted", requirement="B11.FR.01")
        boot = await resets.expect_boot("RemoteReset")
    with step("The EVSE is still Unavailable, the others are Available"):
        out = dict.fromkeys(here, "Unavailable")
        await expect_connectors_after_reset(csms, sut, boot, places, out, requirement="B11.FR.02")
        await expect_still(csms, boot, here, "Unavailable", "B11.FR.02")


@case("TC_B_24_CS")
async def test_reserved_persists(csms, sut):
    """A driver who has reserved a connector finds it taken, where a reset forgets the reservation."""
    places = await given(connectors, csms, sut)
    here = (sut.evseId, sut.connectorId)
    resets = await given(resets_seen_through, csms)
    await given(reserved, csms, sut, sut.tokens.valid, *here)
    with step("The CSMS asks for a reset at once; the station boots"):
        await resets.ask("Immediate", "Accepted", requirement="B11.FR.01")
        boot = await resets.expect_boot("RemoteReset")
    with step("The connector is still Reserved, those of other EVSEs are Available"):
        await expect_connectors_after_reset(
            csms,
            sut,
            boot,
            places,
            {here: "Reserved"},
            beside=("Available", "Reserved", "Unavailable"),
            requirement="B11.FR.05",
        )
        await expect_still(csms, boot, [here], "Reserved", "B11.FR.05")


@case("TC_B_25_CS")
async def test_evse(csms, sut):
    """Where one EVSE hangs, nobody who charges at another one should suffer from its reset."""
    places = await given(connectors, csms, sut)
    allows = await given(get_variable, csms, f"EVSE[{sut.evseId}].AllowReset")
    resets = await given(resets_seen_through, csms)
    with step("The station says that the EVSE can be reset"):
        told = (allows or "no AllowReset").lower()
        check("B11.FR.10", told == "true", expected=f"EVSE[{sut.evseId}].AllowReset true", received=told)
    with step("The CSMS asks for a reset of the EVSE when idle, which is now"):
        await resets.ask("OnIdle", "Accepted", requirement="B11.FR.01", evseId=sut.evseId)
    with step("The EVSE is reset, and not the station"):
        await expect_no_boot_of_evse(csms, sut, places, "B11.FR.08")
        await expect_evse_back(csms, sut, places, "B11.FR.08")


@case("TC_B_28_CS")
async def test_evse_not_supported(csms, sut):
    """Who believes that an EVSE was reset waits in vain for it to work again."""
    await given(resets_no_evse, csms, sut)
    resets = await given(resets_seen_through, csms)
    with step("The CSMS asks for a reset of the EVSE when idle: the station refuses"):
        await resets.ask("OnIdle", "Rejected", requirement="B11.FR.09", evseId=sut.evseId)
    with step("Nothing is reset"):
        await csms.expect_none("BootNotification", requirement="B11.FR.09", within=csms.timing.transaction)
