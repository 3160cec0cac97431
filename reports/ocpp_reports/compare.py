"""What changed between two runs: per case and per requirement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .model import CaseResult, RunResult, Verdict, worst

__all__ = ["Comparison", "compare", "regressions", "text", "unlike"]

_BAD = (Verdict.FAIL, Verdict.INCONCLUSIVE)
_GOOD = (Verdict.PASS, Verdict.WARN)


@dataclass(slots=True)
class Comparison:
    """Case keys (and requirement ids) with the verdict before and after.

    `broken`: was fine, is not; `fixed`: the reverse; `changed`: any other change; `new` and `gone`: only in one run.
    """

    broken: list[tuple[str, Verdict, Verdict]] = field(default_factory=list)
    fixed: list[tuple[str, Verdict, Verdict]] = field(default_factory=list)
    changed: list[tuple[str, Verdict, Verdict]] = field(default_factory=list)
    new: list[tuple[str, Verdict]] = field(default_factory=list)
    gone: list[tuple[str, Verdict]] = field(default_factory=list)


def _requirements(cases: Iterable[CaseResult]) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for case in cases:
        for check in case.checks():
            if check.verdict is not Verdict.NONE:
                found[check.requirement] = worst(found.get(check.requirement, Verdict.NONE), check.verdict)
    return found


def _compare(a: dict[str, Verdict], b: dict[str, Verdict]) -> Comparison:
    result = Comparison()
    for key in sorted({*a, *b}):
        if key not in a:
            result.new.append((key, b[key]))
        elif key not in b:
            result.gone.append((key, a[key]))
        elif a[key] is not b[key]:
            change = (key, a[key], b[key])
            if b[key] in _BAD and a[key] not in _BAD:
                result.broken.append(change)
            elif a[key] in _BAD and b[key] not in _BAD:
                result.fixed.append(change)
            else:
                result.changed.append(change)
    return result


def compare(a: RunResult, b: RunResult) -> tuple[Comparison, Comparison]:
    """By case and by requirement, from the older run `a` to the newer `b`."""
    cases = _compare({c.key: c.verdict for c in a.cases}, {c.key: c.verdict for c in b.cases})
    return cases, _compare(_requirements(a.cases), _requirements(b.cases))


def unlike(a: RunResult, b: RunResult) -> str:
    """Why two runs cannot be compared: what differs of role, version and security profile; empty where nothing does."""
    pairs = (
        ("role", a.role, b.role),
        ("OCPP version", a.ocpp, b.ocpp),
        ("security profile", a.security_profile, b.security_profile),
    )
    return ", ".join(f"{name} {one} and {other}" for name, one, other in pairs if one != other)


def regressions(a: RunResult, b: RunResult) -> list[tuple[str, str]]:
    """The cases that passed (or warned) in `a` and did not in `b`, with what became of them: any other verdict, also
    that they do not apply or were not run any more, or that they are not there; and the rules that are broken now."""
    now = {case.key: case.verdict for case in b.cases}
    passed = [case.key for case in a.cases if case.verdict in _GOOD]
    lost = [(key, str(now.get(key, "gone"))) for key in sorted(passed) if now.get(key) not in _GOOD]
    kept = {rule.id for rule in a.rules if rule.verdict in _GOOD}
    return lost + [(rule.id, str(rule.verdict)) for rule in b.rules if rule.id in kept and rule.verdict not in _GOOD]


def text(a: RunResult, b: RunResult) -> str:
    """The comparison for a terminal."""
    lines = [f"A: {a.sut} OCPP {a.ocpp} sp{a.security_profile}   B: {b.sut} OCPP {b.ocpp} sp{b.security_profile}"]
    for title, comparison in zip(("cases", "requirements"), compare(a, b), strict=True):
        if title == "requirements" and not all(any(case.scenario.steps for case in run.cases) for run in (a, b)):
            continue  # run.json alone was kept of one of them, which has the verdicts of cases
        lines.append(f"\n{title}:")
        before = len(lines)
        for word, changes in (
            ("newly broken", comparison.broken),
            ("fixed", comparison.fixed),
            ("changed", comparison.changed),
        ):
            lines += [f"  {word:<13} {key}: {was} -> {now}" for key, was, now in changes]
        for word, only in (("new", comparison.new), ("gone", comparison.gone)):
            lines += [f"  {word:<13} {key}: {verdict}" for key, verdict in only]
        if len(lines) == before:
            lines.append("  no change")
    return "\n".join(lines)
