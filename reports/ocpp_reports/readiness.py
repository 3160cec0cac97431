"""How far a product is from a certification profile, counted from the official list and this run's verdicts.

Nobody but OCA's laboratories certifies: "ready" here means that every case of the profile that applies was run and
passed, at the security profile of this run.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .model import RunResult, Verdict

__all__ = ["ProfileReadiness", "readiness"]


@dataclass(slots=True)
class ProfileReadiness:
    """One certification profile: ids by what became of them; `not_run` also holds what this release does not have."""

    name: str
    claimed: bool
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    inconclusive: list[str] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)
    not_applicable: list[str] = field(default_factory=list)
    blocked_by: list[str] = field(default_factory=list)

    @property
    def applicable(self) -> int:
        """How many cases apply."""
        return len(self.passed) + len(self.failed) + len(self.inconclusive) + len(self.not_run)

    @property
    def ready(self) -> bool:
        """Whether all that applies was run and passed, and no rule was broken on the way."""
        return bool(self.passed) and not (self.failed or self.inconclusive or self.not_run or self.blocked_by)


def readiness(run: RunResult) -> list[ProfileReadiness]:
    """Every certification profile of the official list, Core first, then by name."""
    verdicts: dict[str, list[Verdict]] = {}
    for case in run.cases:
        verdicts.setdefault(case.id, []).append(case.verdict)
    broken = [rule.id for rule in run.rules if rule.verdict is Verdict.FAIL]
    profiles: dict[str, ProfileReadiness] = {}
    for official in run.official:
        for name in official.profiles:
            profile = profiles.setdefault(name, ProfileReadiness(name, name in run.claimed_profiles, blocked_by=broken))
            _place(profile, official.id, official.applies, verdicts.get(official.id, []))
    return sorted(profiles.values(), key=lambda p: (p.name != "Core", p.name))


def _place(profile: ProfileReadiness, id: str, applies: bool, verdicts: list[Verdict]) -> None:
    if not applies or (verdicts and all(v is Verdict.NOT_APPLICABLE for v in verdicts)):
        profile.not_applicable.append(id)
    elif any(v in (Verdict.FAIL, Verdict.KNOWN) for v in verdicts):
        profile.failed.append(id)
    elif any(v is Verdict.INCONCLUSIVE for v in verdicts):
        profile.inconclusive.append(id)
    elif verdicts:
        profile.passed.append(id)
    else:
        profile.not_run.append(id)
