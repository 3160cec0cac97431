"""What comes while a transaction is just beginning: a stop, a reset, a long report."""

from contextlib import nullcontext, suppress

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, given, step
from ocpp_proof.cases.errors import Inconclusive

from ocpp_testcases.common.files import file_server
from ocpp_testcases.edge.states.charging_session import StartedSession
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession, open_transactions
from ocpp_testcases.edge.states.restart import expect_restart
from ocpp_testcases.edge.states.shown_sessions import sessions_shown


@case("X_SIM_06_CS", ocpp=ALL, sut="station", title="A stop right behind the start")
@pytest.mark.parametrize("who", ["the CSMS", "the driver"])
async def test_stop_while_starting(csms, sut, who):
    """A driver who changes his mind at once must not charge on, or have a session that nobody can end."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    if who == "the driver":
        await stopped_by_the_driver(csms, sut, tx)
        return
    with nullcontext() if tx.v16 else csms.holding("TransactionEvent"):
        with step("The CSMS starts a transaction, and the station tells of it when it has what it needs"):
            await tx.have_started()
            await csms.wait_until_quiet()
            await tx.plug_in(settled=False)
            await tx.expect_started(authorized=False)
        with step("The CSMS stops it " + (by_version({"1.6": "right behind its answer", "2": "before it answers"}))):
            answer = await tx.request_stop()
            requirement = by_version({"1.6": "1.6 §5.12", "2": "F03.FR.07"})
            check(requirement, answer.status == "Accepted", expected="Accepted", received=answer.error or dict(answer))
    with step("The transaction stops"):
        await tx.stopped()
    await expect_probe_answered(csms)


async def stopped_by_the_driver(csms, sut, tx):
    """The driver presents the token again while the start of the transaction is not answered."""
    if tx.v16 and not sut.claims("local stop"):
        raise NotApplicable("the charge point does not claim local stop")
    session = StartedSession(csms, sut)
    await sut.present_token(session.token)
    await csms.wait_until_quiet()
    with csms.holding(tx.start_action):
        with step("A transaction starts; the answer to the message that tells so is kept back"):
            await session.plug_in()
            first = await csms.expect(tx.start_action, requirement="session reported")
        with step("The driver stops"):
            await sut.present_token(session.token)
    with step("The transaction stops, under the id that it has in the end"):
        tx.id = first.answer["transactionId"] if tx.v16 else first.at("transactionInfo.transactionId")
        await tx.stopped("StopAuthorized")
    await expect_probe_answered(csms)


@case("X_SIM_07_CS", ocpp=ALL, sut="station", title="A reset while a transaction starts", disruptive=True)
@pytest.mark.parametrize("when", ["right behind the remote start", "before its start is answered"])
async def test_reset_while_starting(csms, sut, when):
    """A transaction that was told and is forgotten over the reset stays open for ever."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    known = when != "right behind the remote start"
    if not known:
        await given(tx.plug_in)
    with csms.holding(tx.start_action) if known else nullcontext():
        with step("The CSMS starts a transaction"):
            await tx.have_started()
            if known:
                await csms.wait_until_quiet()
                await tx.plug_in(settled=False)
                await tx.expect_started(authorized=False)
        with step(f"It resets the station, {when}"):
            answer = await csms.call("Reset", type="Soft" if tx.v16 else "Immediate")
            if known and not tx.v16:  # a transaction is ongoing: no other answer is its to choose
                check("B12.FR.02", answer.status == "Accepted", expected="Accepted", received=dict(answer))
    with step("The station starts again; each transaction of which it told before is over"):
        boot = await expect_restart(csms, answer)
        with suppress(TimeoutError):  # what was not answered is queued, and told when all else was (B12.FR.05)
            await csms.wait_until(
                lambda: not open_transactions(csms, sut.ocpp, before=boot.index), csms.timing.long, "the end of each"
            )
        left = open_transactions(csms, sut.ocpp, before=boot.index)
        requirement = by_version({"1.6": "1.6 §5.14 stop", "2": "B12.FR.04"})
        check(requirement, not left, expected="no transaction open", received=left or "none")
        await expect_probe_answered(csms)


@case("X_SIM_10_CS", ocpp=ALL, sut="station", title="A transaction starts while the station reports at length")
async def test_report_while_starting(csms, sut):
    """A report of a hundred messages takes minutes on a mobile network; meanwhile drivers come."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    if tx.v16:
        await diagnostics_while_starting(csms, sut, tx)
    else:
        await base_report_while_starting(csms, sut, tx)
    await expect_probe_answered(csms)


async def base_report_while_starting(csms, sut, tx):
    """2.x: the report is GetBaseReport's."""
    request = sut.number()
    with step("The CSMS asks for a report; the answer to its first part is kept back"), csms.holding("NotifyReport"):
        answer = await csms.call("GetBaseReport", requestId=request, reportBase="FullInventory")
        check("B07.FR.01", answer.status == "Accepted", expected="Accepted", received=dict(answer))
        part = await csms.expect("NotifyReport", requirement="B07.FR.04", within=csms.timing.long, requestId=request)
        with step("The cable is plugged in, and the CSMS starts a transaction"):
            await tx.plug_in(settled=False)
            await tx.have_started()
    with step("The station tells of the transaction"):
        await tx.expect_started()
    with step("The report comes to its end: no part is missing, and none comes twice"):
        while part.tbc is True:
            part = await csms.expect(
                "NotifyReport", requirement="B07.FR.04", within=csms.timing.long, requestId=request
            )
        numbers = [part.seqNo for part in csms.received("NotifyReport", requestId=request)]
        whole = numbers == list(range(len(numbers)))
        check("B07.FR.10", whole, expected="seqNo 0, 1, 2, …", received=numbers)


async def diagnostics_while_starting(csms, sut, tx):
    """1.6: the report is the upload of diagnostics."""
    if not sut.claims("firmware management"):
        raise NotApplicable("the charge point does not claim firmware management, and so no GetDiagnostics")
    files, address = await file_server(csms, sut)
    folder = f"/diagnostics/{sut.text()}/"
    action = "DiagnosticsStatusNotification"
    with step("The Central System asks for diagnostics; that they are coming is not answered"), csms.holding(action):
        answer = await csms.call("GetDiagnostics", location=f"{address}{folder}")
        if not answer.fileName:
            raise NotApplicable("the charge point has no diagnostics")
        await upload_begun(csms, action, address)
        with step("The cable is plugged in, and the Central System starts a transaction"):
            await tx.plug_in(settled=False)
            await tx.have_started()
    with step("The charge point tells of the transaction"):
        await tx.expect_started()
    with step("The upload comes to its end"):
        over = await csms.expect(
            action, requirement="1.6 §5.9 status", within=csms.timing.long, status=("Uploaded", "UploadFailed")
        )
        if over.status == "UploadFailed":  # by what protocol it can is for the cases about uploads to find out
            raise Inconclusive(f"the charge point cannot upload to {address}")
        brought = [upload.path for upload in files.uploads if upload.path.startswith(folder)]
        check("1.6 §5.9 upload", bool(brought), expected=f"a file under {folder}", received=brought)


async def upload_begun(csms, action, address):
    """Inconclusive where no upload is going on, or none is told of: that is for the cases about uploads to judge."""

    def told():
        return [m.status for m in csms.received(action) if m.status != "Idle"]

    with suppress(TimeoutError):
        await csms.wait_until(told, csms.timing.long, "the charge point to begin its upload")
    if told()[:1] != ["Uploading"]:
        raise Inconclusive(f"no upload to {address} is going on: the charge point told {told() or 'nothing'}")
