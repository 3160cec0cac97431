"""A station loses its connection in the middle of something: nothing is lost, nothing is told twice."""

from datetime import UTC, datetime, timedelta

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, on_undo, step
from ocpp_proof.roles.answers import Silence
from ocpp_proof.roles.csms import Csms
from ocpp_proof.states import configuration16, variables2
from ocpp_proof.states.account import DELIVERY, Account, authorized_first, charging, moment
from ocpp_proof.states.anyversion import Started, still_answers, transaction_message
from ocpp_proof.states.csms2 import now
from ocpp_proof.states.network import ENDINGS, end_connection, offline_for

LOST = "OCPP-J reconnect"
MOMENTS = {
    "start, before it is sent": ("start", "before"),
    "sample, before its answer": ("sample", "unanswered"),
    "sample, after its answer": ("sample", "answered"),
    "stop, before its answer": ("stop", "unanswered"),
    "stop, after its answer": ("stop", "answered"),
}


async def metered_often(csms, sut):
    """The station takes a sample of a running transaction every few seconds"""
    interval = str(sut.short_interval)
    if sut.ocpp == "1.6":
        await configuration16.configured(csms, {"MeterValueSampleInterval": interval})
        return
    await variables2.configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    await variables2.configured(csms, {"SampledDataCtrlr.TxUpdatedInterval": interval})


def message_of(sut, what):
    """Action and fields of the message that a moment of a transaction is told with."""
    if what != "sample":
        return transaction_message(sut.ocpp, ended=what == "stop")
    return ("MeterValues", {}) if sut.ocpp == "1.6" else ("TransactionEvent", {"triggerReason": "MeterValuePeriodic"})


async def back_again(csms, number):
    """The station has come back by itself."""
    await csms.connected_again(connections=number, requirement=LOST)
    await still_answers(csms)


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
    session, account = Started(csms, sut), Account(csms, sut)
    action, fields = message_of(sut, what)
    if what == "sample":
        await given(metered_often, csms, sut)
    if what == "start":
        with step("The driver presents the token; then the connection is lost, and the cable is plugged in"):
            await sut.present_token(session.token)
            await csms.settled()
            async with offline_for(csms, 0):
                await session.plug_in()
    else:
        unanswered = csms.answer(action, Silence(), where=fields) if when == "unanswered" else None
        with step(f"A transaction runs; the connection is lost at the moment: {what}, {when}"):
            await authorized_first(csms, session)
            start, started_with = transaction_message(sut.ocpp)
            await csms.expect(start, **started_with)
            if what == "stop":
                await session.stop()
            await csms.expect(action, within=sut.short_interval + csms.timing.event, **fields)
            if unanswered is None:
                await account.heard()
            else:
                csms.remove(unanswered)
            number = len(csms.connections)
            csms.drop()
        with step("The station comes back"):
            await back_again(csms, number)
    with step("Everything has been told, and nothing twice"):
        if when != "answered":
            await csms.expect(action, requirement=DELIVERY, within=csms.timing.long, **fields)
        await csms.settled()
        account.check()


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
    await variables2.configured(csms, {"ReservationCtrlr.Enabled": "true"}, if_implemented=True)
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
    action, fields = await ask(csms, sut, what)
    session, account = Started(csms, sut), Account(csms, sut)
    start, started_with = transaction_message(sut.ocpp)
    if what == "remote start":
        await session.plug_in()
    number = len(csms.connections)
    with step(f"{action} arrives together with the end of the connection, and the station comes back"):
        csms.send_unanswered(action, fields)
        csms.connection.half_close()
        await back_again(csms, number)
    with step(f"{action} is asked for again, and answered"):
        begun = await csms.seen(start, **started_with) if what == "remote start" else None
        if begun is None:
            answer = await csms.attempt(action, **fields)
            check("OCPP-J unanswered CALL", answer.error is None, expected="an answer", received=answer.error or answer)
    number = len(csms.connections)
    match what:
        case "remote start":
            with step("One transaction has started"):
                begun = begun or await csms.expect(start, requirement=DELIVERY, **started_with)
                await csms.settled()
                account.check()
        case "trigger":
            with step("The connection is lost before FirmwareStatusNotification is answered, which does no harm"):
                csms.answer("FirmwareStatusNotification", Silence(), times=1)
                await csms.attempt(action, **fields)
                await csms.expect("FirmwareStatusNotification")
                csms.drop()
                await back_again(csms, number)
        case _:
            reservation = fields["reservationId"] if sut.ocpp == "1.6" else fields["id"]
            on_undo("Cancel the reservation", lambda: cancelled(csms, reservation))
            with step("The connection is lost once more, and the reservation is still there"):
                csms.drop()
                await back_again(csms, number)
                status = await cancelled(csms, reservation)
                check(DELIVERY, status == "Accepted", expected="the reservation to be cancelled", received=status)


