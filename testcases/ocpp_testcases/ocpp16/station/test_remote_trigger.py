"""2.21 Remote trigger."""

from typing import Any

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.idle import idle


async def trigger(csms: Csms, requestedMessage: str, *, allowed: tuple[str, ...] = ("Accepted",), **fields: Any) -> str:
    """The Central System asks for a message: judge the status in the answer, and return it.

    A message of this kind that came before is not taken for it.
    """
    csms.match_from_now_on()
    answer = await csms.call("TriggerMessage", requestedMessage=requestedMessage, **fields)
    check_fields("1.6 §5.17 trigger", answer, {"status": allowed})
    return str(answer.status)


async def expect_triggered(csms: Csms, requestedMessage: str, *, status: str = "", **fields: Any) -> Message:
    """The message that was asked for comes, with the `status` that holds now."""
    message = await csms.expect(requestedMessage, requirement="1.6 §5.17 trigger", **fields)
    if status:
        check_fields("1.6 §5.17 now", message, {"status": status})
    return message


async def trigger_and_expect(csms: Csms, requestedMessage: str, what: str, *, status: str = "", **fields: Any) -> None:
    """One step: the Central System asks for a message (`what`), and it comes."""
    with step(f"The Central System asks {what}"):
        await trigger(csms, requestedMessage, **fields)
        await expect_triggered(csms, requestedMessage, status=status, **fields)


@case("TC_054_CS")
async def test_trigger(csms, sut):
    """An operator who doubts what a charge point does can ask for its last word."""
    await given(idle, csms, sut)
    here = sut.connectorId
    await trigger_and_expect(csms, "MeterValues", "for the meter of a connector", connectorId=here)
    await trigger_and_expect(csms, "Heartbeat", "for a heartbeat")
    await trigger_and_expect(
        csms, "StatusNotification", "for the status of a connector", status="Available", connectorId=here
    )
    await trigger_and_expect(
        csms, "DiagnosticsStatusNotification", "how the upload of diagnostics stands", status="Idle"
    )

    with step("The Central System asks how the firmware update stands"):
        status = await trigger(csms, "FirmwareStatusNotification", allowed=("Accepted", "NotImplemented"))
        if status == "Accepted":
            await expect_triggered(csms, "FirmwareStatusNotification", status="Idle")


@case("TC_055_CS")
async def test_trigger_rejected(csms, sut):
    """A meter that does not exist must not seem to have been read."""
    unknown = await given(connectors, csms, sut) + 1

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
        await csms.expect_none(
            "MeterValues", requirement="1.6 §5.17 reject", within=csms.timing.transaction, connectorId=unknown
        )
