"""The page of a version's requirements: how binding each is, what it says in our words, and what judges it."""

from __future__ import annotations

from collections.abc import Sequence

from ocpp_reports.docs_pages import anchor

from ..source.cases import CaseSource
from .coverage import coverage

__all__ = ["requirements_text"]

_INTRODUCTION = (
    "The ids are those of the standard; where its text has none (OCPP 1.6, OCPP-J) they name the section. Reports link "
    "here. Beside a requirement stand the cases in whose steps it is judged, and the rules that hold it against every "
    "message. Requirements that nothing judges are listed too.\n"
)


def requirements_text(ocpp: str, cases: Sequence[tuple[CaseSource, str]]) -> str:
    """Markdown: a table with an anchor for each requirement; `cases`: with the page of each, without its ending."""
    pages = {source.id: page for source, page in cases}
    found = coverage(ocpp, [source for source, _ in cases if ocpp in (source.ocpp or source.case.versions)])
    rows = ["| Requirement | Level | In our words | Judged by |", "|---|---|---|---|"]
    for id, level, line in found.known.values():
        judged = [f"[{case}]({pages[case]}.md)" for case in found.cases.get(id, ())]
        by = ", ".join(dict.fromkeys([*judged, *(f"`{rule}`" for rule in found.rules.get(id, ()))]))
        rows.append(f'| <a id="{anchor(id)}"></a>{id} | {level} | {line.replace("|", chr(92) + "|")} | {by} |')
    return f"# OCPP {ocpp}: {len(found.known)} requirements\n\n{_INTRODUCTION}\n" + "\n".join(rows) + "\n"
