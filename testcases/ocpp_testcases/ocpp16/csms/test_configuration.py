"""3.7 and 3.13 Configuration."""

from ocpp_proof import STEP, CannotTell, case, check, check_fields, given, not_judged, step
from ocpp_proof.roles.default_values import CONFIGURATION_1_6
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving

KEY = "SupportedFeatureProfiles"
INTERVAL = "MeterValueSampleInterval"
PROFILES = ("FirmwareManagement", "LocalAuthListManagement", "Reservation", "SmartCharging", "RemoteTrigger")


async def knows(sut: Sut, key: str, value: str) -> None:
    """The Central System has this value of the charge point's."""
    try:
        known = await sut.variable("", key, value=value)
    except CannotTell as error:
        not_judged(STEP, because=str(error))
    else:
        check(STEP, known == value, expected=f"{key} is {value}", received=known)


async def does_not_believe(sut: Sut, key: str, value: str) -> None:
    """The Central System does not take for set what the charge point refused."""
    try:
        known = await sut.variable("", key, once=True)
    except CannotTell as error:
        not_judged(STEP, because=str(error))
    else:
        check(STEP, known != value, expected=f"{key} is not {value}", received=known)


async def change(station: Station, sut: Sut, key: str, value: str, *, status: str) -> tuple[str, str]:
    """The operator has a key set, the charge point answers with `status`; returns key and value as they came."""
    station.answer("ChangeConfiguration", status=status)
    request = await asked(station, sut, "ChangeConfiguration", key=key, value=value)
    return str(request.key), str(request.value)


@case("TC_019_1_CSMS")
async def test_all_keys(station, sut):
    """An operator who wants to see all settings misses some, and takes the charge point for what it is not."""
    await given(booted, station, sut)
    fresh = {key: str(sut.number(1000, 9000)) for key in ("AAFresh", "HeartbeatInterval", "ZZFresh")}
    values = {key: item.value for key, item in CONFIGURATION_1_6.items() if item.access != "WriteOnly"} | fresh
    readonly = {key for key, item in CONFIGURATION_1_6.items() if item.access == "ReadOnly"}
    entries = [{"key": key, "readonly": key in readonly, "value": value} for key, value in sorted(values.items())]
    station.answer("GetConfiguration", configurationKey=entries)

    with step("The operator asks for all configuration keys"):
        request = await asked(station, sut, "GetConfiguration")
        check("1.6 §5.8 all", not request.key, expected="no key, or an empty list", received=dict(request.payload))

    with step("The Central System has the values"):
        for key, value in fresh.items():
            await knows(sut, key, value)


@case("TC_019_2_CSMS")
async def test_one_key(station, sut):
    """An operator who wants to know one setting gets that one, and the Central System knows it from then on."""
    await given(booted, station, sut)
    value = ",".join(["Core", *sut.rng.sample(PROFILES, 3)])
    station.answer("GetConfiguration", configurationKey=[{"key": KEY, "readonly": True, "value": value}])

    with step("The operator asks for one configuration key"):
        request = await asked(station, sut, "GetConfiguration", key=[KEY])
        check_fields("1.6 §5.8", request, {"key": [KEY]})

    with step("The Central System has the value"):
        await knows(sut, KEY, value)


@case("TC_021_CSMS")
async def test_change(station, sut):
    """A setting that arrives changed makes a charge point measure or report otherwise than the operator believes."""
    await given(booted, station, sut)

    with step("The operator has the interval of meter values set to a minute, and the charge point takes it"):
        key, value = await change(station, sut, INTERVAL, "60", status="Accepted")
        check("1.6 §5.3 key", key == INTERVAL, expected=f"key {INTERVAL}", received=key)
        check("1.6 §5.3 key", value == "60", expected="value 60", received=value)

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


@case("TC_040_1_CSMS")
async def test_unknown_key(station, sut):
    """Not every charge point has every key; an operator must not be made to believe that it was set."""
    await given(booted, station, sut)

    with step("The operator has a key set that the charge point does not have"):
        key, value = await change(station, sut, f"Proof{sut.text(8)}", sut.text(8), status="NotSupported")

    with step("The Central System goes on, and does not believe in it"):
        await check_still_serving(station, sut)
        await does_not_believe(sut, key, value)


@case("TC_040_2_CSMS")
async def test_impossible_value(station, sut):
    """A value that the charge point refuses is not set, and an operator must not be made to believe that it is."""
    await given(booted, station, sut)

    with step("The operator has an interval set that is no interval, and the charge point refuses"):
        key, value = await change(station, sut, INTERVAL, "-1", status="Rejected")
        check("1.6 §5.3 key", key == INTERVAL, expected=f"key {INTERVAL}", received=key)
        check("1.6 §5.3 key", value == "-1", expected="value -1", received=value)

    with step("The Central System goes on, and does not believe in it"):
        await check_still_serving(station, sut)
        await does_not_believe(sut, key, value)
