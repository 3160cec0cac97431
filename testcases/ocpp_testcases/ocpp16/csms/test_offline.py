"""3.12 Sessions without a connection."""

from functools import partial

from ocpp_proof import case, given, on_undo, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.charging_session import (
    check_recorded_start,
    second_transaction,
    start_refused,
    start_transaction,
    stop_recorded,
    stop_transaction,
)
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import reconnected


@case("TC_037_1_CSMS")
async def test_started_offline(station, sut):
    """A session that began without a connection is not billed, or not from its beginning."""
    await given(booted, station, sut)
    started = now(seconds=-600)
    await given(reconnected, station)

    with step("The charge point tells of a transaction that started while it was offline"):
        tx = await start_transaction(station, sut, timestamp=started)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)
        await check_recorded_start(sut, tx, started)

    with step("Another driver starts at the other connector"):
        await second_transaction(station, sut, tx)


@case("TC_037_3_CSMS")
async def test_started_offline_with_unknown_token(station, sut):
    """A charge point that let somebody charge offline has to hear that nobody will pay for it."""
    await given(booted, station, sut)
    await given(reconnected, station)
    here = sut.connectorId
    on_undo("The connector is free again", partial(report_status, station, here, "Available"))

    with step("The charge point tells of a transaction that started offline, with a token that nobody knows"):
        token, started = sut.tokens.invalid, now(seconds=-600)
        tx = await start_refused(station, sut, token, timestamp=started, status="Invalid", requirement="1.6 §7.2")
        await report_status(station, here, "Charging")

    with step("It stops the transaction"):
        await stop_recorded(sut, tx, "DeAuthorized")
        await report_status(station, here, "Finishing")

    with step("It tells of one whose token is known"):
        await start_transaction(station, sut, connectorId=2 if here == 1 else 1, timestamp=now(seconds=-300))


@case("TC_039_CSMS")
async def test_offline_transaction(station, sut):
    """What was charged without a connection is lost to billing when the Central System does not take it afterwards."""
    await given(booted, station, sut)
    started, stopped = now(seconds=-600), now(seconds=-60)
    await given(reconnected, station)

    with step("The charge point tells of a transaction that started while it was offline"):
        tx = await start_transaction(station, sut, timestamp=started)

    with step("The charge point tells that it stopped"):
        await stop_transaction(tx, timestamp=stopped)
        await check_recorded(sut, tx, active=False)
        await check_recorded_start(sut, tx, started)
