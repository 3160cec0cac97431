"""2.5 and 2.11 Remote start and stop of a charging session."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp16.station.states.charging_session import (
    attempt_remote_start,
    authorized,
    charging,
    expect_available_after_timeout,
    expect_transaction_started,
    stop_remotely,
    waiting_for_cable,
)
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import plug_in, session


@case("TC_010_CS")
async def test_remote_start_plugged_in(csms, sut):
    """Without remote start neither the app nor the help desk can get a driver going."""
    await given(idle, csms, sut)
    with step("The driver plugs in, and the Central System starts a transaction"):
        await charging(csms, sut)


@case("TC_011_1_CS")
async def test_remote_start_first(csms, sut):
    """Who starts in the app while still looking for the cable must get energy once it is in."""
    await given(idle, csms, sut)
    tx = session(csms, sut)

    with step("The Central System starts a transaction"):
        await authorized(csms, sut, tx, by="remote")

    with step("The driver plugs in: the transaction starts"):
        await plug_in(sut, tx)
        await expect_transaction_started(csms, tx)


@case("TC_011_2_CS")
async def test_remote_start_nobody_plugs_in(csms, sut):
    """A remote start at the wrong connector must not block it for ever."""
    await given(idle, csms, sut)
    tx = await given(waiting_for_cable, csms, sut)

    with step("The Central System starts a transaction"):
        await authorized(csms, sut, tx, by="remote")

    with step("Nobody plugs in: after ConnectionTimeOut the connector is available again"):
        await expect_available_after_timeout(csms, sut, tx)


@case("TC_012_CS")
async def test_remote_stop(csms, sut):
    """A driver who started in the app stops in the app, and would pay for ever."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System stops the transaction"):
        await stop_remotely(csms, tx)


@case("TC_026_CS")
async def test_remote_start_rejected(csms, sut):
    """A second remote start must not end or rename a transaction that somebody else pays for."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System starts another transaction at the same connector"):
        answer = await csms.call("RemoteStartTransaction", connectorId=tx.connectorId, idTag=sut.tokens.second.idToken)
        check_fields("1.6 §5.11 reject", answer, {"status": "Rejected"})
        await csms.expect_none(
            "StartTransaction",
            "StopTransaction",
            requirement="1.6 §5.11 reject",
            within=csms.timing.transaction,
            note="the first transaction goes on",
        )


@case("TC_027_CS")
async def test_remote_start_at_zero(csms, sut):
    """Connector 0 is the charge point: a transaction there can be neither metered nor unplugged."""
    await given(idle, csms, sut)
    tx = session(csms, sut)

    with step("The Central System starts a transaction at connector 0"):
        answer = await attempt_remote_start(csms, tx, connectorId=0)
        check(
            "1.6 §5.11 zero",
            answer.error is not None or answer.status == "Rejected",
            expected="status Rejected or a CALLERROR",
            received=answer.error or dict(answer),
        )


@case("TC_028_CS")
async def test_remote_stop_rejected(csms, sut):
    """A stop that is meant for another transaction must not end the one that runs here."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System stops a transaction that does not exist"):
        unknown = (tx.id or 0) + sut.number(1, 10_000)
        answer = await csms.call("RemoteStopTransaction", transactionId=unknown)
        check_fields("1.6 §5.12 reject", answer, {"status": "Rejected"})
        await csms.expect_none(
            "StopTransaction",
            requirement="1.6 §5.12 reject",
            within=csms.timing.transaction,
            note="this transaction goes on",
        )
