"""What went wrong in each case of a run, one finding each, with what it has in common with findings of other cases."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from .fresh_values import without_fresh_values
from .model import CaseResult, CheckRecord, RunResult, Verdict
from .wire_reading import Mute, accepted_without_effect, last_sent, mute

__all__ = ["CaseFinding", "findings_of"]

Make = Callable[..., "CaseFinding"]
"""Makes a finding of a kind, with its sentence and key."""
_FAIL = Verdict.FAIL
_BAD = (Verdict.FAIL, Verdict.INCONCLUSIVE)
_REQUIREMENT = re.compile(
    r"^(?P<requirement>[^\n]+?) \((?:MUST|SHOULD|MAY)\)(?:: [^\n]*)?\n"
    r"expected: (?P<expected>[^\n]*)\nreceived: (?P<received>[^\n]*)",
    re.M,
)
_UNREACHED = re.compile(r"\Acould not reach the state: [^\n]*\n")
_STEP = re.compile(r"TC_\w+ (?:step \d+|precondition|clean-up)|precondition")
_FOLLOWS_NOT = re.compile(r"^nothing in [\d.]+ s \((?P<call>\w+) ")
"""What a rule says of a request whose consequence did not come (rules of the harness: common/consequences)."""
_WITHIN = re.compile(r"^(?P<what>.*?) within [\d.]+ s$", re.S)
_ACTION = re.compile(r"[A-Z][A-Za-z]+\b")
_GONE = re.compile(r"connection was (?:lost|closed)|closed the connection")
_SILENT = re.compile(rf"no answer|^nothing|did not try|{_GONE.pattern}")
_NOT_IMPLEMENTED = re.compile(r"^(?:CALLERROR )?'?(NotImplemented|NotSupported)\b")
_ANSWERED = re.compile(r"^(?P<action>[A-Z][A-Za-z]+) answered with a CALLRESULT")
_SINCE = re.compile(
    r"since (?P<since>[A-Z]+_.+?)(?:, after this frame: (?P<frame>.*?))?"
    r", the \w+ (?P<what>answers nothing|does not connect)",
    re.S,
)
_NO_EFFECT = re.compile(r"(?P<call>[A-Z]\w+(?: of \w+)?) was accepted, and no (?P<message>[A-Z]\w+) came")
_MISSING = (
    re.compile(r"\bdoes not have the key (?P<name>\w+)"),
    re.compile(r"\bnot the key (?P<name>\w+)"),
    re.compile(r"\b(?P<name>NumberOfConnectors) \(9\.1\.21, required\) is None"),
    re.compile(r"\bdoes not have (?P<name>[A-Z]\w+\.[A-Z]\w+)"),
    re.compile(r"(?P<name>[A-Z]\w+\.[A-Z]\w+) cannot be read: Unknown"),
)
_SHAPED = re.compile(r"(?P<action>[A-Z][A-Za-z]+) in the shape of OCPP 1\.6\b")
_NO_DRIVER = re.compile(r"needs (?P<verbs>[^:]+): no driver \((?P<drivers>.*?)\) can do that")
_NAMED = re.compile(r"(?:^|, )([\w.]+) = ")
_ANOTHER = re.compile(r"\w+ (?:with(?:out)? [^:{]*, )?with (?:connectorId|evseId|evse\.id|transactionId) = ")
"""The nearest message is about another place or transaction: the one that was waited for did not come."""
_TAKEN = "which an earlier step had taken"
_REQUIRED = "this field, which is required"
_FIELD = re.compile(r"\$\.([\w.]+): (.*)", re.S)
_RULE = re.compile(r"rule (\w+)")
_WHICHEVER = ("MESSAGE_ID", "ONE_OUTSTANDING")
"""Rules whose findings name the two messages that met, which is chance."""
_UNREADABLE = ("a well-formed message", "valid JSON", "a message that can be read")
_OF_A_MESSAGE = re.compile(r" \([A-Z]\w+ [^()\s]+\)\Z")
"""The message in which a rule found it."""
_KEYS = re.compile(r"^missing: (?P<names>\w+(?:, \w+)*)")
_OF_16 = {
    "Authorize": ("idTag",),
    "BootNotification": ("chargePointVendor", "chargePointModel", "chargePointSerialNumber", "chargeBoxSerialNumber"),
    "MeterValues": ("connectorId",),
    "StatusNotification": ("errorCode", "vendorErrorCode"),
}
"""Fields that a request of OCPP 1.6 has and the one of 2.x has not."""


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """One finding of one case.

    `kind` says what findings of one `key` have in common: "finding" (requirement, expected and received), "schema",
    "payload of 1.6", "connection", "mute", "missing key", "no effect", "not implemented", "no driver", "reason" (why a
    case could not judge, such as that the station was not idle). `sentence` says it in words; `names` are the keys that
    are missing, the message that did not come, or what no driver can do. `concerned`: the case is not well because of
    it; else a rule only saw it there. `rules`: those that saw it in this case outside what the case judged, such as
    RULE_SCHEMA; `of_rule`: a rule said so.
    """

    kind: str
    key: tuple[str, ...]
    sentence: str
    case: CaseResult
    verdict: Verdict
    requirement: str = ""
    expected: str = ""
    received: str = ""
    time: float = 0.0
    names: tuple[str, ...] = field(default=())
    concerned: bool = True
    rules: tuple[str, ...] = ()
    of_rule: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """What is known of the whole run: `silences` by the key of the case in which they began."""

    ocpp: str
    station: bool
    silences: Mapping[str, Mute]


def findings_of(run: RunResult) -> list[CaseFinding]:
    """Every finding of a run that makes it not well, in the order of its cases: FAIL, and what made INCONCLUSIVE."""
    found: list[CaseFinding] = []
    silences = {noted.since: noted for case in run.cases if (noted := mute(case.wire))}
    known = _Run(run.ocpp, run.role == "station", silences)
    for case in run.cases:
        judged = _told_by_schema(list(_judged(case, known)))
        seen = [_checked(check, case, known, concerned=False) for check in case.findings if check.verdict is _FAIL]
        # what a rule saw once more of what the case judged itself is no other finding
        own = {(f.kind, f.key) for f in judged if not f.of_rule}
        judged = [f for f in judged if not (f.of_rule and (f.kind, f.key) in own)]
        same = {(f.kind, f.key) for f in judged}
        rules: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
        for finding in seen:
            rules[finding.kind, finding.key] = rules.get((finding.kind, finding.key), ()) + finding.rules
        found += [dataclasses.replace(f, rules=rules.get((f.kind, f.key), ())) for f in judged]
        found += [f for f in seen if (f.kind, f.key) not in same]
    return found


def _told_by_schema(findings: list[CaseFinding]) -> list[CaseFinding]:
    """What was found wrong in the value of a field that breaks its schema in the same case is what the schema says."""
    broken = {
        (field[1], "None" if field[2] == _REQUIRED else finding.received.strip('"')): finding
        for finding in findings
        if finding.kind == "schema" and (field := _FIELD.fullmatch(finding.expected))
    }
    told = []
    for finding in findings:
        name = finding.expected.partition(" ")[0]
        value = finding.received.partition(" in {")[0].removeprefix(f"{name} ").strip("'")
        if finding.kind == "finding" and (same := broken.get((name, value))):
            finding = dataclasses.replace(finding, kind=same.kind, key=same.key, sentence=same.sentence)
        told.append(finding)
    return told


def _judged(case: CaseResult, run: _Run) -> Iterator[CaseFinding]:
    """What the case itself found."""
    if case.verdict not in _BAD:
        return
    failed = [check for check in case.checks() if check.verdict is Verdict.FAIL]
    if case.verdict is Verdict.INCONCLUSIVE:
        failed = []  # the first paragraph of the reason says why they do not count
    for check in failed:
        yield _checked(check, case, run)
    if not failed:
        yield from _of_reason(case, run)


def _checked(check: CheckRecord, case: CaseResult, run: _Run, *, concerned: bool = True) -> CaseFinding:
    rule = named[1] if (named := _RULE.match(check.note)) else ""
    made = _classified(
        case,
        run,
        requirement=check.requirement,
        expected=check.expected,
        received=check.received,
        time=check.time,
        verdict=Verdict.FAIL,
        rule=rule,
        concerned=concerned,
    )
    seen = (f"RULE_{rule}",) if rule and not concerned else ()
    return dataclasses.replace(made, rules=seen, of_rule=bool(rule))


def _of_reason(case: CaseResult, run: _Run) -> Iterator[CaseFinding]:
    """What made a case INCONCLUSIVE, or FAIL without a judgement, by the text that says so."""
    time = _when_it_ended(case)
    reason = case.reason if case.verdict is Verdict.FAIL else case.reason.partition("\n\n")[0]
    told = list(_REQUIREMENT.finditer(reason))
    for found in told:
        requirement, expected, received = found.group("requirement", "expected", "received")
        yield _classified(
            case,
            run,
            requirement=requirement,
            expected=expected,
            received=received,
            time=time,
            verdict=case.verdict,
        )
    if not told:
        yield _classified(
            case, run, received=_UNREACHED.sub("", reason) or "no reason", time=time, verdict=case.verdict
        )


def _when_it_ended(case: CaseResult) -> float:
    """When the first row ended that could not be carried out: what the clean-up sent afterwards says nothing of it."""
    ends = [step.ended for step in case.scenario.walk() if step.error and step.ended]
    return min(ends, default=case.started + case.duration if case.started else float("inf"))


def _classified(
    case: CaseResult,
    run: _Run,
    *,
    received: str,
    time: float,
    verdict: Verdict,
    requirement: str = "",
    expected: str = "",
    rule: str = "",
    concerned: bool = True,
) -> CaseFinding:
    """The finding, of the kind that explains most. `rule`: the one that found it."""

    def finding(kind: str, sentence: str, *key: str, names: tuple[str, ...] = ()) -> CaseFinding:
        return CaseFinding(
            kind, key, sentence, case, verdict, requirement, expected, received, time, names, concerned=concerned
        )

    if requirement.startswith("schema "):
        return _of_schema(finding, case, run, requirement, expected, received)
    if rule and (awaited := _FOLLOWS_NOT.search(received)):
        return _in_vain(finding, awaited["call"], expected.partition(" ")[0].rstrip(","))
    if rule:
        return finding(
            "finding",
            f"{requirement}: expected {expected}, received {received}",
            *_of_rule(rule, requirement, expected, received),
        )
    if run.ocpp != "1.6" and (shown := _of_16_text(received)):
        return _payload_of_16(finding, shown)
    if names := _missing(received):
        words = ", ".join(names)
        return finding("missing key", f"{_sut(run)} does not have {words}, which is needed", *names, names=names)
    if (answered := _ANSWERED.match(expected)) and (code := _NOT_IMPLEMENTED.match(received)):
        action = answered["action"]
        return finding("not implemented", f"a claimed feature is not implemented: {action} gives {code[1]}", action)
    within = _WITHIN.match(expected)
    action = _ACTION.match(expected)
    if told := _NO_EFFECT.search(received):
        return _in_vain(finding, told["call"], told["message"])
    followed = action[0] if run.station and within and action else ""
    if followed and (missed := accepted_without_effect(case.wire, followed, time)):
        return _in_vain(finding, *missed)
    if wedged := _wedged(finding, case, run, received, time):
        return wedged
    if not requirement and (lacks := _NO_DRIVER.match(received)):
        verbs = tuple(lacks["verbs"].split(", "))
        return finding("no driver", f"no driver ({lacks['drivers']}) can do what is needed", names=verbs)
    if not requirement:
        return finding("reason", received.split("\n", 1)[0], without_fresh_values(received))
    if within and action:
        nearest = received if received.startswith(action[0]) and not _ANOTHER.match(received) else "nothing"
        nearest = "none but an earlier one" if nearest.startswith(f"{action[0]} {_TAKEN}") else nearest
        what = without_fresh_values(within["what"])
        key = (_row(requirement), what, without_fresh_values(nearest.partition("; also came: ")[0]))
        shown = "others" if nearest == "nothing" and received != "nothing" else nearest
        return finding("finding", f"{requirement}: no {within['what']}; received {shown}", *key)
    field = received.partition(" in {")[0]  # of a field and the message that it is in
    if received == "{}":
        field = ", ".join(f"{name} None" for name in _NAMED.findall(expected)) or received
    key = (_row(requirement), without_fresh_values(expected), without_fresh_values(field))
    return finding("finding", f"{requirement}: expected {expected}, received {received}", *key)


def _of_rule(rule: str, requirement: str, expected: str, received: str) -> tuple[str, ...]:
    """What findings of a rule have in common, whichever messages they were made in."""
    if rule in _WHICHEVER:
        return (requirement, rule)
    said = received.partition(": ")[0] if expected in _UNREADABLE else received  # the message itself follows
    said = _OF_A_MESSAGE.sub("", said)
    return (requirement, without_fresh_values(expected), without_fresh_values(said))


def _row(requirement: str) -> str:
    """Rows of official cases are counted in each case: what they have in common is what was expected."""
    return "the official step" if _STEP.fullmatch(requirement) else requirement


def _in_vain(finding: Make, call: str, message: str) -> CaseFinding:
    """A CALL that was accepted, and the messages of which one had to follow: of a trigger, what it asked for."""
    action = call.partition(" of ")[0]
    return finding("no effect", f"{action} is accepted without effect", action, names=(message,))


def _missing(received: str) -> tuple[str, ...]:
    if keys := _KEYS.match(received):
        names = tuple(keys["names"].split(", "))
        return names[:-1] if received.endswith("…") else names  # the last one is cut
    found = next((match for pattern in _MISSING if (match := pattern.search(received))), None)
    return (found["name"],) if found else ()


def _of_schema(
    finding: Make, case: CaseResult, run: _Run, requirement: str, expected: str, received: str
) -> CaseFinding:
    """The field that breaks its schema, in whichever message; requests of 1.6 in 2.x are one fault of all fields."""
    path = re.sub(r"\[\d+\]", "[]", expected)
    action = requirement.split()[1]
    if run.ocpp != "1.6" and action in _OF_16 and requirement.endswith(" request") and _is_of_16(case, action):
        return _payload_of_16(finding, action)
    sentence = f"{requirement.removeprefix('schema ')}: expected {expected}, received {received}"
    return finding("schema", sentence, requirement, path)


def _payload_of_16(finding: Make, action: str) -> CaseFinding:
    return finding("payload of 1.6", f"{action}: this is the payload of OCPP 1.6", action)


def _of_16_text(received: str) -> str:
    """The action of a message of 1.6 that a text shows, what else may have been judged in it; empty without one."""
    if shaped := _SHAPED.match(received):
        return shaped["action"]
    shown = all(f"'{name}': " in received for name in _OF_16["BootNotification"][:2])
    return "BootNotification" if shown else ""


def _is_of_16(case: CaseResult, action: str) -> bool:
    """Whether the schema findings of a case name a field of 1.6 that this request must not have."""
    told = [c for c in (*case.checks(), *case.findings) if c.requirement == f"schema {action} request"]
    wrong = {c.expected for c in told}
    return any(f"$.{name}: no such field" in wrong for name in _OF_16[action])


def _wedged(finding: Make, case: CaseResult, run: _Run, received: str, time: float) -> CaseFinding | None:
    """The message after which the SUT went, or answers nothing, where the finding is of a SUT that says nothing."""
    sut = _sut(run)
    if told := _SINCE.search(received):
        return _muted(finding, f"{sut} {told['what']}", told["since"], told["frame"] or "")
    if not _SILENT.search(received):
        return None
    if noted := mute(case.wire) or run.silences.get(case.key):
        return _muted(finding, f"{sut} answers nothing", noted.since, noted.frame)
    gone = bool(_GONE.search(received))
    sent = last_sent(case.wire, time, ocpp=run.ocpp, reconnected=gone)
    if sent and sent.sort != "Reset":  # which is to end the connection: what is wrong is what the finding says
        return finding("connection", f"after {sent.sort} the connection goes: {_brief(sent.text)}", sent.sort)
    return None


def _muted(finding: Make, what: str, since: str, frame: str) -> CaseFinding:
    return finding("mute", f"{what} since {since}" + (f", after {_brief(frame)}" if frame else ""), since)


def _sut(run: _Run) -> str:
    return "the station" if run.station else "the CSMS"


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else f"{text[:159]}…"
