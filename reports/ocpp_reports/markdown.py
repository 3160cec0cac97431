"""Runs for the page of a build server: Markdown, and annotations of GitHub."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .causes import causes_of, ids_by_case
from .model import RunResult, Verdict
from .page_parts import SHOWN
from .readiness import readiness
from .readiness_text import line

__all__ = ["github_annotations", "markdown"]

MOST = 50
"""Cases that are listed of one run: GitHub takes a summary of 1 MiB."""
_ANNOTATED = 10
"""Annotations of one kind that GitHub shows of a step."""
_LONGEST = 300
_PARAGRAPH = "\n\n"


def markdown(runs: Sequence[RunResult]) -> str:
    """For each run the verdict, the counts, the causes, what is not well with its first line, and the readiness."""
    return "\n".join(_run(run) for run in runs)


def _run(run: RunResult) -> str:
    lines = [
        f"## {_text(run.sut)}: OCPP {run.ocpp}, security profile {run.security_profile}: {run.verdict.upper()}",
        "",
    ]
    counted = [(v, sum(1 for case in run.cases if case.verdict is v)) for v in SHOWN]
    lines += [", ".join(f"{count} {v}" for v, count in counted if count) or "no case was run", ""]
    if run.not_tried:
        lines += [_text(run.not_tried), ""]
    lines += [f"* {_text(problem)}" for problem in (*run.problems, *_unneeded(run))]
    if causes := causes_of(run):
        lines += ["", "### Causes", ""]
        lines += [f"* **{c.id}** ({c.count}): {_text(c.sentence)}" for c in causes[:MOST]]
    ids = ids_by_case(causes)
    bad = [case for verdict in SHOWN[:3] for case in run.cases if case.verdict is verdict]
    if bad:
        lines += ["", "| Case | Verdict | Cause | Why |", "|---|---|---|---|"]
        lines += [
            f"| {_text(case.key)} {_text(case.title)} | {case.verdict} | {' '.join(ids.get(case.key, ()))} "
            f"| {_text(case.reason.partition(_PARAGRAPH)[0])} |"
            for case in bad[:MOST]
        ]
        lines += ["", f"… and {len(bad) - MOST} more"] if len(bad) > MOST else []
    broken = [rule for rule in run.rules if rule.verdict is not Verdict.PASS]
    lines += ["", *(f"* {_text(rule.id)}: {rule.verdict}, {rule.count} findings" for rule in broken)] if broken else []
    claimed = [profile for profile in readiness(run) if profile.claimed]
    if claimed:
        lines += ["", "### Readiness, of this run alone", "", *(f"* {_text(line(profile))}" for profile in claimed)]
    return "\n".join(lines) + "\n"


def _unneeded(run: RunResult) -> list[str]:
    return [entry.note for entry in run.known if entry.verdict is Verdict.FAIL]


def github_annotations(runs: Sequence[RunResult]) -> str:
    """Workflow commands of GitHub: an error for each case that failed or could not be judged, a warning for WARN."""
    lines: dict[str, list[str]] = {"error": [], "warning": []}
    for run in runs:
        for case in run.cases:
            if case.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN):
                kind = "warning" if case.verdict is Verdict.WARN else "error"
                title = f"{case.key} {case.verdict.upper()} (OCPP {run.ocpp}, security profile {run.security_profile})"
                lines[kind].append(f"::{kind} title={_property(title)}::{_command(case.reason or case.title)}")
    return "".join(f"{one}\n" for kind in lines.values() for one in kind[:_ANNOTATED])


def _command(text: str) -> str:
    return text[:2000].replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _command(text).replace(":", "%3A").replace(",", "%2C")


def _text(text: str) -> str:
    """On one line, as text: nothing in it is Markdown, HTML, a link, or the name of a user."""
    text = " ".join(text.split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    text = re.sub("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "�", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return re.sub(r"([\\`*_{}\[\]#|~!])", r"\\\1", text).replace("://", ":&#47;&#47;")
