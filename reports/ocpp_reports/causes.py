"""The causes of what a run found: findings grouped by what they have in common, so that one fault is read once."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .case_findings import CaseFinding, findings_of
from .model import RunResult, Verdict

__all__ = ["Cause", "causes_of", "ids_by_case", "ids_by_rule"]

_LONGEST = 240
"""Characters of the sentence of a cause."""


@dataclass(frozen=True, slots=True)
class Example:
    """One finding of a cause: in which case, when (seconds since the epoch), what was expected and what came."""

    case: str
    time: float
    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class Cause:
    """What several findings have in common.

    `id` is C1, C2, ...: the same as long as the run's evidence is. `kind` as of a CaseFinding. `count` is the number of
    findings. `cases` are the keys of the cases that are not well because of it, `seen` those in which a rule only saw
    it, `rules` the ids of those rules. `verdict`: FAIL where any of them is judged, else INCONCLUSIVE.
    """

    id: str
    kind: str
    sentence: str
    verdict: Verdict
    requirements: list[str]
    count: int
    example: Example
    cases: list[str]
    seen: list[str]
    rules: list[str]


def causes_of(run: RunResult) -> list[Cause]:
    """The causes of a run, from its evidence alone: what explains most cases first, FAIL before INCONCLUSIVE."""
    groups: dict[tuple[str, tuple[str, ...]], list[CaseFinding]] = {}
    for finding in _keys_together(findings_of(run)):
        groups.setdefault((finding.kind, finding.key), []).append(finding)
    found = sorted((_cause(group) for group in groups.values()), key=_position)
    return [dataclasses.replace(cause, id=f"C{number}") for number, cause in enumerate(found, 1)]


def ids_by_case(causes: Iterable[Cause]) -> Mapping[str, Sequence[str]]:
    """The ids of the causes of each case that is not well, by the case's key."""
    found: dict[str, list[str]] = {}
    for cause in causes:
        for case in cause.cases:
            found.setdefault(case, []).append(cause.id)
    return found


def ids_by_rule(causes: Iterable[Cause]) -> Mapping[str, Sequence[str]]:
    """The ids of the causes of what each rule found outside what the cases judged, by the rule's id."""
    found: dict[str, list[str]] = {}
    for cause in causes:
        for rule in cause.rules:
            found.setdefault(rule, []).append(cause.id)
    return found


def _position(cause: Cause) -> tuple[int, bool, int, str, str]:
    return -len(cause.cases), cause.verdict is not Verdict.FAIL, -cause.count, cause.kind, cause.sentence


def _keys_together(findings: Sequence[CaseFinding]) -> list[CaseFinding]:
    """A case that lacks one key of those which another case found missing together has the same cause."""
    lists = [f.names for f in findings if f.kind == "missing key" and len(f.names) > 1]
    together = []
    for finding in findings:
        key = set(finding.names) if finding.kind == "missing key" else set()
        all_of = next((names for names in lists if key <= set(names)), None) if key else None
        together.append(dataclasses.replace(finding, key=all_of) if all_of else finding)
    return together


def _cause(group: Sequence[CaseFinding]) -> Cause:
    # a finding that was judged says more than one that kept a case from judging
    first = min(group, key=lambda f: (f.verdict is not Verdict.FAIL, not f.concerned, -len(f.names)))
    return Cause(
        id="",
        kind=first.kind,
        sentence=_brief(first.sentence + _together(group)),
        verdict=Verdict.FAIL if any(f.verdict is Verdict.FAIL for f in group) else Verdict.INCONCLUSIVE,
        requirements=sorted({f.requirement for f in group if f.requirement}),
        count=len(group),
        example=Example(first.case.key, first.time, first.expected, first.received),
        cases=list(dict.fromkeys(f.case.key for f in group if f.concerned)),
        seen=list(dict.fromkeys(f.case.key for f in group if not f.concerned)),
        rules=sorted({rule for f in group for rule in f.rules}),
    )


def _together(group: Sequence[CaseFinding]) -> str:
    """What the findings name: messages that something accepted was to bring, or what no driver can do."""
    count = Counter(name for finding in group for name in finding.names)
    match group[0].kind:
        case "no effect":
            return f": no {', no '.join(count)} comes"
        case "no driver":
            return ": " + ", ".join(f"{name} ({number})" for name, number in count.most_common())
    return ""


def _brief(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
