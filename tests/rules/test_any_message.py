"""Whatever valid messages come, in whatever order, no rule falls over."""

import random

import pytest
from ocpp_proof.ocppj.frames import VERSIONS, Call, CallError, CallResult
from ocpp_proof.ocppj.samples import build
from ocpp_proof.ocppj.schemas import actions, violations
from ocpp_proof.rules.judge import Judge

OTHER = {"station": "csms", "csms": "station"}
TEXTS = (
    "1",
    "nan",
    "NumberOfConnectors",
    "TimeSource",
    "BasicAuthPassword",
    "2026-11-30T12:00:00Z",
    "2026-11-30T12:00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
)


class Speaker:
    """Says anything that its schema allows; sometimes, and then it is called broken, anything at all."""

    def __init__(self, version, seed):
        self.version, self.random = version, random.Random(seed)
        self.actions = sorted({action.name for action in actions(version)})

    def payload(self, action, kind):
        whole = build(self.version, action, kind, full=self.random.random() < 0.5)
        for _ in range(3):
            other = self._other(whole)
            if not violations(self.version, action, kind, other):
                return other, False
        return (self._broken(whole), True) if self.random.random() < 0.2 else (whole, False)

    def _other(self, value):
        choose = self.random.choice
        match value:
            case dict():
                kept = {key: self._other(item) for key, item in value.items()}
                return {key: item for key, item in kept.items() if self.random.random() < 0.9}
            case list():
                return [self._other(item) for item in value] if self.random.random() < 0.9 else []
            case bool():
                return choose([True, False])
            case int():
                return choose([value, -1, 0, 1, 2, 7])
            case str():
                return choose([value, value, value, *TEXTS])
        return value

    def _broken(self, payload):
        return {key: self.random.choice([None, [], {}, "x", 3, True]) for key in payload}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_message_makes_a_rule_fall_over(version):
    speaker = Speaker(version, 16)
    choose, chance = speaker.random.choice, speaker.random.random
    judge, now, connection = Judge(version, of=("station", "csms")), 1_796_000_000.0, 0
    judge.opened(connection, now)
    for number in range(1500):
        now += choose([0, 0.01, 0.5, 5, 100])
        if chance() < 0.01:
            judge.closed(connection, now)
            connection += 1
            judge.opened(connection, now)
        if chance() < 0.01:
            judge.operated("power_cycle", choose([None, (1, 1)]), now)
        action, side = choose(speaker.actions), choose(["station", "csms"])
        payload, broken = speaker.payload(action, "request")
        judge.said(side, Call(f"m{number}", action, payload), now, connection=connection, broken=broken)
        now += choose([0, 0.01, 2, 40])
        if action == "NotifyPeriodicEventStream" or chance() < 0.1:
            continue
        payload, broken = speaker.payload(action, "response")
        answer = CallResult(f"m{number}", payload)
        if chance() < 0.1:
            answer, broken = CallError(f"m{number}", "InternalError", "", {}), False
        judge.said(OTHER[side], answer, now, connection=connection, broken=broken)
        if chance() < 0.01:
            judge.settle()
