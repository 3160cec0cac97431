"""3.12 Sessions without a connection."""

from functools import partial

from ocpp_proof import case, check_fields, given, on_undo, step

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.records import recorded
from ocpp_testcases.ocpp16.csms.states.charging_session import (
    ended,
    recorded_start,
    refused_start,
    second_session,
    start,
    stop,
)
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report
from ocpp_testcases.ocpp16.csms.states.connection import reconnected


@case("TC_037_1_CSMS")
async def test_started_offline(station, sut):
    """A session that began without a connection is not billed, or not from its beginning."""
    await given(booted, station, sut)
    started = now(seconds=-600)
    await given(reconnected, station)

    with step("The charge point tells of a transaction that started while it was offline"):
        tx = await start(station, sut, timestamp=started)
        await report(station, tx.connectorId, "Charging")
        await recorded(sut, tx, active=True)
        await recorded_start(sut, tx, started)

    with step("Another driver starts at the other connector"):
        await second_session(station, sut, tx)


@case("TC_037_3_CSMS")
async def test_started_offline_with_unknown_token(station, sut):
    """A charge point that let somebody charge offline has to hear that nobody will pay for it."""
    await given(booted, station, sut)
    await given(reconnected, station)
    here = sut.connectorId
    on_undo("The connector is free again", partial(report, station, here, "Available"))

    with step("The charge point tells of a transaction that started offline, with a token that nobody knows"):
        tx = await refused_start(station, sut, sut.tokens.invalid, timestamp=now(seconds=-600), status="Invalid")
        await report(station, here, "Charging")

    with step("It stops the transaction"):
        await ended(sut, tx, "DeAuthorized")
        await report(station, here, "Finishing")

    with step("It tells of one whose token is known"):
        await start(station, sut, connectorId=2 if here == 1 else 1, timestamp=now(seconds=-300))


@case("TC_039_CSMS")
async def test_offline_transaction(station, sut):
    """What was charged without a connection is lost to billing when the Central System does not take it afterwards."""
    await given(booted, station, sut)
    started, stopped = now(seconds=-600), now(seconds=-60)
    await given(reconnected, station)

    with step("The charge point tells of a transaction that started while it was offline"):
        tx = await start(station, sut, timestamp=started)

    with step("The charge point tells that it stopped"):
        answer = await stop(tx, timestamp=stopped)
        check_fields("1.6 §4.10", answer, {"idTagInfo.status": ("Accepted", None)})
        await recorded(sut, tx, active=False)
        await recorded_start(sut, tx, started)

    with step("The charge point tells of one whose token it took without asking, and that nobody knows"):
        other = await refused_start(station, sut, sut.tokens.invalid, timestamp=stopped)
        await stop(other, reason="DeAuthorized")
