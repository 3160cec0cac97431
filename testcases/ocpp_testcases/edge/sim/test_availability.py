"""The availability is changed while a transaction runs, OCPP 1.6: the change waits for the end."""

import pytest
from ocpp_proof import case, check, check_fields, given, on_undo, step

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status
from ocpp_testcases.ocpp16.station.states.unavailability import reported_back_in_service


@case("X_SIM_12_CS", ocpp=("1.6",), sut="station", title="A connector is taken out of service while it charges")
@pytest.mark.parametrize("what", ["the connector", "the charge point"])
async def test_unavailable_while_charging(csms, sut, what):
    """A technician waits for the driver to leave: a connector that is free for a moment has the next one charging."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    number = sut.connectorId if what == "the connector" else 0
    here = {"connectorId": sut.connectorId}
    with step(f"The Central System takes {what} out of service: it will be when the transaction is over"):
        on_undo("Put it back into service", lambda: reported_back_in_service(csms, number, sut.connectorId))
        answer = await csms.call("ChangeAvailability", connectorId=number, type="Inoperative")
        check_fields("1.6 §5.2 scheduled", answer, {"status": "Scheduled"})
    with step("The transaction goes on"):
        await csms.wait_until_quiet()
        over = [dict(m.payload) for m in csms.received("StopTransaction")]
        check("uninterrupted", not over, expected="no StopTransaction", received=over or "none")
        early = [m.status for m in csms.received("StatusNotification", **here, status="Unavailable")]
        check("1.6 §5.2 scheduled", not early, expected="not Unavailable yet", received=early or "not yet")
    with step("The Central System stops the transaction, and the cable is taken out: the connector is out of service"):
        answer = await tx.request_stop()
        check("1.6 §5.12", answer.status == "Accepted", expected="Accepted", received=answer.error or dict(answer))
        await tx.stopped()
        await tx.unplug()
        await expect_connector_status(csms, "Unavailable", sut.connectorId, requirement="1.6 §5.2")
        await csms.wait_until_quiet()
        told = [m.status for m in csms.received("StatusNotification", **here)]
        check("1.6 §5.2", told[-1] == "Unavailable", expected="Unavailable in the end", received=told)
    await expect_probe_answered(csms)
