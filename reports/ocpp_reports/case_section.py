"""The cases of a run in its page: filters, and each case with its scenario, its judgements and its wire."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import PurePath
from urllib.parse import quote

from .case_files import WIRE, case_folder
from .causes_section import links
from .docs_pages import anchor, docs_url, requirements_page
from .model import CaseResult, CheckRecord, RunResult, StepRecord, Verdict
from .page_parts import SHOWN, badge, in_order
from .sequence import diagram

__all__ = ["cases_section", "repeat", "requirement_link"]

OPEN_AT_MOST = 3
"""Failed cases are shown unfolded as long as there are no more of them."""
_WORDS = {
    "station": ("charging station", "the harness as CSMS"),
    "csms": ("CSMS", "the harness as charging station"),
}
_REPEATED = ("--ocpp-defect", "--ocpp-freedom", "--ocpp-message", "--ocpp-allow-disruptive", "--ocpp-netns")
"""Options of a run that a case is to be repeated with."""
_NO_PAGE = ("schema ", "TC_", "precondition")
"""What begins so is no requirement of a document: the schema of a message, or a row of an official table."""


def requirement_link(requirement: str, run: RunResult) -> str:
    """A requirement as a link to its place in the project's documentation, where there is one."""
    url = "" if requirement.startswith(_NO_PAGE) else docs_url(requirements_page(run.ocpp), anchor(requirement))
    if not url:
        return f"<span class=req>{escape(requirement)}</span>"
    return f'<a class=req rel="noreferrer" href="{escape(url)}">{escape(requirement)}</a>'


def repeat(case: CaseResult, run: RunResult) -> str:
    """The command that runs this case again as it was run, from the folder of sut.toml."""
    options = [option.replace("--ocpp-", "--", 1) for option in run.command if option.partition("=")[0] in _REPEATED]
    sut = PurePath(run.sut_file or "sut.toml").name
    return shlex.join(
        [
            *("ocpp-proof", "run", "--sut", sut, "--ocpp", run.ocpp),
            *("--security-profile", str(run.security_profile), "--select", case.id, "--seed", str(run.seed)),
            *(part for option in options for part in option.split("=", 1)),
        ]
    )


def cases_section(run: RunResult, causes: Mapping[str, Sequence[str]]) -> str:
    """The cases of a run with filters in front; `causes`: the ids of its causes by the key of a case."""
    order = {v: n for n, v in enumerate(SHOWN)}
    few = sum(1 for c in run.cases if c.verdict is Verdict.FAIL) <= OPEN_AT_MOST
    cases = sorted(run.cases, key=lambda c: (order.get(c.verdict, -1), c.block, c.id))
    return f"<h2>Cases</h2>{_filters(run)}" + "".join(
        _case(c, run, causes.get(c.key, ()), opened=few and c.verdict is Verdict.FAIL) for c in cases
    )


def _filters(run: RunResult) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="verdict" checked value="{v.value.replace(" ", "-")}"> '
        f"{escape(v.value)}</label>"
        for v in SHOWN
        if any(c.verdict is v for c in run.cases)
    )
    profiles = sorted({p for c in run.cases for p in c.profiles})
    blocks = sorted({_block(c) for c in run.cases}, key=in_order)
    known = "".join(f'<option value="{escape(r)}">' for r in sorted({r for c in run.cases for r in _requirements(c)}))
    return (
        '<form class="filter"><input type="search" name="text" aria-label="Search" '
        'placeholder="Search: id, title, requirement">'
        f"{_choice('profile', 'any certification profile', profiles)}{_choice('block', 'any block', blocks)}"
        '<input name="requirement" list="requirements" aria-label="Requirement" placeholder="Requirement">'
        f'<datalist id="requirements">{known}</datalist>'
        f'<div class="boxes">{boxes}</div>'
        '<div class="boxes"><output id="shown"></output><button type="button" id="open">Open all</button>'
        '<button type="button" id="close">Close all</button><button type="reset">Reset</button></div></form>'
    )


