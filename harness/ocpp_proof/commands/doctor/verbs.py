"""Which driver does which verb, and what the verbs cost that none can do."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterator

from ...run.bench import Bench
from ...run.missing_verbs import verbs_of
from ...run.selection import applicability
from ...source.cases import find_cases
from ...source.verbs import needed_verbs
from ...sut.drivers import Driver
from ...sut.drivers.base import QUESTIONS
from .report import Report

__all__ = ["tell_verbs"]

_EXAMPLES = 3
_ONLY_WHEN_ASKED = {"command": "command (if the program does it)"}


def tell_verbs(bench: Bench, report: Report) -> None:
    """A table of the verbs: who can do them, and how many cases of this run need them; those of missing ones by id."""
    needing = _cases_by_verb(bench)
    verbs = [verb for verb in verbs_of(bench.config.role) if verb != "request"]
    requests = sorted(verb for verb in needing if verb.startswith("request "))
    missing = [verb for verb in requests if not _able(bench, verb)]  # there are dozens of actions: only these are told
    rows = [("verb", "driver", "cases that need it, on every way through them")]
    rows += [
        (verb, _able(bench, verb) or "none", _cases(bench, verb, needing.get(verb, []))) for verb in verbs + missing
    ]
    if bench.config.role == "csms":
        can = [f"{driver.name} has {sum(map(_can(driver), requests))}" for driver in bench.drivers]
        rows.append(("request", ", ".join(can) or "none", f"of the {len(requests)} actions that cases need"))
        rows += [
            (verb, _able(bench, verb) or "none", "the edge cases about what the CSMS recorded") for verb in QUESTIONS
        ]
    report.table(rows)


def _can(driver: Driver) -> Callable[[str], bool]:
    return lambda verb: driver.can(*verb.split(" ", 1))


def _able(bench: Bench, verb: str) -> str:
    """The drivers that can do it, in the order in which they are asked."""
    able = [driver.name for driver in bench.drivers if _can(driver)(verb)]
    return ", ".join(_ONLY_WHEN_ASKED.get(name, name) for name in able)


def _cases(bench: Bench, verb: str, ids: list[str]) -> str:
    if not ids or _able(bench, verb):
        return str(len(ids))
    shown = ", ".join(ids[:_EXAMPLES]) + (", ..." if len(ids) > _EXAMPLES else "")
    return f"{len(ids)} cannot be judged: {shown}"


def _cases_by_verb(bench: Bench) -> dict[str, list[str]]:
    """The cases that apply in this run, by the verbs that they need on every way through them."""
    found: dict[str, list[str]] = defaultdict(list)
    for id, verb in _needed(bench):
        found[verb].append(id)
    return found


def _needed(bench: Bench) -> Iterator[tuple[str, str]]:
    for source in find_cases():
        case = source.case
        if case.sut != bench.config.role or bench.ocpp not in case.versions:
            continue
        profiles = source.options.get("security_profiles")
        case = dataclasses.replace(
            case,
            condition=str(source.options.get("condition", "")),
            security_profiles=profiles if isinstance(profiles, tuple) else case.security_profiles,
        )
        if applicability(case, bench.config, bench.ocpp, bench.security_profile):
            continue
        for verb in needed_verbs(source.file, source.name, bench.ocpp):
            yield source.id, verb
