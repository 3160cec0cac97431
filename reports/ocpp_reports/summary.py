"""summary.html: one page that needs no server and no network, and can be printed or mailed.

Everything that came from the SUT is data: it is escaped everywhere, and no script of the page reads it.
"""

from __future__ import annotations

import importlib.resources
import time
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from .causes import causes_of, ids_by_case
from .causes_section import links, section
from .model import CaseResult, CheckRecord, RunResult, StepRecord, Verdict
from .readiness import ProfileReadiness, readiness
from .readiness_text import counts, grouped
from .repeat import repeat_command
from .sequence import diagram

__all__ = ["page"]

_SHOWN = (
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.WARN,
    Verdict.KNOWN,
    Verdict.PASS,
    Verdict.NOT_RUN,
    Verdict.NOT_APPLICABLE,
)
_REPEATED = (Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN, Verdict.KNOWN)
OPEN_AT_MOST = 3
"""Failed cases are shown unfolded as long as there are no more of them."""
_WORDS = {
    "station": ("charging station", "the harness as CSMS"),
    "csms": ("CSMS", "the harness as charging station"),
}
# hides and shows by class only: it never touches text
_SCRIPT = """
document.querySelectorAll('.filter input').forEach(function (box) { box.addEventListener('change', function () {
  document.querySelectorAll('details.case.' + box.value).forEach(function (d) { d.hidden = !box.checked; }); }); });
function reach() { var d = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (d) { d.hidden = false; d.open = true; d.scrollIntoView(); } }
addEventListener('hashchange', reach); reach();
"""


def page(run: RunResult) -> str:
    """The whole page as text."""
    css = (importlib.resources.files(__package__) / "summary.css").read_text(encoding="utf-8")
    title = f"{run.sut}: OCPP {run.ocpp}, security profile {run.security_profile}"
    causes = causes_of(run)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{css}</style></head><body>"
        f"{_head(run, title)}{section(causes)}{_problems(run)}{_readiness(run)}{_rules(run)}"
        f"{_cases(run, ids_by_case(causes))}"
        "<footer>Made by ocpp-proof. This is evidence of a test run, not a certificate: only the laboratories of the "
        f"Open Charge Alliance certify.</footer><script>{_SCRIPT}</script></body></html>"
    )


def _badge(verdict: Verdict) -> str:
    css = verdict.value.replace(" ", "-")
    return f'<span class="verdict {css}">{escape(verdict.value.upper())}</span>'


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(seconds)) if seconds else "not reached"


def _head(run: RunResult, title: str) -> str:
    facts = [
        ("Verdict of the run", _badge(run.verdict)),
        ("System under test", escape(f"{run.sut} ({_WORDS[run.role][0]})")),
        ("Product", escape(" ".join(t for t in (run.vendor, run.model, run.firmware) if t)) or "not given"),
        ("Claimed profiles", escape(", ".join(run.claimed_profiles)) or "none given"),
        ("Started", escape(_clock(run.started))),
        ("Ended", escape(_clock(run.ended))),
        ("Selection", escape(run.selection) or "everything that applies"),
        ("Seed", str(run.seed)),
        ("Harness", escape(f"ocpp-proof {run.harness}")),
        ("sut.toml", escape(f"{run.sut_file} (SHA-256 {run.sut_sha256[:16]}…)")),
    ]
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in facts)
    counts = "".join(
        f"<div><b>{sum(1 for c in run.cases if c.verdict is v)}</b>{_badge(v)}</div>"
        for v in _SHOWN
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
        f"ocpp-proof readiness DIR…</p><table>{''.join(rows)}</table>"
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
            f"<li>{escape(where)}: <span class=req>{escape(f.requirement)}</span> expected {escape(f.expected)}, "
            f"received {escape(f.received)}</li>"
            for f, where in list(zip(rule.findings, rule.where, strict=False))[:8]
        )
        inner = f": {rule.count} findings<ul>{found}</ul>" if found else ""
        told = f"{escape(rule.title)} <code>{escape(rule.id)}</code>{inner}"
        rows.append(f"<tr><td>{_badge(rule.verdict)}</td><td>{told}</td></tr>")
    shut = f"<details><summary>{len(kept)} rules were kept</summary><ul>{''.join(kept)}</ul></details>" if kept else ""
    return (
        "<h2>Rules that watched every message</h2><p>What they found in messages that no case was judging.</p>"
        f"<table>{''.join(rows)}</table>{shut}"
    )


