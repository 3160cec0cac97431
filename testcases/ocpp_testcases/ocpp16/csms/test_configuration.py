"""3.7 and 3.13 Configuration."""

from typing import Any

from ocpp_proof import CannotTell, case, check, given, not_judged, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import RECORD
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving

INTERVALS = ("ConnectionTimeOut", "HeartbeatInterval", "WebSocketPingInterval")
PROFILES = ("FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger")


def told(request: Message) -> dict[str, Any]:
    """What the charge point answered: the values by their keys."""
    entries = (request.answer or {}).get("configurationKey", [])
    return {entry["key"]: entry.get("value") for entry in entries}


async def check_value_recorded(sut: Sut, key: str, value: str) -> None:
    """Judge that the Central System has this value of a configuration key of the charge point."""
    try:
        known = await sut.variable("", key, value=value)
    except CannotTell as error:
        not_judged(RECORD, because=str(error))
    else:
        check(RECORD, known == value, expected=f"{key} is {value}", received=known)


async def check_value_not_recorded(sut: Sut, key: str, value: str) -> None:
    """Judge that the Central System does not take a value for set that the charge point refused."""
    try:
        known = await sut.variable("", key, once=True)
    except CannotTell as error:
        not_judged(RECORD, because=str(error))
    else:
        check(RECORD, known != value, expected=f"{key} is not {value}", received=known)


async def change_configuration(station: Station, sut: Sut, key: str, value: str, *, status: str) -> None:
    """The operator has a key set, the charge point answers with `status`."""
    station.answer("ChangeConfiguration", status=status)
    await asked(
        station,
        sut,
        "ChangeConfiguration",
        key=key,
        value=value,
        matching={"key": key, "value": value},
        requirement="1.6 §5.3 key",
    )


@case("TC_019_1_CSMS")
async def test_all_keys(station, sut):
    """An operator who wants to see all settings misses some, and takes the charge point for what it is not."""
    await given(booted, station, sut)
    fresh = {key: str(sut.number(1000, 9000)) for key in INTERVALS}
    for key, value in fresh.items():
        station.has(key, value)

    with step("The operator asks for all configuration keys"):
        nothing = Pattern("absent or empty", lambda keys: not keys)
        request = await asked(station, sut, "GetConfiguration", matching={"key": nothing}, requirement="1.6 §5.8 all")

    with step("The Central System has the values"):
        for key, value in (fresh | told(request)).items():
            if key in fresh:  # it may have set one in the meantime
                await check_value_recorded(sut, key, value)


@case("TC_019_2_CSMS")
async def test_one_key(station, sut):
    """An operator who wants to know one setting gets that one, and the Central System knows it from then on."""
    await given(booted, station, sut)
    key, value = "SupportedFeatureProfiles", ",".join(["Core", *sut.rng.sample(PROFILES, 3)])
    station.has(key, value)

    with step("The operator asks for one configuration key"):
        await asked(station, sut, "GetConfiguration", key=[key], matching={"key": [key]}, requirement="1.6 §5.8")

    with step("The Central System has the value"):
        await check_value_recorded(sut, key, value)


@case("TC_021_CSMS")
async def test_change(station, sut):
    """A setting that arrives changed makes a charge point measure or report otherwise than the operator believes."""
    await given(booted, station, sut)

    with step("The operator has the interval of meter values set to a minute, and the charge point takes it"):
        await change_configuration(station, sut, "MeterValueSampleInterval", "60", status="Accepted")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_040_1_CSMS")
async def test_unknown_key(station, sut):
    """Not every charge point has every key; an operator must not be made to believe that it was set."""
    await given(booted, station, sut)

    with step("The operator has a key set that the charge point does not have"):
        station.answer("ChangeConfiguration", status="NotSupported")
        request = await asked(station, sut, "ChangeConfiguration", key=f"Proof{sut.text(8)}", value=sut.text(8))

    with step("The Central System goes on, and does not believe in it"):
        await check_still_serving(station)
        await check_value_not_recorded(sut, str(request.key), str(request.value))


@case("TC_040_2_CSMS")
async def test_impossible_value(station, sut):
    """A value that the charge point refuses is not set, and an operator must not be made to believe that it is."""
    await given(booted, station, sut)

    with step("The operator has an interval set that is no interval, and the charge point refuses"):
        await change_configuration(station, sut, "MeterValueSampleInterval", "-1", status="Rejected")

    with step("The Central System goes on, and does not believe in it"):
        await check_still_serving(station)
        await check_value_not_recorded(sut, "MeterValueSampleInterval", "-1")
