"""CALLs that cross: each side answers while it waits for an answer itself."""

from ocpp_proof import ALL, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.charging_session import StartedSession
from ocpp_testcases.edge.states.concurrent_calls import setting_asked, setting_request
from ocpp_testcases.edge.states.connector_reports import expect_report, holding_reports
from ocpp_testcases.edge.states.operator import requested
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.shown_sessions import sessions_shown


@case("X_SIM_01_CS", ocpp=ALL, sut="station", title="The station answers while its own CALL waits")
async def test_station_answers_while_waiting(csms, sut):
    """A station that does not answer while it waits locks up with a CSMS that does the same."""
    await given(sessions_shown, csms, sut)
    with step("The station reports its connector; the answer to that is kept back"), holding_reports(csms):
        session = StartedSession(csms, sut)
        await session.plug_in()
        await expect_report(csms)
        await expect_probe_answered(csms, requirement="OCPP-J crossing")
    with step("After the answer the conversation goes on"):
        await expect_probe_answered(csms)


@case("X_SIM_01_CSMS", ocpp=ALL, sut="csms", title="The CSMS answers while its own CALL waits")
async def test_csms_answers_while_waiting(station, sut):
    """A CSMS that does not answer while it waits locks up with a station that does the same."""
    await given(booted, station, sut)
    action, payload = setting_request(sut.ocpp, "HeartbeatInterval")
    mine = setting_asked(sut.ocpp, "HeartbeatInterval")
    with step(f"The CSMS sends {action}, whose answer is kept back"), station.holding(action, **mine):
        await requested(station, sut, action, payload, matching=mine)
        await expect_probe_answered(station, requirement="OCPP-J crossing")
    with step("After the answer the conversation goes on"):
        await expect_probe_answered(station)
        check("survival", station.connected, expected="the connection is open", received="open")
