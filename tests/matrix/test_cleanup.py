"""What a case did is taken back: over a new connection, when it is interrupted, and later; else the run says so."""

import asyncio
import threading

import pytest
import runner
from ocpp_proof.cases.declaration import case, case_of
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.run import bench as bench_module
from ocpp_proof.run.bench import Bench

pytestmark = pytest.mark.asyncio
DONE = []
BEGUN = threading.Event()
RULES = {"ocpp": ("2.0.1",), "title": "a case of this test"}


@pytest.fixture(autouse=True)
def nothing_done():
    DONE.clear()


async def run(bench, function):
    found = case_of(function)
    result = bench.results.of(found, parameters={}, nodeid="")
    return await bench.run(found, function, function.__ocpp_arguments__, {}, result)


class started:
    """A bench with a reference system of this role."""

    def __init__(self, role):
        self.bench = Bench(runner.config(role), ocpp="2.0.1", security_profile=0)

    async def __aenter__(self):
        await self.bench.start()
        return self.bench

    async def __aexit__(self, *_):
        await self.bench.stop()


async def asked(station):
    DONE.append((await station.call("Heartbeat")).currentTime)


@case("X_CLEANUP_CSMS", sut="csms", **RULES)
async def connection_lost_at_the_end(station):
    await station.connect()
    await station.call("BootNotification", **station.nameplate.boot("2.0.1"))
    on_undo("Ask for the time", lambda: asked(station))
    station.connection.reset()
    await station.connection.closed


async def test_a_csms_is_connected_to_anew():
    async with started("csms") as bench:
        result, error = await run(bench, connection_lost_at_the_end)
        assert error is None, result.reason
        assert len(DONE) == 1
    assert bench.problems == []


@case("X_CLEANUP_CS", sut="station", **RULES)
async def station_cut_off(csms):
    on_undo("Ask for the list's version", lambda: list_version(csms))
    csms.connection.reset()
    await csms.connection.closed


async def list_version(csms):
    DONE.append((await csms.call("GetLocalListVersion")).versionNumber)


async def test_a_station_is_waited_for():
    async with started("station") as bench:
        result, error = await run(bench, station_cut_off)
        assert error is None, result.reason
        assert DONE == [0]
    assert bench.problems == []


@case("X_CLEANUP_WAIT_CS", sut="station", **RULES)
async def endless(csms):
    on_undo("Ask for the list's version", lambda: list_version(csms))
    BEGUN.set()
    await asyncio.Event().wait()


async def test_an_interrupted_case_takes_back_what_it_did():
    async with started("station") as bench:
        task = asyncio.ensure_future(run(bench, endless))
        await asyncio.to_thread(BEGUN.wait, 30)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert DONE == [0]
    assert bench.problems == []


async def at_the_second_time():
    DONE.append("tried")
    if len(DONE) < 2:
        raise ValueError("not now")


@case("X_CLEANUP_LATER_CS", sut="station", **RULES)
async def not_at_once(csms):
    on_undo("Take it back", at_the_second_time)


@case("X_CLEANUP_NEXT_CS", sut="station", **RULES)
async def following(csms):
    assert DONE == ["tried", "tried"], "before the next case"


async def test_what_failed_is_tried_again_before_the_next_case():
    async with started("station") as bench:
        await run(bench, not_at_once)
        _, error = await run(bench, following)
        assert error is None
    assert bench.problems == []


async def test_what_failed_is_tried_again_at_the_end():
    async with started("station") as bench:
        await run(bench, not_at_once)
        await bench.finish()
        assert DONE == ["tried", "tried"]
    assert bench.problems == []


async def never():
    raise ValueError("the SUT refuses")


@case("X_CLEANUP_NEVER_CS", sut="station", **RULES)
async def not_at_all(csms):
    on_undo("Take it back", never)


