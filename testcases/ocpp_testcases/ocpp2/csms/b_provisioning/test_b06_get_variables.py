"""B06 - Get variables."""

from ocpp_proof import case, check, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.b_variables import (
    AUTHORIZE_REMOTE_START,
    OFFLINE_THRESHOLD,
    Variable,
    asks_for,
    check_known,
    items_per_message,
)

MOST = 4
LIMIT = items_per_message("GetVariables")
FIVE = (
    items_per_message("GetReport"),
    LIMIT,
    Variable("DeviceDataCtrlr", "BytesPerMessage", "GetReport"),
    Variable("DeviceDataCtrlr", "BytesPerMessage", "GetVariables"),
    AUTHORIZE_REMOTE_START,
)


async def read(station: Station, sut: Sut, *variables: Variable) -> None:
    """The operator reads these variables in one request"""
    data = [variable.named for variable in variables]
    matching = {"getVariableData": asks_for(*variables)}
    await asked(station, sut, "GetVariables", getVariableData=data, matching=matching)


@case("TC_B_06_CSMS")
async def test_single_value(station, sut):
    """An operator who cannot read a single setting cannot find out why a station behaves as it does."""
    await given(booted, station, sut)
    value = str(sut.number(61, 9999))
    station.has(str(OFFLINE_THRESHOLD), value)
    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        await read(station, sut, OFFLINE_THRESHOLD)
    with step("The CSMS knows the value that the station told"):
        await check_known(sut, OFFLINE_THRESHOLD, value)


@case("TC_B_07_CSMS")
async def test_multiple_values(station, sut):
    """A CSMS that takes one answer for the other shows settings that no station has."""
    await given(booted, station, sut)
    values = {OFFLINE_THRESHOLD: str(sut.number(61, 9999)), AUTHORIZE_REMOTE_START: "true"}
    for variable, value in values.items():
        station.has(str(variable), value)
    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold and AuthCtrlr.AuthorizeRemoteStart"):
        await read(station, sut, *values)
    with step("The CSMS knows the values that the station told"):
        for variable, value in values.items():
            await check_known(sut, variable, value)


@case("TC_B_08_CSMS")
async def test_limit(station, sut):
    """A request with more variables than a station takes is refused as a whole: the operator reads none of them."""
    station.has(str(LIMIT), str(MOST))
    await given(booted, station, sut)
    await given(read, station, sut, LIMIT)
    with step(f"The operator asks for five variables of a station that takes {MOST} at once"):
        since = station.next_index
        await sut.request("GetVariables", getVariableData=[variable.named for variable in FIVE])
    with step("The CSMS asks for all of them, in requests of as many as the station takes"):
        await station.expect_together(
            "GetVariables", of="getVariableData", wanted={str(one): one.is_in for one in FIVE}, since=since
        )
        for request in station.received("GetVariables"):
            many = len(request.getVariableData)
            if request.index >= since:
                check("B06.FR.05", many <= MOST, expected=f"{MOST} variables or fewer", received=f"{many} in {request}")
