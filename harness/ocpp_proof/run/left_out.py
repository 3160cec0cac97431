"""The cases that are no part of a run, by the reason, and those of our files that hold nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

from ..cases.declaration import Case
from ..cases.errors import OcppProofError
from ..source.cases import CaseSource, find_cases

__all__ = ["LeftOut"]


class LeftOut:
    """What is told of them is the same whether pytest read their file or passed it over.

    `why` says why a case is left out; it is empty for one that is part of the run.
    """

    def __init__(self, why: Callable[[Case], str]) -> None:
        self._why = why
        self._ids: dict[str, set[str]] = {}

    def add(self, reason: str, id: str) -> None:
        """A case is left out for this reason."""
        self._ids.setdefault(reason, set()).add(id)

    def counts(self) -> dict[str, int]:
        """The number of cases by reason."""
        return {reason: len(ids) for reason, ids in self._ids.items()}

    def passes_over(self, path: Path) -> bool:
        """Whether no case of this file is part of the run, which is then noted; never for a file that is not ours.

        Most files are for the other role or another version, and to import all of them is half of a run's start.
        """
        sources = _by_file().get(path, ())
        try:
            reasons = [(self._why(source.case), source.id) for source in sources]
        except OcppProofError:  # the catalog does not know the id, which is said when the file is read
            return False
        if not reasons or not all(reason for reason, _ in reasons):
            return False
        for reason, id in reasons:
            self.add(reason, id)
        return True


@functools.cache
def _by_file() -> dict[Path, list[CaseSource]]:
    found: dict[Path, list[CaseSource]] = {}
    for source in find_cases():
        found.setdefault(source.file, []).append(source)
    return found
