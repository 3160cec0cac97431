"""What the family FRAME makes of faults that are not what a case is about, and of what the standard leaves open."""

from types import SimpleNamespace

import pytest
import runner
from ocpp_fixtures.rpc import SEND, Peer
from ocpp_proof.cases.requirements import level_of
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net.endpoint import CloseInfo
from ocpp_proof.ocppj.frames import CallError, CallResult, encode
from ocpp_proof.roles.peer import Peer as Role
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.frame.test_closing import wrong_code
from ocpp_testcases.edge.states import recovery
from ocpp_testcases.edge.states.rpc_probes import leave_to_rules, prepare_malformed
from survey import SHORT


def outcome(role, ocpp, select, **options):
    results, rules, _ = runner.run(runner.config(role, **options), ocpp, 0, select=select)
    return results, {rule.id: rule.findings for rule in rules if rule.findings}


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_a_trigger_without_effect_is_no_fault_of_wrong_answers(ocpp):
    results, _ = outcome("station", ocpp, "X_FRAME_09", defects=("heartbeat-trigger-ignored",), timing=SHORT)
    assert {r.verdict for r in results} == {Verdict.INCONCLUSIVE}


def test_1_6_does_not_tell_a_charge_point_to_come_back():
    results, _ = outcome("station", "1.6", "X_FRAME_18", defects=("never-reconnects",), timing=SHORT)
    assert [r.verdict for r in results] == [Verdict.INCONCLUSIVE]


@pytest.mark.parametrize(("role", "ocpp"), [("station", "1.6"), ("csms", "2.0.1")])
def test_the_answer_to_a_call_in_a_damaged_frame_was_asked_for(role, ocpp):
    results, rules = outcome(role, ocpp, "X_FRAME_14", defects=("reserved-bits-not-checked",), timing=SHORT)
    assert Verdict.FAIL in {r.verdict for r in results}
    assert "RULE_ANSWERED_ONCE" not in rules


@pytest.mark.parametrize("role", ["station", "csms"])
def test_a_send_that_is_refused_as_unsupported_warns(role, monkeypatch):
    sound = Peer._received

    async def received(self, data):
        await sound(self, data)
        if str(data).startswith(f"[{SEND},"):
            await self._write([4, str(data).split('"')[1], "MessageTypeNotSupported", "", {}])

    monkeypatch.setattr(Peer, "_received", received)
    results, _ = outcome(role, "2.1", "X_FRAME_19")
    verdicts = [r.verdict for r in results]
    assert verdicts.count(Verdict.WARN) == 4  # each kind of SEND
    assert verdicts.count(Verdict.PASS) == 2


@pytest.mark.parametrize(("role", "ocpp"), [("station", "1.6"), ("csms", "2.0.1")])
def test_the_answer_that_is_repeated_is_the_one_that_was_given(role, ocpp):
    results, _ = outcome(role, ocpp, "X_FRAME_07")
    repeated = results[-1]
    sent = [r.data for r in repeated.wire if r.direction == "out" and str(r.data).startswith("[3,")]
    assert sent[0] == sent[1]
    assert repeated.verdict is Verdict.PASS


@pytest.mark.asyncio
async def test_an_answer_in_a_frame_case_is_held_against_its_schema():
    peer = Role(ocpp="2.0.1", timing=Timing())
    prepare_malformed(peer, "a", action="GetLocalListVersion")
    _, findings = peer.rules.received(encode(CallResult("a", {"listVersion": 0})), 0.0)
    peer.findings += findings
    leave_to_rules(peer)
    assert {finding.rule for finding in peer.findings} == {"SCHEMA"}


@pytest.mark.parametrize(
    ("sent", "words", "never"),
    [("0b b7", "2999", False), ("03 e7", "999", False), ("03 ed", "1005", True), ("03 ee", "1006", True)],
)
def test_which_close_codes_are_never_sent(sent, words, never):
    info = CloseInfo(code=None, reason="", clean=False, error=f"a close frame with {sent}: invalid status code")
    text, reserved = wrong_code(info)
    assert f"the code {words}" in text
    assert reserved is never


def test_a_sound_close_frame_has_no_wrong_code():
    assert wrong_code(SimpleNamespace(error="")) == ("", False)


@pytest.mark.parametrize(("ocpp", "level"), [("1.6", "SHOULD"), ("2.0.1", "SHOULD"), ("2.1", "SHOULD")])
def test_an_action_of_the_other_side_that_is_answered_warns(ocpp, level):
    assert level_of("OCPP-J action of the other side", ocpp) == level
    assert level_of("OCPP-J unknown action", ocpp) == "MUST"


def test_a_callresulterror_that_is_refused_as_unsupported_warns(monkeypatch):
    sound = Peer._received

    async def received(self, data):
        await sound(self, data)
        if str(data).startswith("[5,"):
            await self._write([4, str(data).split('"')[1], "MessageTypeNotSupported", "", {}])

    monkeypatch.setattr(Peer, "_received", received)
    results, _ = outcome("csms", "2.1", "X_FRAME_19")
    assert [r.verdict for r in results].count(Verdict.WARN) == 2


@pytest.mark.parametrize("booting", [True, False])
@pytest.mark.asyncio
async def test_a_station_that_boots_is_asked_once_more(booting, monkeypatch):
    judged, strays = [], []
    answers = iter([CallError("0", "SecurityError"), CallResult("1", {})])
    monkeypatch.setattr(recovery, "check", lambda requirement, right, **texts: judged.append(right))

    def send_unanswered(action, payload):
        strays.append(next(answers))
        return strays[-1].message_id

    async def wait_until(condition, within, what):
        return condition()

    boot = [SimpleNamespace(action="BootNotification", connection=0)] if booting else []
    peer = SimpleNamespace(
        plays="csms",
        ocpp="2.0.1",
        timing=Timing(),
        inbox=boot,
        strays=strays,
        wait_until=wait_until,
        send_unanswered=send_unanswered,
        connections=[SimpleNamespace(is_open=True)],
    )
    assert await recovery._answers_here(peer)
    assert judged == [booting]
