"""A station loses its connection in the middle of something: nothing is lost, nothing is told twice."""

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.answers import Silence
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.triggered_messages import in_vain_text

from ocpp_testcases.common.clock import now
from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.network_faults import LOST, cut_off, end_connection, expect_reconnected
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.restart import expect_restart
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import frequent_meter_values, retrying
from ocpp_testcases.edge.states.sut_calls import expect_triggers
from ocpp_testcases.edge.states.transaction_log import DELIVERY, TransactionLog, authorized_before_plug_in
from ocpp_testcases.ocpp2.station.states import b_provisioning

MOMENTS = {
    "start, before it is sent": ("start", "before"),
    "sample, before its answer": ("sample", "unanswered"),
    "sample, after its answer": ("sample", "answered"),
    "stop, before its answer": ("stop", "unanswered"),
    "stop, after its answer": ("stop", "answered"),
}


def message_of(sut, what):
    """Action and fields of the message that a moment of a transaction is told with."""
    if what != "sample":
        return transaction_message(sut.ocpp, ended=what == "stop")
    return ("MeterValues", {}) if sut.ocpp == "1.6" else ("TransactionEvent", {"triggerReason": "MeterValuePeriodic"})


@case(
    "X_NET_04_CS",
    ocpp=ALL,
    sut="station",
    title="Connection lost at a bad moment of a transaction",
    disruptive=True,
)
@pytest.mark.parametrize(("what", "when"), list(MOMENTS.values()), ids=list(MOMENTS))
async def test_transaction_survives(csms, sut, what, when):
    """Whatever a station forgets or doubles when its connection breaks ends up in somebody's bill."""
    await given(sessions_shown, csms, sut)
    session, log = StartedSession(csms, sut), TransactionLog(csms, sut)
    action, fields = message_of(sut, what)
    cut: int | None = None
    interval = await given(retrying, csms, sut, once=when == "answered")
    if what == "sample":
        await given(frequent_meter_values, csms, sut)
    if what == "start":
        with step("The driver presents the token; then the connection is lost, and the cable is plugged in at once"):
            await sut.present_token(session.token)
            await csms.wait_until_quiet()
            cut = csms.next_index
            if csms.received(action, **fields):  # 2.x: TxStartPoint Authorized; what the plug brings is cut off then
                if sut.ocpp == "1.6":
                    raise Inconclusive("the charge point starts a transaction before the cable is plugged in")
                fields = {}
            async with cut_off(csms):  # at once: the authorization ends when no cable comes (E03, 1.6 9.1)
                await session.plug_in()
    else:
        unanswered = csms.answer(action, Silence(), where=fields) if when == "unanswered" else None
        with step(f"A transaction runs; the connection is lost at the moment: {what}, {when}"):
            await authorized_before_plug_in(csms, session)
            start, started_with = transaction_message(sut.ocpp)
            await csms.expect(start, requirement="session reported", **started_with)
            if what == "stop":
                await session.stop()
            within = sut.short_interval + csms.timing.event
            if what == "stop":
                await csms.expect(action, requirement="session reported", within=within, **fields)
            elif await csms.expect_optional(action, within=within, **fields) is None:
                raise Inconclusive(f"the station takes no sample although it was set to: {action} {fields}")
            if unanswered is None:
                await log.mark_answers_received()
            else:
                csms.remove(unanswered)
            number = len(csms.connections)
            csms.drop()
        with step("The station comes back"):
            await expect_reconnected(csms, number)
    with step("Everything has been told, and nothing twice"):
        if when != "answered":
            requirement = by_version({"1.6": DELIVERY, "2": "E13.FR.02"})
            within = 2 * interval + csms.timing.long
            await csms.expect(action, requirement=requirement, within=within, since=cut, **fields)
            await csms.wait_until_quiet()
        else:
            await log.wait_for_repetitions(csms.timing.quiet + min(2 * interval, csms.timing.long))
        log.check()


async def ask(csms, sut, what):
    """The request of the CSMS whose answer gets lost, and what to send to end what it began (None: nothing)."""
    v16 = sut.ocpp == "1.6"
    if what == "trigger":
        if v16 and not sut.claims("remote trigger"):
            raise NotApplicable("the charge point does not claim remote trigger")
        return "TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}
    if what == "remote start":
        if v16:
            return "RemoteStartTransaction", {"connectorId": sut.connectorId, "idTag": sut.tokens.valid.idToken}
        fields = {"evseId": sut.evseId, "remoteStartId": sut.number(), "idToken": sut.tokens.valid.payload}
        return "RequestStartTransaction", fields
    if not sut.claims("reservation or R-1"):
        raise NotApplicable("the station does not claim reservation")
    if v16:
        fields = {"connectorId": sut.connectorId, "idTag": sut.tokens.valid.idToken, "reservationId": sut.number()}
        return "ReserveNow", {**fields, "expiryDate": now(seconds=3600)}
    await b_provisioning.configured(csms, {"ReservationCtrlr.Enabled": "true"}, if_implemented=True)
    fields = {"id": sut.number(), "evseId": sut.evseId, "idToken": sut.tokens.valid.payload}
    return "ReserveNow", {**fields, "expiryDateTime": now(seconds=3600)}


