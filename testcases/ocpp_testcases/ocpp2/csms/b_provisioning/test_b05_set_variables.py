"""B05 - Set variables."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.b_variables import (
    AUTHORIZE_REMOTE_START,
    OFFLINE_THRESHOLD,
    Variable,
    check_known,
    sets,
)


async def set_and_known(station: Station, sut: Sut, values: dict[Variable, str]) -> None:
    """The operator sets these variables in one request, and the CSMS shows what the station has accepted"""
    with step(f"The CSMS sets {' and '.join(map(str, values))}"):
        data = [variable.named | {"attributeValue": value} for variable, value in values.items()]
        matching = {"setVariableData": sets(values)}
        await asked(station, sut, "SetVariables", setVariableData=data, matching=matching)
    with step("The CSMS knows what was set"):
        for variable, value in values.items():
            await check_known(sut, variable, value)


@case("TC_B_09_CSMS")
async def test_single_value(station, sut):
    """An operator who cannot change a setting has to send somebody to the site."""
    await given(booted, station, sut)
    await set_and_known(station, sut, {OFFLINE_THRESHOLD: str(sut.number(61, 9999))})


@case("TC_B_10_CSMS")
async def test_multiple_values(station, sut):
    """Settings that belong together and of which one is lost leave a station that does neither the old nor the new."""
    await given(booted, station, sut)
    await set_and_known(station, sut, {OFFLINE_THRESHOLD: str(sut.number(61, 9999)), AUTHORIZE_REMOTE_START: "true"})
