"""Cases that run ahead in front of a CSMS: which begin first, and that each result is kept as soon as it is there."""

import asyncio
import json
import signal
import sys
import textwrap
from pathlib import Path

import pytest
from ocpp_proof.run.slots import Slots

sys.path.insert(0, str(Path(__file__).parent))
from pytest_runs import here, of_files, process


async def occupy(slots, name, began, until, *, alone=False):
    async with slots.one(alone=alone):
        began.append(name)
        await until.wait()


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_places_go_in_the_order_of_asking_and_who_is_alone_comes_first():
    slots, began, over = Slots(2), [], {name: asyncio.Event() for name in "abcde"}
    tasks = [asyncio.create_task(occupy(slots, name, began, over[name])) for name in "abc"]
    await settle()
    tasks += [asyncio.create_task(occupy(slots, "d", began, over["d"], alone=True))]
    tasks += [asyncio.create_task(occupy(slots, "e", began, over["e"]))]
    await settle()
    assert began == ["a", "b"]
    over["a"].set()
    await settle()
    assert began == ["a", "b"]  # d waits for b as well, and c for d
    over["b"].set()
    await settle()
    assert began == ["a", "b", "d"]
    over["d"].set()
    await settle()
    assert began == ["a", "b", "d", "c", "e"]
    over["c"].set()
    over["e"].set()
    await asyncio.gather(*tasks)


@pytest.mark.asyncio
async def test_fewer_places_held_back_and_one_that_is_given_up():
    slots, began, over = Slots(3), [], asyncio.Event()
    slots.hold()
    tasks = [asyncio.create_task(occupy(slots, n, began, over)) for n in range(4)]
    await settle()
    assert began == []
    tasks[0].cancel()
    slots.lower(2)
    slots.go_on()
    await settle()
    assert began == [1, 2]
    over.set()
    await asyncio.gather(*tasks[1:])
    assert began == [1, 2, 3]
    slots.lower(0)
    async with asyncio.timeout(1), slots.one(alone=True):
        assert slots.count == 1


def run(tmp_path, cases, *arguments, where=here):
    (tmp_path / "test_them.py").write_text(textwrap.dedent(cases))
    return where(of_files(*arguments), tmp_path)


KILLED = """
    import os, signal, threading
    from ocpp_proof import case, check
    from ocpp_proof.run.terminal_output import TerminalOutput

    SHOWN, show = threading.Event(), TerminalOutput.case

    def case_shown(live, result):
        show(live, result)
        SHOWN.set()

    TerminalOutput.case = case_shown

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="waits until the other is shown, and is cut off")
    async def test_first(station):
        await station.connect(requirement="known station")
        while not SHOWN.is_set():
            await station.attempt("Heartbeat")
        os.kill(os.getpid(), signal.SIGKILL)

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="ends first")
    async def test_second(station):
        check("survival", True, expected="it ends before the one that pytest waits for", received="yes")
"""


def test_what_has_ended_is_kept_and_shown_before_its_turn(tmp_path):
    done = run(tmp_path, KILLED, "--ocpp-live", where=process)
    assert done.returncode == -signal.SIGKILL
    [result] = tmp_path.glob("out/*/cases/*/result.json")
    assert json.loads(result.read_text())["verdict"] == "pass"
    assert "1/2 X_TEST_02" in done.stdout


ORDER = """
    from ocpp_proof import case, check

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="disturbs", disruptive=True)
    async def test_one(station):
        print("began: disturbs")
        check("survival", True, expected="it ran", received="yes")

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="ours")
    async def test_two(station):
        print("began: ours")
        check("survival", True, expected="it ran", received="yes")

    @case("TC_C_06_CSMS")
    async def test_three(station):
        print("began: official")
        check("survival", True, expected="it ran", received="yes")
"""


def test_official_cases_begin_first_and_what_disturbs_last(tmp_path):
    done = run(tmp_path, ORDER, "-s")
    began = [line for line in done.stdout.splitlines() if "began: " in line]
    assert [line.rpartition("began: ")[2] for line in began] == ["official", "ours", "disturbs"]
    assert done.returncode == 0, done.stdout


CONFIRMED = """
    from ocpp_proof import case, check

    TIMES = []

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="fails once")
    async def test_once(station):
        TIMES.append(1)
        check("survival", len(TIMES) > 1, expected="a second time", received=len(TIMES))

    @case("X_TEST_02", ocpp=("2.0.1",), sut="csms", title="fails always")
    async def test_always(station):
        check("survival", False, expected="no", received="yes")
"""


def test_a_failure_is_confirmed_before_it_is_kept(tmp_path):
    done = run(tmp_path, CONFIRMED, "--ocpp-confirm")
    assert done.returncode == 1
    reasons = {
        data["id"]: data["reason"]
        for data in (json.loads(path.read_text()) for path in tmp_path.glob("out/*/cases/*/result.json"))
    }
    assert "confirmation: was pass the second time" in reasons["X_TEST_01"]
    assert "confirmation: failed again" in reasons["X_TEST_02"]


UNCONFIRMED = """
    import os, signal
    from ocpp_proof import case, check

    TIMES = []

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="fails, and is cut off the second time")
    async def test_cut(station):
        TIMES.append(1)
        if len(TIMES) > 1:
            await station.connect(requirement="known station")
            os.kill(os.getpid(), signal.SIGTERM)
            await station.expect("Reset", within=20)
        check("survival", False, expected="no", received="yes")
"""


def test_a_failure_that_was_to_be_confirmed_is_kept_when_the_run_is_interrupted(tmp_path):
    done = run(tmp_path, UNCONFIRMED, "--ocpp-confirm", where=process)
    assert done.returncode == 2
    [result] = tmp_path.glob("out/*/cases/*/result.json")
    told = json.loads(result.read_text())
    assert told["verdict"] == "fail"
    assert told["reason"].endswith("confirmation: it did not come to its end")


BROKEN = """
    from ocpp_proof import case, check

    @case("X_TEST_01", ocpp=("2.0.1",), sut="csms", title="breaks the harness")
    async def test_breaks(station):
        check("survival", True, expected="it ran", received="yes")
        station.accepted.settled = None
"""


def test_a_case_in_which_the_harness_breaks_is_in_the_evidence(tmp_path):
    done = run(tmp_path, BROKEN)
    assert done.returncode == 1
    [settled] = tmp_path.glob("out/*/run.json")
    told = json.loads(settled.read_text())
    assert told["verdict"] == "inconclusive"
    [result] = told["cases"]
    assert result["reason"] == "The harness itself stopped: TypeError: 'NoneType' object is not callable"