async def cancelled(csms: Csms, number: int) -> str:
    """Cancel the reservation; returns the status."""
    answer = await csms.attempt("CancelReservation", reservationId=number)
    return str(answer.status or answer.error)


@case(
    "X_NET_05_CS",
    ocpp=ALL,
    sut="station",
    title="Connection lost while the station is asked for something",
    disruptive=True,
)
@pytest.mark.parametrize("what", ["remote start", "trigger", "reservation"])
async def test_request_cut_off(csms, sut, what):
    """A station that is stuck in a request of a connection that is gone can no longer be operated."""
    await given(sessions_shown, csms, sut)
    await given(retrying, csms, sut, once=what != "remote start")
    action, fields = await given(ask, csms, sut, what)
    session, log = StartedSession(csms, sut), TransactionLog(csms, sut)
    start, started_with = transaction_message(sut.ocpp)
    if what == "remote start":
        await session.plug_in()
        await csms.wait_until_quiet()
    kept = fields.get("reservationId" if sut.ocpp == "1.6" else "id")
    if what == "reservation":
        on_undo("Cancel the reservation", lambda: cancelled(csms, kept))
    number = len(csms.connections)
    with step(f"{action} arrives together with the end of the connection, and the station comes back"):
        csms.send_unanswered(action, fields)
        end_connection(csms, "half-close")
        await expect_reconnected(csms, number)
    with step(f"{action} is asked for again, and answered"):
        begun = await csms.expect_optional(start, **started_with) if what == "remote start" else None
        if begun is None:
            answer = await csms.attempt(action, **fields)
            if answer.error in ("NotImplemented", "NotSupported"):
                raise NotApplicable(f"the station has no {action}, which official cases are about")
            check("OCPP-J 4.2.2", answer.error is None, expected="an answer", received=answer.error or dict(answer))
            if answer.error is None and answer.status != "Accepted" and what == "reservation":
                raise Inconclusive(f"the station does not take the reservation ({answer.status})")
    number = len(csms.connections)
    match what:
        case "remote start":
            with step("One transaction has started"):
                begun = begun or await csms.expect_optional(start, within=csms.timing.event, **started_with)
                if begun is None and answer.status != "Accepted":
                    raise Inconclusive(f"the station does not start a transaction remotely ({answer.status})")
                requirement = by_version({"1.6": "1.6 §5.11 start", "2": "remote start accepted"})
                told = "as expected" if begun else "nothing"
                check(requirement, begun is not None, expected="a transaction that starts", received=told)
                await csms.wait_until_quiet()
                log.check()
        case "trigger":
            expect_triggers(csms, "FirmwareStatusNotification")
            with step("The connection is lost before FirmwareStatusNotification is answered, which does no harm"):
                csms.answer("FirmwareStatusNotification", Silence(), times=1)
                told = await csms.attempt(action, **fields)
                if told.error is not None or told.status != "Accepted":
                    raise NotApplicable(f"the station does not do so: {told.error or told.status}")
                if await csms.expect_optional("FirmwareStatusNotification", within=csms.timing.event) is None:
                    raise Inconclusive(in_vain_text("FirmwareStatusNotification"))
                csms.drop()
                await expect_reconnected(csms, number)
        case _:
            with step("The connection is lost once more, and the reservation is still there"):
                csms.drop()
                await expect_reconnected(csms, number)
                status = await cancelled(csms, kept)
                requirement = by_version({"1.6": "1.6 reservation kept", "2": "B01.FR.13"})
                check(requirement, status == "Accepted", expected="the reservation to be cancelled", received=status)


@case("X_NET_06_CS", ocpp=ALL, sut="station", title="Connection lost while the station boots", disruptive=True)
async def test_boot_cut_off(csms, sut):
    """A station that takes itself for accepted without an answer is one that the CSMS does not know."""
    number = len(csms.connections)
    with step("The station is reset, and the connection is lost before BootNotification is answered"):
        unanswered = csms.answer("BootNotification", Silence())
        answer = await csms.attempt("Reset", type="Hard" if sut.ocpp == "1.6" else "Immediate")
        if answer.error in ("NotImplemented", "NotSupported"):
            raise NotApplicable("the station cannot be reset, which official cases are about")
        await expect_restart(csms, answer)
        csms.remove(unanswered)
        number = len(csms.connections)
        csms.drop()
    with step("The station comes back and sends it again"):
        await csms.expect_reconnected(connections=number, requirement=LOST)
        await csms.boot(requirement="OCPP-J boot again")
        await csms.wait_until_quiet()
        await expect_probe_answered(csms)
    with step("The connection is lost after the answer: no further boot"):
        csms.drop()
        await expect_reconnected(csms, number + 1)
        await csms.expect_none("BootNotification", requirement="OCPP-J no boot")