@case("X_NET_06_CS", ocpp=ALL, sut="station", title="Connection lost while the station boots", disruptive=True)
async def test_boot_cut_off(csms, sut):
    """A station that takes itself for accepted without an answer is one that the CSMS does not know."""
    number = len(csms.connections)
    with step("The station is reset, and the connection is lost before BootNotification is answered"):
        unanswered = csms.answer("BootNotification", Silence())
        await csms.call("Reset", type="Hard" if sut.ocpp == "1.6" else "Immediate")
        await csms.boot()
        csms.remove(unanswered)
        number = len(csms.connections)
        csms.drop()
    with step("The station comes back and sends it again"):
        await csms.connected_again(connections=number, requirement=LOST)
        await csms.boot(requirement="OCPP-J boot again")
        await csms.settled()
        await still_answers(csms)
    with step("The connection is lost after the answer: no further boot"):
        csms.drop()
        await back_again(csms, number + 1)
        await csms.expect_none("BootNotification", requirement="OCPP-J no boot")


@case(
    "X_NET_07_CS",
    ocpp=ALL,
    sut="station",
    title="Twenty lost connections in a row while charging",
    disruptive=True,
    connections=20,
)
async def test_many_losses(csms, sut):
    """A mobile network loses connections all day; a station that gives up after some of them needs a technician."""
    session, _ = await given(charging, csms, sut)
    account = Account(csms, sut)
    for turn in range(20):
        how = ENDINGS[turn % len(ENDINGS)]
        with step(f"The connection ends ({how}), and the station comes back"):
            number = len(csms.connections)
            end_connection(csms, how)
            await back_again(csms, number)
    with step("It has not booted again; the transaction ends and is told"):
        await csms.expect_none("BootNotification", requirement="OCPP-J no boot")
        await session.stop()
        action, fields = transaction_message(sut.ocpp, ended=True)
        await csms.expect(action, requirement=DELIVERY, **fields)
        account.check()


@case("X_NET_08_CS", ocpp=ALL, sut="station", title="A transaction is stopped without a connection", disruptive=True)
@pytest.mark.parametrize("answered", [True, False], ids=["its start answered", "its start never answered"])
async def test_stopped_offline(csms, sut, answered):
    """What ends without a connection is told afterwards: the start before the end, each with its own time."""
    account, session = Account(csms, sut), Started(csms, sut)
    start, started_with = transaction_message(sut.ocpp)
    stop, ended_with = transaction_message(sut.ocpp, ended=True)
    unanswered = None if answered else csms.answer(start, Silence(), where=started_with)
    with step("A transaction starts"):
        await authorized_first(csms, session)
        first = await csms.expect(start, **started_with)
        if unanswered is None:
            await account.heard()
        else:
            csms.remove(unanswered)
    offline = sut.short_interval
    deviation = min(float(sut.value("max_time_deviation", 4.0)), offline / 2)
    with step("The connection is lost; the driver stops; the connection comes back after a while"):
        async with offline_for(csms, offline):
            await session.stop()
            latest = datetime.now(UTC) + timedelta(seconds=deviation)
    with step("The station tells the rest, in order and with the times of the events"):
        again = None
        if not answered:
            again = await csms.expect(start, requirement=DELIVERY, within=csms.timing.long, **started_with)
            same = moment(again) == moment(first)
            check("transaction time", same, expected=first.timestamp, received=again.timestamp)
        end = await csms.expect(stop, requirement=DELIVERY, within=csms.timing.long, **ended_with)
        at_the_time = moment(end) <= latest
        check("transaction time", at_the_time, expected=f"not later than {latest}", received=end.timestamp)
        if sut.ocpp == "1.6":
            number = ((again or first).answer or {}).get("transactionId")
            check("1.6 §4.10 id", end.transactionId == number, expected=number, received=end.transactionId)
            order = again is None or again.index < end.index
            check("1.6 §3.7 order", order, expected="the start before the stop", received="so" if order else "after")
        else:
            check("E12.FR.02", end.offline is True, expected="offline true", received=end.offline)
        await csms.settled()
        account.check()
