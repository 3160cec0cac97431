"""A driver that does not return: it has a time limit, and one that waits for what the case keeps back is let go on."""

import asyncio
import dataclasses
import re
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof.cases.declaration import case, case_of
from ocpp_proof.cases.errors import DriverError
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.missing_verbs import counted
from ocpp_proof.sut.config import load
from ocpp_proof.sut.drivers import Unsupported, make
from ocpp_proof.sut.sut import Sut
from ocpp_reports.model import CaseResult, StepRecord, Verdict

pytestmark = pytest.mark.asyncio
EXAMPLE = Path(ocpp_fixtures.__file__).parent / "examples" / "reference-station.toml"


class Held:
    """A driver whose verbs return when they are let."""

    name = "held"

    def __init__(self):
        self.may_return = asyncio.Event()
        self.cancelled = False

    async def do(self, job):
        try:
            await self.may_return.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return "done"


def of(driver, *, withholding):
    config = load(EXAMPLE)
    config = dataclasses.replace(config, timing=dataclasses.replace(config.timing, quiet=0.05, driver=0.2))
    return Sut(
        config,
        ocpp="1.6",
        security_profile=0,
        identity="CS",
        drivers=[driver],
        seed="1",
        case="TC_1",
        withholding=lambda: withholding,
    )


def a_run():
    return CaseRun(CaseResult("TC_1", "t", "1.6", 0, "station", "s", scenario=StepRecord("scenario", kind="root")))


async def test_a_verb_ends_at_its_time_limit():
    driver = Held()
    with running(a_run()) as run:
        with pytest.raises(DriverError, match=r"plug_in \(held\): it did not end within 0.2 s .values.driver_timeout"):
            await of(driver, withholding=False).plug_in()
        assert run.waits_for is None
    await asyncio.sleep(0)
    assert driver.cancelled


async def test_an_api_that_answers_when_the_csms_has_is_no_deadlock():
    driver = Held()
    sut = of(driver, withholding=True)
    with running(a_run()) as run:
        assert await sut.do("plug_in") is None
    assert any("goes on" in str(record.data) for record in run.result.wire)
    assert not driver.cancelled
    driver.may_return.set()
    await asyncio.sleep(0)
    sut.close()
    await asyncio.sleep(0)
    assert not driver.cancelled


async def test_a_person_is_waited_for_also_while_an_answer_is_kept_back():
    driver = Held()
    driver.name = "manual"
    with running(a_run()):
        asked = asyncio.ensure_future(of(driver, withholding=True).plug_in())
        await asyncio.wait({asked}, timeout=0.3)
        assert not asked.done()
        driver.may_return.set()
        await asked


@pytest.mark.parametrize(
    ("verb", "after", "slow"), [("plug_in", 0.3, True), ("plug_in", 0.0, False), ("power_cycle", 0.3, False)]
)
async def test_a_person_who_took_longer_than_a_driver_may_is_remembered(verb, after, slow):
    """A station waits for a cable, but not for being switched off."""
    driver = Held()
    driver.name = "manual"
    asyncio.get_running_loop().call_later(after, driver.may_return.set)
    with running(a_run()) as run:
        await of(driver, withholding=False).do(verb)
    assert (run.slow_person is not None) is slow
    assert not slow or "s for plug_in, and the SUT may have given up waiting" in run.slow_person[1]


async def test_what_a_person_does_is_recorded_with_how_it_was_seen():
    driver = Held()
    driver.name = "manual"
    driver.may_return.set()
    with running(a_run()) as run:
        await of(driver, withholding=False).do("plug_in")
    assert [record.data for record in run.result.wire if record.kind == "driver"][-1:] == [
        "manual answers the SUT has reacted: done"
    ]


async def test_what_fails_when_nobody_waits_any_more_is_kept():
    class Failing(Held):
        async def do(self, job):
            await self.may_return.wait()
            raise DriverError("plug_in: 500")

    driver = Failing()
    sut = of(driver, withholding=True)
    with running(a_run()):
        await sut.do("plug_in")
    assert not sut.late_failure
    driver.may_return.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sut.late_failure == "held failed after the case went on: plug_in: 500"


async def test_what_nobody_waits_for_any_more_ends_with_the_case():
    driver = Held()
    sut = of(driver, withholding=True)
    with running(a_run()):
        await sut.do("plug_in")
    sut.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert driver.cancelled


class Refusing(Held):
    """A driver that cannot do it, and says why."""

    async def do(self, job):
        raise Unsupported(self.why or job.verb)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (
            "Reset with evseId: not among the fields",
            "request Reset (held: Reset with evseId: not among the fields); name",
        ),
        ("", "request Reset; name"),
    ],
)
async def test_why_a_driver_cannot_is_in_the_evidence_and_in_the_error(why, told):
    driver = Refusing()
    driver.why = why
    with running(a_run()) as run, pytest.raises(DriverError, match=re.escape(f"no driver (held) can do: {told}")):
        await of(driver, withholding=False).request("Reset", type="Hard")
    shown = [record for record in run.result.wire if why and f"held cannot: {why}" in str(record.data)]
    assert len(shown) == bool(why)


async def test_what_nobody_could_bring_about_is_not_taken_back():
    driver = Refusing()
    driver.why = ""
    sut = of(driver, withholding=False)
    with running(a_run()):
        with pytest.raises(DriverError, match="refuse_local_list"):
            await sut.refuse_local_list()
        await sut.refuse_local_list(active=False)
        with pytest.raises(DriverError, match="fail_unlock"):
            await sut.do("fail_unlock", active=False)


async def test_what_drivers_can_do_is_known_before_they_are_asked():
    webhook = make("webhook", {"plug_in": {"url": "http://x/"}, "actions": {"Reset": {"url": "http://x/"}}})
    assert [webhook.can("plug_in"), webhook.can("unplug"), webhook.can("request", "Reset")] == [True, False, True]
    assert not webhook.can("request", "GetLog")
    octt = make("octt-api", {"station": "http://x/"})
    assert octt.can("plug_in")
    assert not octt.can("unplug_vehicle")
    assert not octt.can("request", "Reset")
    assert make("command", "./bench.sh").can("plug_in")


async def plugged_in(sut):
    await sut.plug_in()


@case("X_VERBS_CS", sut="station", ocpp=("1.6",), title="a case of this test")
async def touches_the_station(csms, sut):
    await csms.call("ClearCache")
    await plugged_in(sut)


async def test_a_case_without_a_driver_for_its_verbs_does_not_touch_the_station():
    config = dataclasses.replace(load(EXAMPLE), drivers=(), driver_options={})
    bench = Bench(config, ocpp="1.6", security_profile=0)
    found = case_of(touches_the_station)
    result, error = await bench.run(
        found, touches_the_station, ("csms", "sut"), {}, bench.results.of(found, parameters={}, nodeid="")
    )
    assert isinstance(error, DriverError)
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reason.startswith("needs plug_in: no driver (none is named) can do that")
    assert not result.wire


async def test_a_run_that_asks_nobody_says_that_the_person_is_left_out():
    config = dataclasses.replace(load(EXAMPLE), drivers=("manual",), driver_options={})
    bench = Bench(config, ocpp="1.6", security_profile=0, only_automatic=True)
    assert bench.no_driver_for(["plug_in"]).startswith(
        "needs plug_in: no driver (none but manual, and this run asks nobody) can do that"
    )


async def test_how_many_cases_need_what():
    assert counted([["plug_in"], ["plug_in", "unplug"], []]) == "plug_in (2), unplug (1)"
