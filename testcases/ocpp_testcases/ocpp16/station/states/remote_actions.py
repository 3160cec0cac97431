"""Remote stop at a charge point under test, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp16.station.states.charging_session import expect_transaction_stopped
from ocpp_testcases.ocpp16.station.states.session import Session

__all__ = ["remotely_stopped"]


async def remotely_stopped(csms: Csms, tx: Session, *, status: str | tuple[str, ...] = "Finishing") -> None:
    """RemotelyStopped: the Central System has stopped the transaction"""
    answer = await csms.call("RemoteStopTransaction", transactionId=tx.id)
    check_fields("1.6 §5.12", answer, {"status": "Accepted"})
    await expect_transaction_stopped(csms, tx, reason="Remote", status=status, requirement="1.6 §5.12")
