"""`ocpp-proof docs DIR`: a page for each block of the official lists with its scenarios; of freedoms and rules."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

from ocpp_reports.docs_pages import block_page, requirements_page

from ..cases.declaration import ALL, CatalogRow, catalog
from ..source.cases import CaseSource, find_cases
from ..source.scenario import Row, read
from .bench_page import bench_page
from .freedoms_page import freedoms_page
from .requirements_page import requirements_text
from .rules_page import rules_page

__all__ = ["docs"]

_HEAD = "<!-- written by `make docs` from the code of the cases: change that, not this page -->\n\n"
FREEDOMS, RULES = "freedoms", "rules"
_ROLES = {"station": "charging station", "csms": "CSMS"}


def docs(options: argparse.Namespace) -> int:
    """Write the pages, and README.md that lists them; pages of blocks that are gone are removed."""
    folder: Path = options.directory
    pages: dict[str, list[CaseSource]] = defaultdict(list)
    titles: dict[str, str] = {}
    found = [(source, *_page(source)) for source in find_cases()]
    for source, name, title in found:
        pages[name].append(source)
        titles[name] = title
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in (*pages, FREEDOMS, RULES, *map(requirements_page, ALL)):
            old.unlink()
    for name, sources in pages.items():
        text = f"{_HEAD}# {titles[name]}\n\n" + "\n".join(_case(s) for s in sources)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    for version in ALL:
        text = _HEAD + requirements_text(version, [(source, name) for source, name, _ in found])
        (folder / f"{requirements_page(version)}.md").write_text(text, encoding="utf-8")
    (folder / f"{FREEDOMS}.md").write_text(_HEAD + freedoms_page(), encoding="utf-8")
    (folder / f"{RULES}.md").write_text(_HEAD + rules_page(), encoding="utf-8")
    (folder / "README.md").write_text(_index(pages, titles), encoding="utf-8")
    if options.bench is not None:
        options.bench.write_text(bench_page(), encoding="utf-8")
    print(f"{len(pages)} pages with {sum(map(len, pages.values()))} cases in {folder}")
    return 0


def _index(pages: dict[str, list[CaseSource]], titles: dict[str, str]) -> str:
    text = [f"{_HEAD}# The cases\n\nArrows: → sent to the system under test, ← expected from it.\n"]
    for name in sorted(pages, key=_order):
        text.append(f"* [{titles[name]}]({name}.md): {', '.join(s.id for s in pages[name])}")
    text.append(f"\n[Freedoms]({FREEDOMS}.md): what the reference systems can do otherwise, and every case takes.")
    listed = ", ".join(f"[{v}]({requirements_page(v)}.md)" for v in ALL)
    text.append(f"\nRequirements, and which cases judge each: {listed}.")
    text.append(f"\n[Rules]({RULES}.md): what holds for every message, whatever a case is about.")
    return "\n".join(text) + "\n"


def _order(name: str) -> list[tuple[int, int, str]]:
    return [(int(part.isdigit()), int(part) if part.isdigit() else 0, part) for part in re.split(r"(\d+)", name)]


def _rows(source: CaseSource) -> list[CatalogRow]:
    return [catalog()[source.id, version] for version in ALL if (source.id, version) in catalog()]


def _page(source: CaseSource) -> tuple[str, str]:
    """The file's name and its title: version, role and block of the official list; for ours the family."""
    rows = _rows(source)
    if not rows:
        family = source.id.split("_")[1]
        return f"edge-{family.lower()}", f"Edge cases: {family}"
    row = rows[-1]
    version = "1.6" if row.ocpp == "1.6" else "2.0.1 and 2.1"
    return block_page(row.ocpp, row.sut, row.block), f"OCPP {version}, {_ROLES[row.sut]}: {row.block}"


def _case(source: CaseSource) -> str:
    rows = _rows(source)
    title = rows[-1].title if rows else str(source.options.get("title", ""))
    lines = [f"## {source.id}: {_cell(title)}\n", f"{' '.join(source.summary.split())}\n", *_facts(source, rows)]
    made = read(source)
    if made.before:
        lines += ["", "Before:", "", *(f"* {_cell(state)}" for state in dict.fromkeys(made.before))]
    lines += ["", "| | Step | Messages | Judged |", "|---|---|---|---|"]
    lines += [_row(number, row) for number, row in enumerate(made.rows, 1)]
    return "\n".join(lines) + "\n"


def _facts(source: CaseSource, rows: list[CatalogRow]) -> list[str]:
    versions = [row.ocpp for row in rows] or list(source.ocpp)
    facts = [f"OCPP {', '.join(versions)}"]
    if not rows:
        facts.append(_ROLES.get(str(source.options.get("sut")), "") + " under test")
    conditions = {str(source.options.get("condition") or "")} | {row.condition for row in rows}
    facts += [f"applies if: {condition}" for condition in sorted(conditions) if condition]
    profiles = source.options.get("security_profiles") or (rows[-1].security_profiles if rows else ())
    if isinstance(profiles, tuple) and profiles:
        facts.append(f"security profile {', '.join(map(str, profiles))}")
    if source.options.get("disruptive"):
        many = source.options.get("connections")
        facts.append("disturbs the system under test" + (f" with about {many:,} connections" if many else ""))
    return ["; ".join(facts) + "."]


def _row(number: int, row: Row) -> str:
    messages = "<br>".join(_cell(m) for m in row.messages)
    judged = "<br>".join(f"**{_cell(j.requirement)}** {_cell(j.expected)}" for j in row.judged)
    return f"| {number} | {_cell(row.title)} | {messages} | {judged} |"


def _cell(text: str) -> str:
    """Text that cannot break out of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
