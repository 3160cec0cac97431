"""Results as plain data, for the tests of what is made from them."""

import json

from ocpp_reports.causes import causes_of
from ocpp_reports.model import CaseResult, CheckRecord, RunResult, StepRecord, Verdict, WireRecord

HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
UUID = "b6253eb7-7d93-4468-8fc5-15d58feef7c{}"


def check(requirement="B01.FR.02", expected="status 'Accepted'", received="status 'Rejected'", time=50.0, note=""):
    return CheckRecord(requirement, "MUST", Verdict.FAIL, expected, received, note, time)


def failed(id, *checks, wire=(), findings=()):
    scenario = StepRecord("scenario", kind="root", steps=[StepRecord("a step", checks=list(checks))])
    reason = "\n\n".join(f"{c.requirement} (MUST): why\nexpected: {c.expected}\nreceived: {c.received}" for c in checks)
    return CaseResult(
        id,
        "a title",
        "2.0.1",
        0,
        "station",
        "Acme",
        Verdict.FAIL,
        reason,
        started=1.0,
        duration=99.0,
        scenario=scenario,
        wire=list(wire),
        findings=list(findings),
    )


def unjudged(id, reason, *, wire=(), ended=50.0):
    given = StepRecord("a state", kind="given", ended=ended, verdict=Verdict.INCONCLUSIVE, error="it is not reached")
    result = failed(id, wire=wire)
    result.scenario.steps = [given]
    result.verdict, result.reason = Verdict.INCONCLUSIVE, reason
    return result


def unreached(id, one, **options):
    """A case whose precondition was not reached because this was not as it must be."""
    lines = f"{one.requirement} (MUST): why\nexpected: {one.expected}\nreceived: {one.received}"
    return unjudged(id, f"could not reach the state: Charging\n{lines}", **options)


def passed(id, *findings):
    result = failed(id, findings=findings)
    result.verdict, result.reason = Verdict.PASS, ""
    return result


def run(*cases, ocpp="2.0.1", role="station"):
    return RunResult("Acme", role, ocpp, 0, started=1.0, ended=2.0, cases=list(cases))


def causes(*cases, **options):
    return causes_of(run(*cases, **options))


def sent(time, *frame):
    return WireRecord(time, "out", "text", json.dumps(frame), 1)


def came(time, *frame):
    return WireRecord(time, "in", "text", json.dumps(frame), 1)


def opened(time=1.0):
    return WireRecord(time, "-", "tcp-open", "127.0.0.1:1", 1)


def lost(time):
    return WireRecord(time, "-", "tcp-lost", "closed without a close frame", 1)


def note(time, text):
    return WireRecord(time, "-", "note", text, 0)
