"""What the cases send to a system under test: role, family and action of every request on the wire of their results."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from ocpp_proof.ocppj.actions import actions
from ocpp_reports.model import CaseResult

TABLE = Path(__file__).parent.parent / "edge" / "sent_messages.csv"
"""A row for each, with the reason why it does no harm to a product that acts on it."""
Sent = tuple[str, str, str]


@cache
def explained() -> frozenset[Sent]:
    """The rows of the table that give a reason."""
    with TABLE.open(encoding="utf-8") as lines:
        return frozenset((row["sut"], row["family"], row["action"]) for row in csv.DictReader(lines) if row["why"])


def sent(results: Iterable[CaseResult]) -> set[Sent]:
    """Everything that was sent and can be acted on: requests of actions that exist (SCHEMA has a table of its own)."""
    found = set()
    for result in results:
        family = result.id.split("_")[1].lower() if result.id.startswith("X_") else "official"
        names = {action.name for action in actions(result.ocpp)}
        for record in result.wire:
            if record.direction != "out" or record.kind != "text" or family == "schema":
                continue
            try:
                frame = json.loads(record.data)
            except (ValueError, RecursionError):
                continue
            match frame:
                case [2 | 6, _, str(action), *_] if action in names:
                    found.add((result.role, family, action))
    return found
