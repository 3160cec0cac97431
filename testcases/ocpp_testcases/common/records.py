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
    shown = ", ".join(f"{name} {value!r}" for name, value in fields.items()) or "an entry"
    try:
        found = await sut.transaction(
            tx.id, when=lambda answer: bool(answer) and all(answer.get(n, v) == v for n, v in fields.items())
        )
    except CannotTell as error:
        not_judged(RECORD, because=f"{error}; looked for {shown} of transaction {tx.id}")
        return
    for name in fields.keys() - (found or fields).keys():
        not_judged(RECORD, because=f"what the CSMS tells of a transaction has no {name}")
    check(
        RECORD,
        found is not None and bool(found) and all(found.get(name, value) == value for name, value in fields.items()),
        expected=f"the CSMS recorded transaction {tx.id}: {shown}",
        received=found,
    )
