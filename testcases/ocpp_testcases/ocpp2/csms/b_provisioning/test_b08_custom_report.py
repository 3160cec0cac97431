"""B08 - Get custom report."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.b_reports import NOT_NEGATIVE, names_state_of, send_report


async def ask(station: Station, sut: Sut, criterion: str) -> Message:
    """The operator asks for the AvailabilityState of an EVSE if it meets a criterion"""
    component = {"name": "EVSE", "evse": {"id": sut.evseId}}
    request = await asked(
        station,
        sut,
        "GetReport",
        componentCriteria=[criterion],
        componentVariable=[{"component": component, "variable": {"name": "AvailabilityState"}}],
        matching={"componentCriteria": [criterion], "componentVariable": names_state_of(sut.evseId)},
    )
    check_fields(STEP, request, {"requestId": NOT_NEGATIVE})
    return request


@case("TC_B_18_CSMS")
async def test_criteria_and_variables(station, sut):
    """Who asks a large site for what has a problem, and is told of everything, does not find it."""
    await given(booted, station, sut)
    with step("The CSMS asks for the state of an EVSE if it has a problem: there is none to report"):
        await ask(station, sut, "Problem")
    with step("The CSMS asks for the state of the EVSE if it is available"):
        request = await ask(station, sut, "Available")
    with step("The station reports it"):
        await send_report(station, request, station.report_data(request))
