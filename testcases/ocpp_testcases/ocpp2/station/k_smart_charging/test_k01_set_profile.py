"""K01 - Set charging profile."""

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.k_smart_charging import (
    check_same_profile,
    expect_reported_profiles,
    set_charging_profile,
    tx_default_profile,
)


@case("TC_K_01_CS")
async def test_tx_default_profile(csms, sut):
    """A station that takes a limit and does not keep it blows the fuse of the site."""
    profile = await given(tx_default_profile, csms, sut)
    with step("The CSMS sets a default profile for the EVSE"):
        answer = await set_charging_profile(csms, sut.evseId, profile)
        check_fields("K01.FR.07", answer, {"status": "Accepted"})
    with step("The CSMS asks for the profile, and the station reports it as it was sent"):
        reported = await expect_reported_profiles(csms, sut, chargingProfileId=[profile["id"]])
        check(
            "K01.FR.15",
            [evseId for evseId, _ in reported] == [sut.evseId],
            expected=f"one profile, of EVSE {sut.evseId}",
            received=reported,
        )
        for _, told in reported:
            check_same_profile(STEP, profile, told)
