"""The page of the rules: what holds for every message, whatever a case is about."""

from __future__ import annotations

from collections.abc import Iterable

from ..cases.requirements import level_of
from ..rules.register import SUBJECTS
from ..rules.rule import Rule

__all__ = ["rules_page"]

_INTRODUCTION = (
    "Every message of every case is held against these rules, also in preconditions and while something is taken back. "
    "What breaks one fails the case if its official requirements name the rule's; otherwise it stands with the rules "
    "of the run, and in Causes. A rule says nothing where the wire leaves it open: what was before the run, what was "
    "sent while a connection was lost, what a case brings about on purpose.\n"
)


def rules_page() -> str:
    """Markdown: a table for each side, ordered by name."""
    rules = [rule for subject in SUBJECTS for rule in subject.rules]
    parts = ["# Rules", _INTRODUCTION]
    for side, title in (("station", "Charging stations"), ("csms", "CSMS")):
        own = [rule for rule in rules if rule.of == side]
        parts += [f"## {title}: {len(own)}", _table(own)]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _table(rules: Iterable[Rule]) -> str:
    rows = ["| Rule | What holds | Requirements |", "|---|---|---|"]
    rows += [f"| `{r.id}` | {r.sentence} | {_requirements(r)} |" for r in sorted(rules, key=lambda rule: rule.id)]
    return "\n".join(rows)


def _requirements(rule: Rule) -> str:
    """Each requirement once, with its level and the versions that it is of."""
    versions: dict[tuple[str, str], list[str]] = {}
    for version, requirement in rule.requirements.items():
        versions.setdefault((requirement, level_of(requirement, version)), []).append(version)
    return "; ".join(f"{id} ({level}, {', '.join(of)})" for (id, level), of in versions.items())
