"""The page of a version's requirements: how binding each is, what it says in our words, and what judges it."""

from __future__ import annotations

from collections.abc import Sequence

from ocpp_reports.docs_pages import anchor

from ..cases.requirements import requirements
from ..rules.register import SUBJECTS
from ..source.cases import CaseSource
from ..source.scenario import read

__all__ = ["requirements_text"]

_INTRODUCTION = (
    "The ids are those of the standard; where its text has none (OCPP 1.6, OCPP-J) they name the section. Reports link "
    "here. Beside a requirement stand the cases in whose steps it is judged, and the rules that hold it against every "
    "message. Requirements that nothing judges are listed too.\n"
)


def requirements_text(ocpp: str, cases: Sequence[tuple[CaseSource, str]]) -> str:
    """Markdown: a table with an anchor for each requirement; `cases`: with the page of each, without its ending."""
    judged: dict[str, list[str]] = {}
    for source, page in cases:
        if ocpp in (source.ocpp or source.case.versions):
            for requirement in read(source, ocpp).requirements:
                judged.setdefault(requirement, []).append(f"[{source.id}]({page}.md)")
    for rule in (rule for subject in SUBJECTS for rule in subject.rules):
        if requirement := rule.requirements.get(ocpp, ""):
            judged.setdefault(requirement, []).append(f"`{rule.id}`")
    known = requirements(ocpp)
    rows = ["| Requirement | Level | In our words | Judged by |", "|---|---|---|---|"]
    for id, level, line in known.values():
        by = ", ".join(dict.fromkeys(judged.get(id, ())))
        rows.append(f'| <a id="{anchor(id)}"></a>{id} | {level} | {line.replace("|", chr(92) + "|")} | {by} |')
    return f"# OCPP {ocpp}: {len(known)} requirements\n\n{_INTRODUCTION}\n" + "\n".join(rows) + "\n"
