"""2.8 Configuration."""

from typing import Any

from ocpp_proof import case, check, check_fields, given, not_judged, step

from ocpp_testcases.ocpp16.station.states.configuration import (
    configuration,
    get_configuration,
    set_back_afterwards,
    whole_minutes,
)

AUTHORIZATION_KEY = "AuthorizationKey"
READ, WRITE, EITHER = "R", "RW", "R or RW"
CORE = {
    "AuthorizeRemoteTxRequests": EITHER,
    "ClockAlignedDataInterval": WRITE,
    "ConnectionTimeOut": WRITE,
    "ConnectorPhaseRotation": WRITE,
    "GetConfigurationMaxKeys": READ,
    "HeartbeatInterval": WRITE,
    "LocalAuthorizeOffline": WRITE,
    "LocalPreAuthorize": WRITE,
    "MeterValuesAlignedData": WRITE,
    "MeterValuesSampledData": WRITE,
    "MeterValueSampleInterval": WRITE,
    "NumberOfConnectors": READ,
    "ResetRetries": WRITE,
    "StopTransactionOnInvalidId": WRITE,
    "StopTxnAlignedData": WRITE,
    "StopTxnSampledData": WRITE,
    "SupportedFeatureProfiles": READ,
    "TransactionMessageAttempts": WRITE,
    "TransactionMessageRetryInterval": WRITE,
    "UnlockConnectorOnEVSideDisconnect": EITHER,
}
LOCAL_LIST = {"LocalAuthListEnabled": WRITE, "LocalAuthListMaxLength": READ, "SendLocalListMaxLength": READ}
SMART_CHARGING = dict.fromkeys(
    (
        "ChargeProfileMaxStackLevel",
        "ChargingScheduleAllowedChargingRateUnit",
        "ChargingScheduleMaxPeriods",
        "MaxChargingProfilesInstalled",
    ),
    READ,
)


BY_PROFILE = {"LocalAuthListManagement": ("1.6 §9.2", LOCAL_LIST), "SmartCharging": ("1.6 §9.4", SMART_CHARGING)}
"""The keys that are required with a feature profile, and the section that says so."""


def check_keys(profiles: list[str], found: dict[str, Any]) -> None:
    """Judge that all required keys are there, which is one finding, and can be read or written as required."""
    found = {key.lower(): entry for key, entry in found.items()}
    sections = [("1.6 §9.1", CORE), *(BY_PROFILE[name] for name in BY_PROFILE if name in profiles)]
    missing = [key for _, required in sections for key in required if key.lower() not in found]
    received = f"missing: {', '.join(missing)}" if missing else "all of them"
    check("1.6 §9.1", not missing, expected="every required key", received=received)
    for requirement, required in sections:
        wrong = [
            f"{key} is {READ if found[key.lower()].get('readonly') else WRITE}, not {access}"
            for key, access in required.items()
            if key not in missing and access != EITHER and found[key.lower()].get("readonly") is not (access == READ)
        ]
        expected = "the required accessibility of every key"
        check(requirement, not wrong, expected=expected, received=wrong or "as required")
    for profile, (requirement, _) in BY_PROFILE.items():
        if profile not in profiles:
            not_judged(requirement, because=f"SupportedFeatureProfiles does not have {profile}")


def check_unreadable(key: str, found: dict[str, Any]) -> None:
    """Judge that a key that is write-only shows no value."""
    values = [entry.get("value") for name, entry in found.items() if name.lower() == key.lower()]
    check(
        "1.6S §7.2", not any(values), expected=f"{key} without a value", received="a value" if any(values) else "none"
    )


@case("TC_019_CS")
async def test_retrieve(csms, sut):
    """An operator cannot run what cannot be read: every required setting is there."""
    with step("The Central System asks which feature profiles there are"):
        answer = await csms.call("GetConfiguration", key=["SupportedFeatureProfiles"])
        told = {entry["key"].lower(): entry for entry in answer.configurationKey or []}
        check("1.6 §5.8 keys", not answer.unknownKey, expected="no unknownKey", received=dict(answer))
        check(
            "1.6 §5.8 keys",
            list(told) == ["supportedfeatureprofiles"],
            expected="the configurationKey SupportedFeatureProfiles and no other",
            received=[entry["key"] for entry in answer.configurationKey or []],
        )
        value = told.get("supportedfeatureprofiles", {}).get("value") or ""
        profiles = [profile.strip() for profile in str(value).split(",")]

    with step("The Central System asks for everything"):
        found = await configuration(csms)
        check_keys(profiles, found)
        check_unreadable(AUTHORIZATION_KEY, found)
        check_unreadable(AUTHORIZATION_KEY, await configuration(csms, AUTHORIZATION_KEY))

    with step("The Central System asks for as many keys at once as it may"):
        most = await get_configuration(csms, "GetConfigurationMaxKeys")
        if most is not None:  # that it is missing was found above
            check("1.6 §9.1", most.isdecimal(), expected="GetConfigurationMaxKeys is a number", received=most)
        count = min(int(most) if (most or "").isdecimal() else 1, len(found))
        asked = sut.rng.sample(sorted(found), count)
        answer = await csms.call("GetConfiguration", key=asked)
        got = [entry["key"] for entry in answer.configurationKey or []]
        check("1.6 §5.8 keys", not answer.unknownKey, expected="no unknownKey", received=answer.unknownKey)
        missing = {key.lower() for key in asked} - {key.lower() for key in got}
        check("1.6 §5.8 keys", not missing, expected=sorted(asked), received=sorted(got))


@case("TC_021_CS")
async def test_change(csms, sut):
    """A setting that is accepted and not kept lets an operator believe what is not so."""
    key = "MeterValueSampleInterval"
    current = await given(set_back_afterwards, csms, key)
    value = whole_minutes(sut, current)

    with step("The Central System changes a configuration key"):
        answer = await csms.call("ChangeConfiguration", key=key, value=value)
        check_fields("1.6 §5.3 set", answer, {"status": "Accepted"})

    with step("It has the new value"):
        found = await configuration(csms, key)
        got = next((entry.get("value") for name, entry in found.items() if name.lower() == key.lower()), None)
        check("1.6 §5.3 set", got == value, expected=f"{key} is {value}", received=found)
