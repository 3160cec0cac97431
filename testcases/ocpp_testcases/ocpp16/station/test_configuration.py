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


def check_keys_there(required: list[str], found: dict[str, Any]) -> None:
    """Judge that every required key is there: those that are missing are one finding."""
    names = {key.lower() for key in found}
    missing = [key for key in required if key.lower() not in names]
    received = f"missing: {', '.join(missing)}" if missing else "all of them"
    check("1.6 §9.1", not missing, expected="every required key", received=received)


def check_access(requirement: str, required: dict[str, str], found: dict[str, Any]) -> None:
    """Judge that the required keys which are there can be read or written as required."""
    found = {key.lower(): entry for key, entry in found.items()}
    wrong = [
        f"{key} is {READ if found[key.lower()].get('readonly') else WRITE}, not {access}"
        for key, access in required.items()
        if key.lower() in found and access != EITHER and found[key.lower()].get("readonly") is not (access == READ)
    ]
    check(requirement, not wrong, expected="the required accessibility of every key", received=wrong or "as required")


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
        lists = LOCAL_LIST if "LocalAuthListManagement" in profiles else {}
        charging = SMART_CHARGING if "SmartCharging" in profiles else {}
        check_keys_there([*CORE, *lists, *charging], found)
        check_access("1.6 §9.1", CORE, found)
        for profile, requirement, required in (
            ("LocalAuthListManagement", "1.6 §9.2", lists),
            ("SmartCharging", "1.6 §9.4", charging),
        ):
            if required:
                check_access(requirement, required, found)
            else:
                not_judged(requirement, because=f"SupportedFeatureProfiles does not have {profile}")
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
