"""summary.html: one page that needs no server and no network, and can be printed or mailed.

Everything that came from the SUT is data: it is escaped everywhere, and the script of the page only compares it, or
shows it as text.
"""

from __future__ import annotations

import time
from html import escape
from pathlib import PurePath

from .case_section import cases_section, requirement_link
from .causes import causes_of, ids_by_case
from .causes_section import section
from .model import RunResult, Verdict
from .page_parts import SHOWN, badge, framed
from .payloads import packed
from .readiness import ProfileReadiness, readiness
from .readiness_text import counts, grouped

__all__ = ["page"]


_ROLES = {"station": "charging station", "csms": "CSMS"}


def page(run: RunResult) -> str:
    """The whole page as text."""
    title = f"{run.sut}: OCPP {run.ocpp}, security profile {run.security_profile}"
    causes = causes_of(run)
    body = (
        f"{_head(run, title)}{section(causes)}{_problems(run)}{_readiness(run)}{_rules(run)}"
        f"{cases_section(run, ids_by_case(causes))}"
        f'<script type="text/plain" id="messages">{packed(run.cases)}</script>'
    )
    return framed(title, body, styles=("summary.css", "sequence.css"), script="summary.js")


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(seconds)) if seconds else "not reached"


def _head(run: RunResult, title: str) -> str:
    facts = [
        ("Verdict of the run", badge(run.verdict)),
        ("System under test", escape(f"{run.sut} ({_ROLES[run.role]})")),
        ("Product", escape(" ".join(t for t in (run.vendor, run.model, run.firmware) if t)) or "not given"),
        ("Claimed profiles", escape(", ".join(run.claimed_profiles)) or "none given"),
        ("Started", escape(_clock(run.started))),
        ("Ended", escape(_clock(run.ended))),
        ("Selection", escape(run.selection) or "everything that applies"),
        ("Seed", str(run.seed)),
        ("Harness", escape(f"ocpp-proof {run.harness}")),
        ("sut.toml", escape(f"{PurePath(run.sut_file).name} (SHA-256 {run.sut_sha256[:16]}…)")),
    ]
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in facts)
    counts = "".join(
        f"<div><b>{sum(1 for c in run.cases if c.verdict is v)}</b>{badge(v)}</div>"
        for v in SHOWN
        if any(c.verdict is v for c in run.cases)
    )
    not_tried = f"<p>{escape(run.not_tried)}</p>" if run.not_tried else ""
    return f'<h1>{escape(title)}</h1><div class="counts">{counts}</div>{not_tried}<table class="facts">{rows}</table>'


def _problems(run: RunResult) -> str:
    problems = [*run.problems, *(entry.note for entry in run.known if entry.verdict is Verdict.FAIL)]
    if not problems:
        return ""
    items = "".join(f"<li>{escape(p)}</li>" for p in problems)
    return f"<h2>Problems of the run</h2><ul>{items}</ul>"


def _readiness(run: RunResult) -> str:
    rows = [_readiness_row(profile) for profile in readiness(run) if profile.demanded and _is_about(profile)]
    if not rows:
        return ""
    return (
        f"<h2>Readiness per certification profile</h2><p>Of this run alone, at security profile {run.security_profile}"
        f"; the product covers {', '.join(map(str, run.security_profiles)) or 'no other'}. Over several runs: "
        f"ocpp-proof readiness DIR…</p><table class=readiness>{''.join(rows)}</table>"
    )


def _is_about(profile: ProfileReadiness) -> bool:
    """Whether a profile is worth a line: the product claims it, or something of it was run all the same."""
    return profile.claimed or bool(profile.passed or profile.failed or profile.inconclusive)


_BARS = {"failed": "f", "inconclusive": "i", "open": "m"}


def _readiness_row(profile: ProfileReadiness) -> str:
    total = profile.demanded
    lists = [("p", set(profile.passed)), *((_BARS[word], ids) for word, ids in profile.ids())]
    parts = "".join(f'<i class="{css}" style="width:{100 * len(ids) / total:.2f}%"></i>' for css, ids in lists)
    left = [f"{word}: {text}" for word, entries in profile.left() for text in grouped(entries)]
    items = "".join(f"<li>{escape(text)}</li>" for text in left)
    told = escape(counts(profile))
    if items:
        told = f"<details><summary>{told}</summary><ul>{items}</ul></details>"
    return (
        f"<tr><td><b>{escape(profile.name)}</b><br>{escape(profile.where)}</td>"
        f'<td><div class="bar">{parts}</div>{told}</td>'
        f"<td><b>{profile.state}</b></td></tr>"
    )


def _rules(run: RunResult) -> str:
    """Those that were broken, with what they found; the others behind a line that can be opened."""
    if not run.rules:
        return ""
    rows, kept = [], []
    for rule in run.rules:
        if rule.verdict is Verdict.PASS:
            kept.append(f"<li>{escape(rule.title)} <code>{escape(rule.id)}</code></li>")
            continue
        found = "".join(
            f"<li>{escape(where)}: {requirement_link(f.requirement, run)} expected {escape(f.expected)}, "
            f"received {escape(f.received)}</li>"
            for f, where in list(zip(rule.findings, rule.where, strict=False))[:8]
        )
        inner = f": {rule.count} findings<ul>{found}</ul>" if found else ""
        told = f"{escape(rule.title)} <code>{escape(rule.id)}</code>{inner}"
        rows.append(f"<tr><td>{badge(rule.verdict)}</td><td>{told}</td></tr>")
    shut = f"<details><summary>{len(kept)} rules were kept</summary><ul>{''.join(kept)}</ul></details>" if kept else ""
    return (
        "<h2>Rules that watched every message</h2><p>What they found in messages that no case was judging.</p>"
        f"<table>{''.join(rows)}</table>{shut}"
    )
