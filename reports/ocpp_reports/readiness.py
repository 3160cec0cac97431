"""How far a product is from a certification profile, counted from the official list and the verdicts of its runs.

Nobody but OCA's laboratories certifies: "ready" here means that every case that the official list demands of what the
product claims was run at every security profile that the product covers, and passed. What was not is *open*, with the
reason, whatever the reason is: a bench that lacks a driver brings no product nearer to a certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .model import CaseResult, OfficialCase, RunResult, Verdict

__all__ = ["Left", "ProfileReadiness", "readiness"]

_GOOD = (Verdict.PASS, Verdict.WARN)
_BAD = (Verdict.FAIL, Verdict.KNOWN)
_UNSETTLED = (Verdict.INCONCLUSIVE, Verdict.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Left:
    """A case that keeps a profile from being ready, why, and at which security profile (None: any one is enough)."""

    id: str
    reason: str
    security_profile: int | None = None
    in_release: bool = True


@dataclass(slots=True)
class ProfileReadiness:
    """One certification profile of one version.

    `failed` (also known failures), `inconclusive` and `open` say where; one that is left at several security profiles
    stands there for each, and is counted once, as the worst (`ids`). `not_applicable`: the product does not claim it.
    `ran_at`: the security profiles of the runs; `demands`: those that its cases are about and the product covers.
    """

    name: str
    claimed: bool
    ran_at: list[int] = field(default_factory=list)
    demands: set[int] = field(default_factory=set)
    passed: list[str] = field(default_factory=list)
    failed: list[Left] = field(default_factory=list)
    inconclusive: list[Left] = field(default_factory=list)
    open: list[Left] = field(default_factory=list)
    not_applicable: list[str] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)

    @property
    def demanded(self) -> int:
        """How many cases the official list demands of the product."""
        return len(self.passed) + sum(len(ids) for _, ids in self.ids())

    def left(self) -> list[tuple[str, list[Left]]]:
        """What keeps the profile from being ready, by what it is: failed, inconclusive, open."""
        return [("failed", self.failed), ("inconclusive", self.inconclusive), ("open", self.open)]

    def ids(self) -> list[tuple[str, set[str]]]:
        """The cases that are left, each once, as the worst that became of it: failed, inconclusive, open."""
        seen: set[str] = set()
        found = []
        for word, entries in self.left():
            ids = {entry.id for entry in entries} - seen
            seen |= ids
            found.append((word, ids))
        return found

    @property
    def ready(self) -> bool:
        """Whether the product claims the profile, all that it demands was run and passed, and no rule was broken."""
        left = self.failed or self.inconclusive or self.open or self.blocked_by
        return self.claimed and bool(self.passed) and not left

    @property
    def state(self) -> str:
        """In words."""
        if not self.claimed:
            return "not claimed"
        return "ready" if self.ready else "not ready"

    @property
    def where(self) -> str:
        """At which security profiles, in words."""
        ran, demands = (", ".join(map(str, numbers)) for numbers in (self.ran_at, sorted(self.demands)))
        return f"run at security profile {ran}" + (f", demands {demands}" if demands else "")


def readiness(*runs: RunResult) -> list[ProfileReadiness]:
    """Every certification profile of the official list, Core first, then by name, over runs of one product in one
    version and role. What the product claims is what the newest run says; the newest verdict of a case at a security
    profile counts."""
    ordered = sorted(runs, key=lambda run: run.started)
    newest = ordered[-1]
    covers = sorted({number for run in ordered for number in run.security_profiles or [run.security_profile]})
    ran_at = sorted({run.security_profile for run in ordered})
    results = _newest_results(ordered)
    broken = _broken_rules(ordered)
    profiles: dict[str, ProfileReadiness] = {}
    for official in newest.official:
        for name in official.profiles:
            claimed = name in newest.claimed_profiles
            profile = profiles.setdefault(name, ProfileReadiness(name, claimed, ran_at, blocked_by=broken))
            _place(profile, official, covers, results.get(official.id, {}))
    return sorted(profiles.values(), key=lambda p: (p.name != "Core", p.name))


Outcome = tuple[Verdict, str]


def _newest_results(runs: Sequence[RunResult]) -> dict[str, dict[int, Outcome]]:
    """By case and security profile: the newest verdict with its reason. That a case was not run is none, and hides no
    older one; a failure stands until the case is judged again."""
    found: dict[str, dict[int, Outcome]] = {}
    for run in runs:
        together: dict[str, list[CaseResult]] = {}
        for case in run.cases:
            together.setdefault(case.id, []).append(case)
        for id, cases in together.items():
            at = found.setdefault(id, {})
            outcome = _outcome(cases)
            before, _ = at.get(run.security_profile, (Verdict.NONE, ""))
            hides = outcome[0] in (*_GOOD, *_BAD) if before in _BAD else outcome[0] is not Verdict.NOT_RUN
            if hides or before is Verdict.NONE:
                at[run.security_profile] = outcome
    return found


_ORDER = (Verdict.KNOWN, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.INCOMPLETE, Verdict.NOT_RUN, Verdict.WARN)


def _outcome(cases: Iterable[CaseResult]) -> Outcome:
    """The outcome of a case in a run: of several parameters the worst."""
    cases = list(cases)
    for verdict in (*_ORDER, Verdict.PASS, Verdict.NOT_APPLICABLE):
        for case in cases:
            if case.verdict is verdict:
                return verdict, case.reason.split("\n", 1)[0]
    return Verdict.INCONCLUSIVE, "it ended without a verdict"


def _place(
    profile: ProfileReadiness, official: OfficialCase, covers: Sequence[int], results: dict[int, Outcome]
) -> None:
    demanded = [number for number in official.security_profiles if number in covers]
    if not official.applies or (official.security_profiles and not demanded):
        profile.not_applicable.append(official.id)
        return
    profile.demands.update(demanded)
    looked_at = {n: results[n] for n in (demanded or sorted(results)) if n in results}
    passed = any(verdict in _GOOD for verdict, _ in looked_at.values())
    failed = [Left(official.id, why, n) for n, (verdict, why) in looked_at.items() if verdict in _BAD]
    unjudged = [Left(official.id, why, n) for n, (verdict, why) in looked_at.items() if verdict in _UNSETTLED]
    if passed and not demanded:  # one security profile is enough, and what could not be judged at another no matter
        unjudged = []
    settled = bool(not demanded and (failed or unjudged))
    missing = [] if settled else _open(official, demanded, looked_at, passed=passed)
    profile.failed += failed
    profile.inconclusive += unjudged
    profile.open += missing
    if not (failed or unjudged or missing):
        profile.passed.append(official.id)


def _open(official: OfficialCase, demanded: Sequence[int], results: dict[int, Outcome], *, passed: bool) -> list[Left]:
    """Where a case has still to be run, and has no verdict yet.

    That it says of itself that it does not apply settles it at a security profile only where it passed at another: the
    official list demands it of what the product claims.
    """
    found = []
    places: Sequence[int | None] = demanded or [None]
    for number in places:
        verdict, why = results.get(number, (Verdict.NONE, "")) if number is not None else _any(results)
        if (
            verdict in (*_GOOD, *_BAD, *_UNSETTLED)
            or (passed and verdict is Verdict.NOT_APPLICABLE)
            or (passed and not demanded)
        ):
            continue
        if not official.in_release:
            reason = "not in this release"
        elif verdict is Verdict.NOT_APPLICABLE:
            reason = f"the case did not apply to what the product showed: {why}"
        elif verdict is Verdict.NOT_RUN:
            reason = f"not run: {why}"
        else:
            reason = "not run" if number is None else f"not run at security profile {number}"
        found.append(Left(official.id, reason, number, official.in_release))
    return found


def _any(results: dict[int, Outcome]) -> Outcome:
    """What is said of a case that needs to be run at one security profile, of several why it was not run first."""
    return min(results.values(), key=lambda outcome: outcome[0] is not Verdict.NOT_RUN, default=(Verdict.NONE, ""))


def _broken_rules(runs: Sequence[RunResult]) -> list[str]:
    """The rules that were broken in a case that no newer run at the same security profile has judged again."""
    broken = set()
    for index, run in enumerate(runs):
        later = [r for r in runs[index + 1 :] if r.security_profile == run.security_profile]
        own = {case.key for case in run.cases}
        judged = {case.key for r in later for case in r.cases if case.verdict in (*_GOOD, *_BAD)}
        for id, where in _broken_in(run).items():
            settled = [key in judged or (bool(later) and key not in own) for key in where]
            if not settled or not all(settled):
                broken.add(id)
    return sorted(broken)


def _broken_in(run: RunResult) -> dict[str, set[str]]:
    """The rules that were broken in a run, each with the cases: also those of a run that was killed, which has counted
    none, by what stands with its cases."""
    own = {case.key for case in run.cases}
    found = {
        rule.id: own if len(rule.where) >= _SHOWN_AT_MOST else set(rule.where)
        for rule in run.rules
        if rule.verdict is Verdict.FAIL
    }
    for case in run.cases:
        for check in case.findings:
            if check.verdict is Verdict.FAIL and check.note.startswith("rule "):
                id = "RULE_" + check.note.removeprefix("rule ")
                found[id] = found.get(id, set()) | {case.key}
    return found


_SHOWN_AT_MOST = 50
"""So many findings of a rule a run keeps: where there are as many, others may be in any of its cases."""
