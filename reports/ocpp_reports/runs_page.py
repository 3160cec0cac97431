"""A page over several runs: the runs, readiness of each product and version, and a matrix of cases by runs."""

from __future__ import annotations

import time
from collections.abc import Sequence, Set
from html import escape
from urllib.parse import quote

from .model import CaseResult, RunResult, Verdict
from .page_parts import SHOWN, badge, framed, in_order
from .product import product_of
from .readiness import readiness
from .readiness_text import counts

__all__ = ["runs_page"]

_ROLES = {"station": "charging stations", "csms": "CSMS"}
_LETTERS = {
    Verdict.PASS: "pass",
    Verdict.WARN: "warn",
    Verdict.FAIL: "FAIL",
    Verdict.INCONCLUSIVE: "incon.",
    Verdict.KNOWN: "known",
    Verdict.NOT_RUN: "–",
    Verdict.NOT_APPLICABLE: "n. a.",
}


def runs_page(runs: Sequence[RunResult], summaries: Sequence[str]) -> str:
    """The page as text. `summaries`: where the page of each run stands, as a relative address."""
    together = sorted(zip(runs, summaries, strict=True), key=lambda one: _order(one[0]))
    title = f"{len(runs)} runs: {', '.join(sorted({run.sut for run in runs}))}"
    matrices = "".join(_matrix(role, [one for one in together if one[0].role == role]) for role in _ROLES)
    body = f"<h1>{escape(title)}</h1>{_runs(together)}{_readiness([run for run, _ in together])}{matrices}"
    return framed(title, body, styles=("summary.css", "runs.css"), script="runs.js")


def _order(run: RunResult) -> tuple[str, tuple[str, str, str], str, int, float]:
    return run.role, product_of(run).names, run.ocpp, run.security_profile, run.started


def _runs(runs: Sequence[tuple[RunResult, str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in ("Product", "OCPP", "Security profile", "Started (UTC)", "Verdict"))
    rows = []
    for run, summary in runs:
        told = " ".join(
            f"{badge(v)} {count}" for v in SHOWN if (count := sum(1 for case in run.cases if case.verdict is v))
        )
        started = time.strftime("%Y-%m-%d %H:%M", time.gmtime(run.started))
        rows.append(
            f'<tr><td><a href="{escape(summary)}">{escape(str(product_of(run)))}</a></td><td>{escape(run.ocpp)}</td>'
            f"<td>{run.security_profile}</td><td>{started}</td><td>{badge(run.verdict)}</td><td>{told}</td></tr>"
        )
    return f"<div class=wide><table><tr>{head}<th>Cases</th></tr>{''.join(rows)}</table></div>"


def _readiness(runs: Sequence[RunResult]) -> str:
    groups: dict[tuple[str, tuple[str, str, str], str], list[RunResult]] = {}
    for run in runs:
        groups.setdefault((run.role, product_of(run).names, run.ocpp), []).append(run)
    rows = []
    for of in groups.values():
        for profile in readiness(*of):
            if profile.claimed:
                rows.append(
                    f"<tr><td>{escape(str(product_of(of[-1])))}</td><td>{escape(of[-1].ocpp)}</td>"
                    f"<td>{escape(profile.name)}</td><td><b>{profile.state}</b></td>"
                    f"<td>{escape(counts(profile))}; {escape(profile.where)}</td></tr>"
                )
    if not rows:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("Product", "OCPP", "Certification profile", "State", "Cases"))
    return f"<h2>Readiness</h2><div class=wide><table><tr>{head}</tr>{''.join(rows)}</table></div>"


def _matrix(role: str, runs: Sequence[tuple[RunResult, str]]) -> str:
    if not runs:
        return ""
    by_run = [{case.key: case for case in run.cases} for run, _ in runs]
    cases: dict[str, CaseResult] = {}
    for run, _ in runs:
        for case in run.cases:
            cases.setdefault(case.key, case)
    columns = "".join(_column(run, summary) for run, summary in runs)
    rows = []
    for key, case in sorted(cases.items(), key=lambda one: (not one[1].block, in_order(one[1].block), one[0])):
        verdicts = [found.verdict if (found := results.get(key)) else None for results in by_run]
        cells = "".join(_cell(key, v, summary) for v, (_, summary) in zip(verdicts, runs, strict=True))
        ran = {v for v in verdicts if v is not None} - {Verdict.NOT_RUN, Verdict.NOT_APPLICABLE}
        marks = [name for name, holds in (("differs", len(ran) > 1), ("bad", not _well(ran))) if holds]
        rows.append(
            f'<tr class="{" ".join(marks)}"><th scope=row>{escape(key)}<br><small>{escape(case.title)}</small></th>'
            f"{cells}</tr>"
        )
    return (
        f"<h2>Cases of {_ROLES[role]}</h2>"
        '<form class="filter"><input type="search" name="text" aria-label="Search" placeholder="Search: id, title">'
        '<label><input type="checkbox" name="differs"> where runs differ</label>'
        '<label><input type="checkbox" name="bad"> not well in a run</label><output></output></form>'
        f"<div class=wide><table class=matrix><thead><tr><th>Case</th>{columns}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _well(verdicts: Set[Verdict]) -> bool:
    return verdicts <= {Verdict.PASS, Verdict.WARN}


def _column(run: RunResult, summary: str) -> str:
    product = product_of(run)
    name = " ".join(text for text in (product.model, product.firmware) if text) or run.sut
    return (
        f'<th><a href="{escape(summary)}">{escape(name)}</a><br>'
        f"<small>{escape(run.ocpp)}, SP {run.security_profile}<br>"
        f"{time.strftime('%Y-%m-%d %H:%M', time.gmtime(run.started))}</small></th>"
    )


def _cell(key: str, verdict: Verdict | None, summary: str) -> str:
    if verdict is None:
        return "<td></td>"
    css, word = verdict.value.replace(" ", "-"), _LETTERS.get(verdict, verdict.value)
    return f'<td><a class="v {css}" href="{escape(summary)}#{quote(key, safe="")}">{escape(word)}</a></td>'