def _cases(run: RunResult, causes: Mapping[str, Sequence[str]]) -> str:
    order = {v: n for n, v in enumerate(_SHOWN)}
    boxes = "".join(
        f'<label><input type="checkbox" checked value="{v.value.replace(" ", "-")}"> {escape(v.value)}</label>'
        for v in _SHOWN
        if any(c.verdict is v for c in run.cases)
    )
    few = sum(1 for c in run.cases if c.verdict is Verdict.FAIL) <= OPEN_AT_MOST
    cases = sorted(run.cases, key=lambda c: (order.get(c.verdict, -1), c.block, c.id))
    return f'<h2>Cases</h2><div class="filter">{boxes}</div>' + "".join(
        _case(c, run, causes.get(c.key, ()), opened=few and c.verdict is Verdict.FAIL) for c in cases
    )


def _case(case: CaseResult, run: RunResult, causes: Sequence[str], *, opened: bool) -> str:
    css = case.verdict.value.replace(" ", "-")
    reason = f'<pre class="reason {css}">{escape(case.reason)}</pre>' if case.reason else ""
    labels = [
        ("Use case", ", ".join(case.use_cases)),
        ("Requirements of the official case", " ".join(case.requirements)),
        ("Certification profiles", ", ".join(case.profiles)),
        ("Condition", case.condition),
    ]
    rows = "".join(f"<tr><td>{name}</td><td>{escape(value)}</td></tr>" for name, value in labels if value)
    again = f"<p>Again: <code>{escape(repeat_command(run, case))}</code></p>" if case.verdict in _REPEATED else ""
    left_out = "".join(f"<li>{escape(r)}: {escape(why)}</li>" for r, why in case.not_judged)
    wire = ""
    if case.wire:
        sut, harness = _WORDS[run.role]
        wire = f"<h3>On the wire</h3>{diagram(case.wire, sut=f'{run.sut} ({sut})', harness=harness)}"
    return (
        f'<details{" open" if opened else ""} class="case {css}" id="{escape(case.key)}">'
        f'<summary><span class="id">{escape(case.key)}</span>'
        f'{_badge(case.verdict)}<span>{escape(case.title)}</span><span class="time">{case.duration:.2f} s</span>'
        f"</summary><p>{escape(case.summary)}</p>{links(causes)}{reason}{again}"
        f"{_scenario(case.scenario)}"
        f"{f'<p>Not judged here:</p><ul>{left_out}</ul>' if left_out else ''}"
        f'<table class="facts">{rows}</table>{wire}'
        f"<p>Wire log: cases/{escape(case.key)}/wire.jsonl</p></details>"
    )


def _scenario(root: StepRecord) -> str:
    if not root.steps and not root.checks:
        return ""
    return f'<ol class="steps">{_steps(root.steps)}</ol>{_checks(root.checks)}'


def _steps(steps: Iterable[StepRecord]) -> str:
    items = []
    for step in steps:
        given = " class=given" if step.kind == "given" else ""
        word = "Given: " if step.kind == "given" else ""
        inner = f"<ol>{_steps(step.steps)}</ol>" if step.steps else ""
        error = f"<br><b>{escape(step.error)}</b>" if step.error else ""
        items.append(
            f"<li{given}>{word}{escape(step.title)} {_badge(step.verdict) if step.verdict is not Verdict.NONE else ''}"
            f"{error}{_checks(step.checks)}{inner}</li>"
        )
    return "".join(items)


def _checks(checks: Iterable[CheckRecord]) -> str:
    items = []
    for check in checks:
        if check.verdict is Verdict.NONE:
            continue
        items.append(
            f"<li>{_badge(check.verdict)} <span class=req>{escape(check.requirement)}</span> ({escape(check.level)}) "
            f"expected {escape(check.expected)}; received {escape(check.received)}</li>"
        )
    return f'<ul class="checks">{"".join(items)}</ul>' if items else ""
