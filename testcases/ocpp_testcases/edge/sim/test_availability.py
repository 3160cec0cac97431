"""What an operator asks of a connector while it charges."""

from ocpp_proof import case, check_fields, given, on_undo, step

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.ocpp16.station.states.unavailability import back_in_service

SCHEDULED = "1.6 §5.2 scheduled"


@case("X_SIM_12_CS", ocpp=("1.6",), sut="station", title="A connector is taken out of service while it charges")
async def test_out_of_service_while_charging(csms, sut):
    """A station that forgets it lets the next driver in at what is to be repaired, or throws this one out."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    on_undo("Put the connector back into service", lambda: back_in_service(csms, sut.connectorId))
    with step("The Central System takes the connector out of service: the transaction goes on"):
        answer = await csms.call("ChangeAvailability", connectorId=sut.connectorId, type="Inoperative")
        check_fields(SCHEDULED, answer, {"status": "Scheduled"})
        await csms.expect_none("StopTransaction", requirement=SCHEDULED, transactionId=tx.id)
    with step("The transaction stops, and the driver leaves"):
        answer = await tx.request_stop()
        check_fields("1.6 §5.12", answer, {"status": "Accepted"})
        await tx.stopped()
        await tx.unplug()
    with step("The connector is out of service"):
        here = {"connectorId": sut.connectorId, "status": "Unavailable"}
        await csms.expect("StatusNotification", requirement=SCHEDULED, **here)
    await expect_probe_answered(csms)
