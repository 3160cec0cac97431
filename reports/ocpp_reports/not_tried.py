"""What no driver of a run can do, by the reasons of the cases that need it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from .model import RunResult, Verdict

__all__ = ["NO_DRIVER", "counted", "not_tried"]

NO_DRIVER = re.compile(r"needs (?P<verbs>[^:]+): no driver \((?P<drivers>.*?)\) can do that")
"""The reason of a case that was not tried: it needs these verbs, and the run has these drivers."""


def counted(verbs: Iterable[str]) -> str:
    """How many cases need what, the most needed first: "plug_in (12), present_token (9)"."""
    return ", ".join(f"{verb} ({number})" for verb, number in Counter(verbs).most_common())


def not_tried(run: RunResult) -> str:
    """How many cases that apply to the product no driver could operate it for, and what they need; empty for none."""
    applies = [case for case in run.cases if case.verdict is not Verdict.NOT_APPLICABLE]
    unjudged = [case for case in applies if case.verdict in (Verdict.NOT_RUN, Verdict.INCONCLUSIVE)]
    needs = [found["verbs"].split(", ") for case in unjudged if (found := NO_DRIVER.match(case.reason))]
    if not needs:
        return ""
    told = counted(verb for verbs in needs for verb in verbs)
    return f"{len(needs)} of {len(applies)} not tried: no driver for {told}"
