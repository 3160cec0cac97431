"""2.21 Remote trigger."""

from typing import Any

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

from ocpp_testcases.ocpp16.station.states.configuration import connectors

ACCEPTED = ("Accepted",)
NOW = "1.6 §5.17 now"


async def trigger(csms: Csms, requestedMessage: str, *, allowed: tuple[str, ...] = ACCEPTED, **fields: Any) -> str:
    """Ask for a message; judges and returns the status."""
    csms.match_from_now_on()
    answer = await csms.call("TriggerMessage", requestedMessage=requestedMessage, **fields)
    check_fields("1.6 §5.17 trigger", answer, {"status": allowed})
    return str(answer.status)


async def triggered(csms: Csms, requestedMessage: str, *, status: str = "", **fields: Any) -> Message:
    """The message that was asked for, with the `status` that holds."""
    message = await csms.expect(requestedMessage, requirement="1.6 §5.17 trigger", **fields)
    if status:
        check_fields(NOW, message, {"status": status})
    return message


@case("TC_054_CS")
async def test_trigger(csms, sut):
    """An operator who doubts what a charge point does can ask for its last word."""
    here = sut.connectorId

    with step("The Central System asks for the meter of a connector"):
        await trigger(csms, "MeterValues", connectorId=here)
        await triggered(csms, "MeterValues", connectorId=here)

    with step("The Central System asks for a heartbeat"):
        await trigger(csms, "Heartbeat")
        await triggered(csms, "Heartbeat")

    with step("The Central System asks for the status of a connector"):
        await trigger(csms, "StatusNotification", connectorId=here)
        await triggered(csms, "StatusNotification", connectorId=here, status="Available")

    with step("The Central System asks how the upload of diagnostics stands"):
        await trigger(csms, "DiagnosticsStatusNotification")
        await triggered(csms, "DiagnosticsStatusNotification", status="Idle")

    with step("The Central System asks how the firmware update stands"):
        status = await trigger(csms, "FirmwareStatusNotification", allowed=("Accepted", "NotImplemented"))
        if status == "Accepted":
            await triggered(csms, "FirmwareStatusNotification", status="Idle")


@case("TC_055_CS")
async def test_trigger_rejected(csms, sut):
    """A meter that does not exist must not seem to have been read."""
    unknown = await given(connectors, csms) + 1

    with step("The Central System asks for the meter of a connector that does not exist"):
        csms.match_from_now_on()
        answer = await csms.attempt("TriggerMessage", requestedMessage="MeterValues", connectorId=unknown)
        check(
            "1.6 §5.17 reject",
            answer.error is not None or answer.status == "Rejected",
            expected="status Rejected or a CALLERROR",
            received=answer.error or dict(answer),
        )

    with step("The charge point sends no values of it"):
        await csms.expect_none("MeterValues", requirement="1.6 §5.17 reject", connectorId=unknown)
