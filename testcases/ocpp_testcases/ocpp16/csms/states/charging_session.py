"""Transactions in front of a Central System under test, OCPP 1.6: the harness plays the charge point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.errors import CannotTell
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.steps import check, check_fields, not_judged, on_undo
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.common.tokens import free_elsewhere, has_to_be_known
from ocpp_testcases.ocpp16.csms.states.authorization import REFUSED, authorized, check_token_accepted
from ocpp_testcases.ocpp16.csms.states.cold_boot import report_status
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = [
    "Transaction",
    "charging",
    "check_recorded_start",
    "second_transaction",
    "start_refused",
    "start_transaction",
    "stop_recorded",
    "stop_transaction",
]


@dataclass
class Transaction:
    """A transaction of the charge point that the harness plays. `id` is what the Central System gave it."""

    station: Station
    token: Token
    connectorId: int
    meter: int
    id: int = 0
    running: bool = False

    async def take_back(self) -> None:
        """Stop it if it still runs."""
        if self.running:
            await connected(self.station)
            await stop_transaction(self, reason="Other")
            await report_status(self.station, self.connectorId, "Available")


async def start_transaction(
    station: Station,
    sut: Sut,
    token: Token | None = None,
    *,
    connectorId: int | None = None,
    timestamp: str = "",
    **fields: Any,
) -> Transaction:
    """Send StartTransaction and judge that the Central System lets the token charge; returns the transaction."""
    tx, answer = await _start(station, sut, token or sut.tokens.valid, connectorId, timestamp, **fields)
    free_elsewhere(sut, tx.token, answer)
    has_to_be_known(sut, tx.token, answer)
    check_token_accepted("1.6 §4.8 token", answer)
    return tx


async def _start(
    station: Station, sut: Sut, token: Token, connectorId: int | None, timestamp: str, **fields: Any
) -> tuple[Transaction, Answer]:
    """Send StartTransaction; what runs then is stopped when the case ends."""
    tx = Transaction(station, token, connectorId or sut.connectorId, sut.number(1, 10**6))
    answer = await station.call(
        "StartTransaction",
        connectorId=tx.connectorId,
        idTag=tx.token.idToken,
        meterStart=tx.meter,
        timestamp=timestamp or now(),
        **fields,
    )
    tx.id, tx.running = answer.transactionId, True
    on_undo("Stop the transaction that is still running", tx.take_back)
    return tx, answer


async def stop_transaction(
    tx: Transaction, *, reason: str = "Local", timestamp: str = "", token: Token | None = None
) -> Answer:
    """Send StopTransaction; where a driver stops it names the token: that of the transaction, or `token`."""
    tx.meter += 1500
    tx.running = False
    by = {"idTag": (token or tx.token).idToken} if reason == "Local" else {}
    return await tx.station.call(
        "StopTransaction",
        transactionId=tx.id,
        meterStop=tx.meter,
        timestamp=timestamp or now(),
        reason=reason,
        **by,
    )


async def charging(station: Station, sut: Sut, token: Token | None = None, **fields: Any) -> Transaction:
    """Charging: the driver is authorized, the cable is in, and the transaction has started."""
    await authorized(station, sut, token)
    await report_status(station, sut.connectorId, "Preparing")
    tx = await start_transaction(station, sut, token, **fields)
    await report_status(station, tx.connectorId, "Charging")
    return tx


async def second_transaction(station: Station, sut: Sut, tx: Transaction) -> Transaction | None:
    """Another driver charges at another connector: a session of its own, with an id of its own."""
    if not sut.tokens.given("second"):
        not_judged("1.6 §4.8 id", because="values.tokens.second in sut.toml names no second token that may charge")
        return None
    await authorized(station, sut, sut.tokens.second)
    other = await start_transaction(station, sut, sut.tokens.second, connectorId=2 if tx.connectorId == 1 else 1)
    await report_status(station, other.connectorId, "Charging")
    check(
        "1.6 §4.8 id",
        other.id != tx.id,
        expected=f"a transactionId other than {tx.id}, which is still running",
        received=other.id,
    )
    return other


async def start_refused(
    station: Station,
    sut: Sut,
    token: Token,
    *,
    connectorId: int | None = None,
    timestamp: str = "",
    status: str | Pattern = REFUSED,
    requirement: str = "1.6 §4.8 token",
) -> Transaction:
    """Send StartTransaction for a token that may not charge: judge that the answer has an id and this status."""
    tx, answer = await _start(station, sut, token, connectorId, timestamp)
    check_fields(requirement, answer, {"idTagInfo.status": status})
    return tx


async def stop_recorded(sut: Sut, tx: Transaction, reason: str, *, beside: Transaction | None = None) -> None:
    """Stopped: the Central System takes the end of the transaction, and only of this one."""
    begin = tx.meter
    await stop_transaction(tx, reason=reason)
    await check_recorded(sut, tx, active=False, stoppedReason=reason, meterStart=begin, meterStop=tx.meter)
    if beside is not None:
        await check_recorded(sut, beside, active=True)


async def check_recorded_start(sut: Sut, tx: Transaction, started: str) -> None:
    """Judge that the Central System keeps the time at which a transaction started, however late it heard of it."""
    requirement = "1.6 §3.7 late"
    try:
        found = await sut.transaction(tx.id)
    except CannotTell as error:
        not_judged(requirement, because=str(error))
        return
    if not found or "started" not in found:
        not_judged(requirement, because="what the Central System tells of a transaction has no started")
        return
    check_time(requirement, sut, "started", found["started"], expected=started)
