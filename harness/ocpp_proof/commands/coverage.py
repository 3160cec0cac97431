"""Requirement coverage: what each case judges, and what judges each requirement, or why nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..cases.requirements import Requirement, requirements
from ..rules.register import SUBJECTS
from ..source.cases import CaseSource
from ..source.scenario import read

__all__ = ["Coverage", "coverage", "coverage_text"]

_OWN = ("survival", "claimed feature")
"""What checks name that no text of the standard is about; they are not counted."""

_ON_EVERY_FRAME = tuple(
    f"OCPP-J {section}"
    for section in ("4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.2.1", "4.2.2", "4.2.3", "schema", "answer", "subprotocol")
)
"""What the rules of the protocol and the roles judge all the time, whatever case runs."""


@dataclass(frozen=True)
class Coverage:
    """Of one version: the `known` requirements, those `of_case`, and by requirement the cases and rules judging it."""

    known: dict[str, Requirement]
    of_case: dict[str, list[str]]
    cases: dict[str, list[str]]
    rules: dict[str, list[str]]

    @property
    def unjudged(self) -> list[Requirement]:
        """What no case and no rule judges, in the catalog's order."""
        elsewhere = (*_OWN, *_ON_EVERY_FRAME)
        return [
            row
            for id, row in self.known.items()
            if id not in self.cases and id not in self.rules and id not in elsewhere
        ]

    @property
    def counted(self) -> int:
        """How many of the requirements are the standard's."""
        return sum(1 for id in self.known if id not in _OWN)


def coverage(ocpp: str, sources: Iterable[CaseSource]) -> Coverage:
    """Of these cases, each once, and of all rules."""
    known = requirements(ocpp)
    of_case = {s.id: [id for id in read(s, ocpp).requirements if id in known] for s in sources}
    cases: dict[str, list[str]] = {}
    for case, judged in of_case.items():
        for requirement in judged:
            cases.setdefault(requirement, []).append(case)
    rules: dict[str, list[str]] = {}
    for rule in (rule for subject in SUBJECTS for rule in subject.rules):
        if requirement := rule.requirements.get(ocpp, ""):
            rules.setdefault(requirement, []).append(rule.id)
    return Coverage(known, of_case, cases, rules)


def coverage_text(ocpp: str, sources: Iterable[CaseSource]) -> str:
    """For the terminal, in both directions; what nothing judges is told apart by whether the catalog says why."""
    found = coverage(ocpp, sources)
    judged = {id: (found.cases.get(id, []), found.rules.get(id, [])) for id in sorted({*found.cases, *found.rules})}
    why = [row for row in found.unjudged if row[2]]
    nobody = [row for row in found.unjudged if not row[2]]
    by_rules = sum(1 for id in found.rules if id not in found.cases)
    parts = [
        f"OCPP {ocpp}: {len(found.cases)} of {found.counted} requirements are judged in the steps of a case, "
        f"{by_rules} more by a rule, {len(why)} are not judged for a reason",
        _section("Requirements of each case", [f"{id:<18} {', '.join(ids)}" for id, ids in found.of_case.items()]),
        _section(
            "Cases and rules of each requirement",
            [
                f"{id:<24} {' '.join([*cases, *(f'rule:{rule}' for rule in rules)])}"
                for id, (cases, rules) in judged.items()
            ],
        ),
        f"Judged on every frame: {', '.join(_ON_EVERY_FRAME)}",
        _section(f"Not judged, and why: {len(why)}", _rows(why)),
        _section(f"Judged by nothing: {len(nobody)}", _rows(nobody)),
    ]
    return "\n\n".join(parts) + "\n"


def _rows(found: Sequence[Requirement]) -> list[str]:
    return [f"{id:<24} {level:<7} {line}".rstrip() for id, level, line in found]


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"  {line}" for line in lines)])
