"""G01 - Report the state of a connector."""

from ocpp_proof import STEP, case, given, on_undo, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector


@case("TC_G_01_CSMS")
async def test_status_notification(station, sut):
    """A CSMS that no longer takes the message of older stations shows their connectors as what they once were."""
    # no edition of Part 6 prints a table: the messages are those of the list, and of G01's alternative scenario
    await given(booted_with, station, sut, TxStartPoint="Authorized")  # of a cable alone no transaction comes
    here = {"evseId": sut.evseId, "connectorId": sut.connectorId}
    on_undo("The connector is free", lambda: report_connector(station, "Available", **here))
    for status in ("Occupied", "Faulted", "Unavailable", "Available"):
        with step(f"The station reports a connector as {status}"):
            await station.call("StatusNotification", requirement=STEP, timestamp=now(), connectorStatus=status, **here)
