"""What a case leaves behind without a word is taken back by the bench, once, and only where it has to be."""

import asyncio
import dataclasses

import pytest
import runner
from ocpp_fixtures.station.core.base import StationBase
from ocpp_fixtures.station.v2.driver import Driver as Driver2
from ocpp_fixtures.station.v2.requests import Requests as Requests2
from ocpp_fixtures.station.v16.remote import Remote as Remote16
from ocpp_fixtures.station.v16.requests import Requests as Requests16
from ocpp_proof.cases.declaration import case, case_of
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.drivers.base import Unsupported
from ocpp_proof.sut.drivers.reference import Reference

pytestmark = pytest.mark.asyncio
RULES = {"ocpp": ("1.6", "2.0.1"), "sut": "station", "title": "a case of this test"}
HERE = {"1.6": {"connectorId": 1, "type": "Inoperative"}, "2.0.1": {"operationalStatus": "Inoperative"}}
VERSIONS = pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])


class started:
    """A bench with a reference station, that has run these cases."""

    def __init__(self, ocpp, *functions):
        config = runner.config("station")
        config = dataclasses.replace(config, timing=dataclasses.replace(config.timing, message=2.0, event=1.5))
        self.bench = Bench(config, ocpp=ocpp, security_profile=0)
        self.functions = functions
        self.results = []

    async def __aenter__(self):
        await self.bench.start()
        for function in self.functions:
            found, arguments = case_of(function), function.__ocpp_arguments__
            result = self.bench.results.of(found, parameters={}, nodeid="")
            await self.bench.run(found, function, arguments, {}, result)
            self.results.append(result)
        return self

    async def __aexit__(self, *_):
        await self.bench.stop()

    @property
    def done(self):
        """What the bench did for itself, and what it sent for that, in all cases."""
        return [step.title for result in self.results for step in result.scenario.walk() if step.kind == "given"]

    def sent(self, action):
        wire = [record for result in self.results for record in result.wire if record.direction == "out"]
        return [record for record in wire if record.kind == "text" and f'"{action}"' in str(record.data)]


def without(monkeypatch, *verbs):
    """The driver cannot do these verbs."""
    done = Reference.do

    async def do(self, job):
        if job.verb in verbs:
            raise Unsupported(job.verb)
        return await done(self, job)

    monkeypatch.setattr(Reference, "do", do)


@case("X_NOTHING_CS", **RULES)
async def nothing(csms):
    del csms


# --- transactions


@case("X_CHARGES_CS", **RULES)
async def leaves_a_transaction(csms, sut):
    await sut.plug_in()
    await sut.present_token(sut.tokens.valid)
    charging = {"status": "Charging"} if csms.ocpp == "1.6" else {"transactionInfo__chargingState": "Charging"}
    action = "StatusNotification" if csms.ocpp == "1.6" else "TransactionEvent"
    await csms.wait_until(lambda: csms.received(action, **charging), csms.timing.event, "Charging")


def refuses_to_stop(monkeypatch):
    async def refused(self, request):
        return {"status": "Rejected"}

    monkeypatch.setattr(Remote16, "remote_stop", refused)
    monkeypatch.setattr(Driver2, "request_stop", refused)


@VERSIONS
async def test_a_station_that_refuses_to_stop_what_runs_has_its_cable_taken_out(monkeypatch, ocpp):
    refuses_to_stop(monkeypatch)
    async with started(ocpp, leaves_a_transaction) as run:
        wire = [str(record.data) for record in run.results[0].wire]
        assert any("unplug" in line for line in wire)
        assert any("StopTransaction" in line or "Ended" in line for line in wire)
    assert not run.bench.problems


@VERSIONS
async def test_what_runs_on_makes_the_station_one_that_is_not_idle(monkeypatch, ocpp):
    refuses_to_stop(monkeypatch)
    without(monkeypatch, "unplug", "power_cycle")
    async with started(ocpp, leaves_a_transaction) as run:
        assert len(run.bench.csms.transactions.stuck) == 1
    (problem,) = run.bench.problems
    assert "runs on: no driver (reference) can do: unplug" in problem


@VERSIONS
async def test_a_transaction_that_ended_without_a_word_is_over(monkeypatch, ocpp):
    send = StationBase.send

    def silent(self, action, payload, **options):
        if action != "StopTransaction" and not (isinstance(payload, dict) and payload.get("eventType") == "Ended"):
            send(self, action, payload, **options)

    monkeypatch.setattr(StationBase, "send", silent)
    without(monkeypatch, "power_cycle")
    async with started(ocpp, leaves_a_transaction) as run:
        assert not run.bench.csms.transactions.stuck
    assert not run.bench.problems


# --- cables