def _choice(name: str, any_: str, values: Iterable[str]) -> str:
    options = "".join(f'<option value="{escape(v)}">{escape(v)}</option>' for v in values)
    return f'<select name="{name}" aria-label="{name}"><option value="">{any_}</option>{options}</select>'


def _block(case: CaseResult) -> str:
    """The block of the official list, or the family of an edge case."""
    return case.block or f"edge {case.id.split('_')[1] if '_' in case.id else case.id}"


def _requirements(case: CaseResult) -> list[str]:
    """What the case is about and what was judged in it, each once."""
    judged = [c.requirement for c in (*case.checks(), *case.findings) if c.verdict is not Verdict.NONE]
    return list(dict.fromkeys([*case.requirements, *judged]))


def _case(case: CaseResult, run: RunResult, causes: Sequence[str], *, opened: bool) -> str:
    css = case.verdict.value.replace(" ", "-")
    reason = f'<pre class="reason {css}">{escape(case.reason)}</pre>' if case.reason else ""
    linked = " ".join(requirement_link(r, run) for r in case.requirements)
    labels = [
        ("Use case", escape(", ".join(case.use_cases))),
        ("Requirements of the official case", linked),
        ("Certification profiles", escape(", ".join(case.profiles))),
        ("Condition", escape(case.condition)),
        ("Run it again", f"<code>{escape(repeat(case, run))}</code>" if case.started else ""),
        ("Wire log", f"{escape(case_folder(case.key))}/{WIRE}" if case.wire else ""),
    ]
    rows = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in labels if value)
    left_out = "".join(f"<li>{requirement_link(r, run)}: {escape(why)}</li>" for r, why in case.not_judged)
    wire = ""
    if case.wire:
        sut, harness = _WORDS[run.role]
        wire = f"<h3>On the wire</h3>{diagram(case.wire, case.scenario, sut=f'{run.sut} ({sut})', harness=harness)}"
    found = {"p": "|".join(case.profiles), "b": _block(case), "r": "|".join(_requirements(case))}
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in found.items() if value)
    return (
        f'<details{" open" if opened else ""} class="case {css}" id="{escape(case.key)}" data-id="{escape(case.id)}"'
        f'{data}><summary><a class="id" href="#{quote(case.key, safe="")}">{escape(case.key)}</a>'
        f"{badge(case.verdict)}<span>{escape(case.title)}</span>{_took(case)}"
        f"</summary><p>{escape(case.summary)}</p>{links(causes)}{reason}"
        f"{_scenario(case.scenario, run)}"
        f"{f'<p>Not judged here:</p><ul>{left_out}</ul>' if left_out else ''}"
        f'<table class="facts">{rows}</table>{wire}</details>'
    )


def _took(case: CaseResult) -> str:
    return f'<span class="time">{case.duration:.2f} s</span>' if case.started else ""


def _scenario(root: StepRecord, run: RunResult) -> str:
    if not root.steps and not root.checks:
        return ""
    return f'<ol class="steps">{_steps(root.steps, run)}</ol>{_checks(root.checks, run)}'


def _steps(steps: Iterable[StepRecord], run: RunResult) -> str:
    items = []
    for step in steps:
        given = " class=given" if step.kind == "given" else ""
        word = "Given: " if step.kind == "given" else ""
        inner = f"<ol>{_steps(step.steps, run)}</ol>" if step.steps else ""
        error = f"<br><b>{escape(step.error)}</b>" if step.error else ""
        items.append(
            f"<li{given}>{word}{escape(step.title)} {badge(step.verdict) if step.verdict is not Verdict.NONE else ''}"
            f"{error}{_checks(step.checks, run)}{inner}</li>"
        )
    return "".join(items)


def _checks(checks: Iterable[CheckRecord], run: RunResult) -> str:
    items = []
    for check in checks:
        if check.verdict is Verdict.NONE:
            continue
        items.append(
            f"<li>{badge(check.verdict)} {requirement_link(check.requirement, run)} ({escape(check.level)}) "
            f"expected {escape(check.expected)}; received {escape(check.received)}</li>"
        )
    return f'<ul class="checks">{"".join(items)}</ul>' if items else ""
