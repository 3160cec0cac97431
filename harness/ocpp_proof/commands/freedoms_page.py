"""The page of the freedoms: what the reference systems can do otherwise than they do, and why they may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ocpp_fixtures import csms, station

__all__ = ["freedoms_page"]

_INTRODUCTION = (
    "A sound product need not be like ours. Each freedom is one legal difference of a reference system, with the "
    "sentence of the standard that allows it; no case may fail under any of them. "
    "`ocpp-proof demo --freedom NAME` runs the cases with one.\n"
)


def freedoms_page() -> str:
    """Markdown: a table for each reference system, ordered by name."""
    parts = ["# Freedoms", _INTRODUCTION]
    for title, freedoms in (("Charging stations", station.FREEDOMS), ("CSMS", csms.FREEDOMS)):
        parts += [f"## {title}: {len(freedoms)}", _table(freedoms.values())]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _table(freedoms: Iterable[Any]) -> str:
    rows = ["| Name | Versions | What it does | Allowed by |", "|---|---|---|---|"]
    rows += [
        f"| `{f.name}` | {', '.join(f.versions)} | {_cell(f.summary)} | {_cell(f.allowed_by)} |"
        for f in sorted(freedoms, key=lambda f: str(f.name))
    ]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