@case("X_NEEDS_IDLE_CS", **RULES)
async def needs_an_idle_connector(csms):
    csms.case.check(
        "survival", csms.state.starts.is_free((1, 1)), expected="a free connector", received="an occupied one"
    )


@VERSIONS
async def test_a_cable_that_is_left_in_is_taken_out(ocpp):
    async with started(ocpp, leaves_a_transaction, needs_an_idle_connector) as run:
        assert any("unplug" in str(record.data) for record in run.results[0].wire)
        assert str(run.results[1].verdict) == "pass"
    assert not run.bench.problems


@VERSIONS
async def test_with_a_cable_that_nobody_can_take_out_no_case_fails(monkeypatch, ocpp):
    without(monkeypatch, "unplug")
    async with started(ocpp, leaves_a_transaction, needs_an_idle_connector, needs_an_idle_connector) as run:
        assert run.done.count("Take the cable out") == 1
    for result in run.results[1:]:
        assert str(result.verdict) == "inconclusive"
        assert "not idle when the case began: the cable in connector 1 (left by X_CHARGES_CS)" in result.reason


# --- remote starts


@case("X_STARTS_CS", **RULES)
async def leaves_a_remote_start(csms, sut):
    if csms.ocpp == "1.6":
        await csms.call("RemoteStartTransaction", connectorId=1, idTag=sut.tokens.valid.idToken)
    else:
        token = sut.tokens.valid.payload
        await csms.call("RequestStartTransaction", evseId=1, remoteStartId=7, idToken=token)


@VERSIONS
async def test_a_station_is_reset_once_for_a_remote_start(monkeypatch, ocpp):
    async def accepted(self, request):
        return {"status": "Accepted"}

    for blocks in (Requests16, Requests2):
        monkeypatch.setattr(blocks, "reset", accepted)
    without(monkeypatch, "power_cycle")
    async with started(ocpp, leaves_a_remote_start, nothing, nothing) as run:
        assert len(run.sent("Reset")) <= 1
        assert run.done.count("A remote start that was accepted comes to its end") == 1


# --- what is left when nobody is there


@case("X_CUT_CS", **RULES)
async def out_of_service_and_cut_off(csms):
    await csms.call("ChangeAvailability", **HERE[csms.ocpp])
    csms.connection.reset()
    await csms.connection.closed


@VERSIONS
async def test_what_the_last_case_leaves_is_taken_back_when_the_run_ends(ocpp):
    async with started(ocpp, out_of_service_and_cut_off) as run:
        assert run.bench.csms.state.held.left()
        await run.bench.finish()
        assert not run.bench.csms.state.held.left()
    assert not run.bench.problems


async def test_what_cannot_be_taken_back_any_more_is_told():
    async with started("1.6", out_of_service_and_cut_off) as run:
        await run.bench.reference.stop()
        await run.bench.wait_for_interrupted()
    (problem,) = run.bench.problems
    assert problem == "X_CUT_CS: was not taken back: connector 1 out of service"


# --- registration


@case("X_PENDING_CS", **RULES)
async def answers_pending_to_its_end(csms, sut):
    csms.answer("BootNotification", status="Pending", interval=1)
    await sut.power_cycle()
    await csms.wait_until(lambda: csms.state.registered == "Pending", csms.timing.long, "a BootNotification")


@VERSIONS
async def test_what_a_case_answered_ends_before_the_station_is_brought_back(ocpp):
    async with started(ocpp, answers_pending_to_its_end) as run:
        assert run.bench.csms.state.registered == "Accepted"
        assert "Switch the station off and on" not in run.done
    assert not run.bench.problems


# --- texts


@case("X_DEAF_CS", **RULES)
async def asks_in_vain(csms):
    await csms.outcome_of("ClearCache", {}, within=0.1)


async def test_it_is_not_said_that_a_station_was_switched_off_when_nobody_can(monkeypatch):
    async def deaf(self, action, payload):
        await asyncio.Event().wait()

    monkeypatch.setattr(StationBase, "handle", deaf)
    without(monkeypatch, "power_cycle")
    async with started("1.6", asks_in_vain, nothing) as run:
        reason = run.results[1].reason
    assert "also over a new connection; it could not be switched off and on: no driver (reference)" in reason


# --- what never happened


@VERSIONS
async def test_a_cable_that_nobody_could_put_in_is_not_taken_out(monkeypatch, ocpp):
    (function,) = {function for found, function in runner.functions() if found.id == "X_SIM_08_CS"}
    without(monkeypatch, "plug_in", "unplug")
    async with started(ocpp) as run:
        values, names = next(runner.parameters(function))
        result = run.bench.results.of(case_of(function), parameters=names, nodeid="")
        await run.bench.run(case_of(function), function, function.__ocpp_arguments__, values, result)
        assert str(result.verdict) == "inconclusive"
    assert not run.bench.problems
