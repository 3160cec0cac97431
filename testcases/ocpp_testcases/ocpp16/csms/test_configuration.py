"""3.7 Configuration."""

from ocpp_proof import CannotTell, case, check, given, not_judged, step
from ocpp_proof.states.csms16 import asked, booted

KEY = "SupportedFeatureProfiles"
PROFILES = ("FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger")


@case("TC_019_2_CSMS")
async def test_one_key(station, sut):
    """An operator who wants to know one setting gets that one, and the Central System knows it from then on."""
    await given(booted, station, sut)
    value = ",".join(["Core", *sut.rng.sample(PROFILES, 3)])
    station.answer("GetConfiguration", configurationKey=[{"key": KEY, "readonly": True, "value": value}])

    with step("The operator asks for one configuration key"):
        request = await asked(station, sut, "GetConfiguration", key=[KEY])
        check("1.6 §5.8", request.key == [KEY], expected=f"key [{KEY}] and no other", received=dict(request.payload))

    with step("The Central System has the value"):
        try:
            known = await sut.variable("", KEY, value=value)
        except CannotTell as error:
            not_judged("scenario", because=str(error))
        else:
            check("scenario", known == value, expected=f"{KEY} is {value}", received=known)
