"""What a CSMS under test recorded, where its API can tell: evidence beside the wire."""

from __future__ import annotations

from typing import Any, Protocol

from ocpp_proof.cases.errors import CannotTell
from ocpp_proof.cases.steps import check, not_judged
from ocpp_proof.sut.sut import Sut

__all__ = ["RECORD", "check_recorded"]

RECORD = "operator record"
"""What a driver says is no message: a requirement of its own, which no official table names."""


class Identified(Protocol):
    """A transaction of any version: what a CSMS knows it by."""

    @property
    def id(self) -> Any:
        """The transaction id."""


async def check_recorded(sut: Sut, tx: Identified, **fields: Any) -> None:
    """Judge what the CSMS wrote down of a transaction, where its API can tell and in fields that it knows."""
    try:
        found = await sut.transaction(
            tx.id, when=lambda answer: bool(answer) and all(answer.get(n, v) == v for n, v in fields.items())
        )
    except CannotTell as error:
        not_judged(RECORD, because=f"{error}; looked for {_shown(fields) or 'an entry'} of transaction {tx.id}")
        return
    for name in fields.keys() - (found or fields).keys():
        not_judged(RECORD, because=f"what the CSMS tells of a transaction has no {name}")
    recorded = found or {}
    entry = f"the CSMS recorded transaction {tx.id!r}"
    wrong = {name: value for name, value in fields.items() if name in recorded and recorded[name] != value}
    for name, value in wrong.items():
        check(RECORD, False, expected=f"{entry}: {name} {value!r}", received=f"{name} {recorded[name]!r} in {recorded}")
    if not wrong:
        known = f": {_shown(fields)}" if recorded and fields else ""
        check(RECORD, bool(recorded), expected=entry + known, received=found)


def _shown(fields: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in fields.items())
