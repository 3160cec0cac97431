"""Changes that nobody notices, and may be unnoticed: read from *.csv, where each row has its reason.

`kind`: "elsewhere" (judged by the case or rule that `by` names) or "open" (the standard leaves it open: `by` cites it).
`ocpp`, `case`, `message` ("BootNotification request"; the second of them in a case: "BootNotification request 2"),
`field` and `operation` may have globs; where a reason holds for
a field in every message, `message` is "*".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from changes import Change

__all__ = ["Reason", "reason_for", "reasons"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reason:
    """One row."""

    role: str
    ocpp: str
    case: str
    message: str
    field: str
    operation: str
    kind: str
    by: str
    note: str

    def fits(self, role: str, ocpp: str, case: str, change: Change) -> bool:
        """Whether this is the reason for a change in a case."""
        message = f"{change.action} {change.kind}"
        messages = (message, f"{message} {change.nth + 1}")
        return (
            self.role in ("*", role)
            and any(fnmatchcase(ocpp, one) for one in self.ocpp.split())
            and any(fnmatchcase(case, one) for one in self.case.split())
            and any(fnmatchcase(one, self.message) for one in messages)
            and fnmatchcase(_no_list(change.field), _no_list(self.field))
            and fnmatchcase(change.operation, self.operation)
        )


def _no_list(field: str) -> str:
    """fnmatch reads brackets as sets of characters."""
    return field.replace("[]", "/")


def reasons() -> list[Reason]:
    """Every row of every table."""
    found = []
    for file in sorted(HERE.glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            found += [Reason(**row) for row in csv.DictReader(lines)]
    return found


def reason_for(rows: list[Reason], role: str, ocpp: str, case: str, change: Change) -> Reason | None:
    """The first row that says why this may be unnoticed."""
    return next((row for row in rows if row.fits(role, ocpp, case, change)), None)
