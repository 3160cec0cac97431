"""A charging profile of one transaction."""

from __future__ import annotations

from typing import Any

from ocpp_proof import Inconclusive, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.default_profiles import charging_rate_unit
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession

__all__ = ["PROFILE_GONE", "PROFILE_IDS", "limited", "profile_cleared", "tx_profile"]

PROFILE_IDS = 2**31 - 10_000, 2**31 - 1
"""Where an operator hardly has profiles: one of the same id would be replaced (1.6 5.16), and cleared afterwards."""
PROFILE_GONE = {"1.6": "1.6 §3.13.1 gone", "2": "K02.FR.05"}


def tx_profile(
    sut: Sut, tx: RemotelyStartedSession, id: int, *, limit: float | None = None, unit: str = ""
) -> dict[str, Any]:
    """A SetChargingProfile for one transaction, as the version writes it; every vehicle charges with its limit."""
    unit = unit or str(sut.value("charging_rate_unit", "A"))
    limit = {"A": 8.0, "W": 8000.0}[unit] if limit is None else limit
    schedule = {"chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    common = {"stackLevel": 0, "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative"}
    common["transactionId"] = tx.id
    if tx.v16:
        profile = {"chargingProfileId": id, **common, "chargingSchedule": schedule}
        return {"connectorId": sut.connectorId, "csChargingProfiles": profile}
    return {"evseId": sut.evseId, "chargingProfile": {"id": id, **common, "chargingSchedule": [{"id": 1, **schedule}]}}


async def profile_cleared(csms: Csms, sut: Sut, id: int) -> Answer:
    """Clear the profile of this id and no other; the answer, Unknown where there is none."""
    if sut.ocpp == "1.6":
        return await csms.call("ClearChargingProfile", id=id)
    return await csms.call("ClearChargingProfile", chargingProfileId=id)


async def limited(csms: Csms, sut: Sut, tx: RemotelyStartedSession, id: int, *, limit: float | None = None) -> None:
    """The transaction has a charging profile of its own; it is cleared when the case ends"""
    on_undo("The profile is cleared, if it is there", lambda: profile_cleared(csms, sut, id))
    unit = await charging_rate_unit(csms, sut)
    answer = await csms.attempt("SetChargingProfile", **tx_profile(sut, tx, id, limit=limit, unit=unit))
    if answer.status != "Accepted":
        raise Inconclusive(f"the station does not take a profile for the transaction: {answer.error or dict(answer)}")
