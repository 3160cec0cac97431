"""What the harness itself was late with is INCONCLUSIVE, and says so: a loop that is blocked on purpose."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.errors import Inconclusive, NonConformance, PreconditionFailed
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.steps import check, step
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net.waiting import held_up
from ocpp_proof.roles.station import Credentials, Station
from ocpp_reports.model import CaseResult, Verdict
from ocpp_testcases.common.clock import check_time

pytestmark = pytest.mark.asyncio
LIMIT = 0.6


def hold_up(seconds):
    """Keep the loop from running anything, as a busy machine does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def case():
    return CaseRun(CaseResult("X_TEST_01", "late", "2.0.1", 0, "csms", "a CSMS"))


def station(run, *, connected=False):
    made = Station(
        ocpp="2.0.1", timing=Timing(message=LIMIT, event=LIMIT), url="ws://nowhere", credentials=Credentials("A")
    )
    if connected:
        made.connections.append(SimpleNamespace(is_open=True, send_text=lambda text: None))
    made.begin(run)
    return made


async def expected(made):
    await made.expect("Reset", requirement="survival")


async def called(made):
    await made.call("Heartbeat")


async def judged_by_the_case(made):
    came = True
    try:
        await made.wait_until(lambda: False, LIMIT, "a miracle")
    except TimeoutError:
        came = False
    check("survival", came, expected="a miracle", received="none")


@pytest.mark.parametrize("waits", [expected, called, judged_by_the_case])
@pytest.mark.parametrize("late", [0.0, 0.55])
async def test_a_wait_that_ended_while_the_harness_was_late_fails_nobody(waits, late):
    run = case()
    with running(run):
        made = station(run, connected=waits is called)
        error = None
        if late:
            asyncio.get_running_loop().call_later(0.1, hold_up, late)
        try:
            with step("Something is waited for"):
                await waits(made)
        except (NonConformance, Inconclusive) as raised:
            error = raised
        run.settle(error)
    assert run.result.verdict is (Verdict.INCONCLUSIVE if late else Verdict.FAIL)
    assert ("the harness itself was 0." in run.result.reason) == bool(late), run.result.reason
    assert "s late when 0.6 s passed" in run.result.reason or not late


async def test_it_is_of_no_matter_in_another_row():
    run = case()
    with running(run):
        made = station(run)
        with step("The harness is late"):
            asyncio.get_running_loop().call_later(0.1, hold_up, 0.55)
            await made.expect_none("Reset", within=LIMIT, requirement="survival")
        with step("And then it is not"):
            check("survival", False, expected="this", received="that")
        run.settle(None)
    assert run.result.verdict is Verdict.FAIL


async def test_a_state_that_was_not_reached_says_so_too():
    run = case()
    with running(run), pytest.raises(PreconditionFailed, match=r"the harness itself was 0\.\d s late"):
        made = station(run)
        with run.given("Reset"):
            asyncio.get_running_loop().call_later(0.1, hold_up, 0.55)
            await made.expect("Reset", requirement="survival")


@pytest.mark.parametrize(("off", "verdict"), [(2.2, Verdict.INCONCLUSIVE), (30.0, Verdict.FAIL)])
async def test_a_time_that_is_wrong_by_no_more_than_the_harness_was_late(off, verdict):
    run = case()
    before = held_up()
    run.held_up = lambda: held_up() - before
    asyncio.get_running_loop().call_soon(hold_up, 0.4)
    await asyncio.sleep(0.01)
    with running(run):
        with step("The SUT tells the time"):
            sut = SimpleNamespace(value=lambda key, default: default)
            told = (datetime.now(UTC) - timedelta(seconds=off)).isoformat()
            check_time("survival", sut, "currentTime", told, within=2.0)
        run.settle(None)
    assert run.result.verdict is verdict


@pytest.mark.parametrize(
    ("ago", "verdict"), [(-61, Verdict.FAIL), (0, Verdict.PASS), (300, Verdict.PASS), (640, Verdict.FAIL)]
)
async def test_a_time_since_a_request_may_be_any_from_then_on(ago, verdict):
    run = case()
    with running(run):
        with step("The last part of a report comes ten minutes after it was asked for"):
            sut = SimpleNamespace(value=lambda key, default: default)
            asked, told = ((datetime.now(UTC) - timedelta(seconds=s)).isoformat() for s in (570, ago))
            check_time("survival", sut, "generatedAt", told, since=asked)
        run.settle(None)
    assert run.result.verdict is verdict