async def test_what_cannot_be_taken_back_is_told_once():
    async with started("station") as bench:
        await run(bench, not_at_all)
        await bench.finish()
    assert bench.problems == ["X_CLEANUP_NEVER_CS: could not take back: Take it back: the SUT refuses"]


@case("X_CLEANUP_CUT_CS", sut="station", **RULES)
async def endless_undo(csms):
    on_undo("First", never)
    on_undo("Second", asyncio.Event().wait)
    BEGUN.set()
    await asyncio.Event().wait()


async def test_what_an_interrupted_case_has_no_time_for_is_told(monkeypatch):
    monkeypatch.setattr(bench_module, "INTERRUPTED", 0.05)
    BEGUN.clear()
    async with started("station") as bench:
        task = asyncio.ensure_future(run(bench, endless_undo))
        await asyncio.to_thread(BEGUN.wait, 30)
        task.cancel()
        await asyncio.wait([task])
    assert bench.problems == [
        "X_CLEANUP_CUT_CS: could not take back: Second: the run was interrupted",
        "X_CLEANUP_CUT_CS: could not take back: First: the run was interrupted",
    ]


async def test_what_never_works_holds_up_one_case_and_no_more():
    tries = []

    async def again():
        tries.append("tried")
        raise ValueError("the SUT refuses")

    @case("X_CLEANUP_OFTEN_CS", sut="station", **RULES)
    async def refused(csms):
        on_undo("Take it back", again)

    @case("X_CLEANUP_OTHER_CS", sut="station", **RULES)
    async def other(csms):
        pass

    async with started("station") as bench:
        await run(bench, refused)
        for _ in range(3):
            await run(bench, other)
        assert len(tries) == 2
        await bench.finish()
        assert len(tries) == 3


@case("X_CLEANUP_CHARGING_CS", ocpp=("1.6", "2.0.1"), sut="station", title="a case of this test")
async def leaves_a_transaction(csms, sut):
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    if sut.ocpp == "1.6":
        await csms.expect("StartTransaction", requirement="OCPP-J answer")
    else:
        await csms.expect("TransactionEvent", requirement="OCPP-J answer", transactionInfo__chargingState="Charging")


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
async def test_no_case_begins_with_the_transaction_of_another(ocpp):
    bench = Bench(runner.config("station"), ocpp=ocpp, security_profile=0)
    await bench.start()
    try:
        result, error = await run(bench, leaves_a_transaction)
        assert error is None, result.reason
        assert not bench.csms.transactions.open
        ended = [r.data for r in result.wire if r.direction == "in" and r.kind == "text"]
        wanted = "StopTransaction" if ocpp == "1.6" else '"eventType":"Ended"'
        assert any(wanted in text for text in ended)
    finally:
        await bench.stop()
    assert bench.problems == []


@case("X_CLEANUP_CHARGES_CS", sut="station", **RULES)
async def charges_without_end(csms, sut):
    await leaves_a_transaction(csms, sut)
    BEGUN.set()
    await asyncio.Event().wait()


@pytest.mark.parametrize("seconds", [5.0, 0.0])
async def test_the_transaction_of_an_interrupted_case_is_stopped_or_told(monkeypatch, seconds):
    monkeypatch.setattr(bench_module, "INTERRUPTED", seconds)
    BEGUN.clear()
    known = []  # when it was told which transactions run on: one may have ended since
    async with started("station") as bench:
        told = bench.cleanup.told

        def noted(stuck):
            known.append(set(stuck))
            return told(stuck)

        monkeypatch.setattr(bench.cleanup, "told", noted)
        task = asyncio.ensure_future(run(bench, charges_without_end))
        await asyncio.to_thread(BEGUN.wait, 30)
        task.cancel()
        await asyncio.wait([task])
    [runs_on] = known
    assert not (seconds and runs_on)  # without any time, too, the request to stop it may have gone out
    assert bench.problems == [
        f"X_CLEANUP_CHARGES_CS: the transaction {transaction} runs on: the run was interrupted"
        for transaction in runs_on
    ]
