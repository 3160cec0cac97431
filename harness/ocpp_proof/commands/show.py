"""`ocpp-proof show ID`: the scenario of a case as a table, read from its code, without running it."""

from __future__ import annotations

import argparse
import difflib

from ..cases.declaration import catalog
from ..cases.errors import ConfigurationError
from ..source.cases import find_cases
from ..source.scenario import read
from .listing import relative

__all__ = ["show"]


def show(options: argparse.Namespace) -> int:
    """Print what the catalog and the code say of a case."""
    sources = {s.id: s for s in find_cases()}
    ids = {*sources, *(id for id, _ in catalog())}
    wanted: str = next((id for id in ids if id.lower() == options.id.lower()), options.id)
    rows = [row for (id, _), row in catalog().items() if id == wanted]
    if wanted not in sources and not rows:
        near = difflib.get_close_matches(wanted.upper(), sorted(ids), 3)
        raise ConfigurationError(
            f"there is no case {wanted!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    source = sources.get(wanted)
    title = rows[0].title if rows else str(source.options.get("title", "")) if source else ""
    print(f"{wanted}  {title}")
    for row in rows:
        need = "mandatory" if row.mandatory else f"if {row.condition}" if row.condition else "conditional"
        print(
            f"  OCPP {row.ocpp}: {', '.join(row.profiles) or 'no profile'}; {need}; use case {', '.join(row.use_cases)}"
        )
        if row.requirements:
            print(f"    requirements: {' '.join(row.requirements)}")
    if source is None:
        print("  not in this release")
        return 0
    print(f"  {relative(source.file)}:{source.function.lineno}\n  {source.summary}\n")
    made = read(source)
    for state in made.before:
        print(f"    before   {state}")
    for number, done in enumerate(made.rows, 1):
        print(f"\n  {number:>3}  {done.title}")
        for message in done.messages:
            print(f"         {message}")
        for judgement in done.judged:
            print(f"         judged   {judgement.requirement}: {judgement.expected}")
    return 0
