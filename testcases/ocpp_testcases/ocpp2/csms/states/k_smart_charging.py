"""K, smart charging: the profile of a transaction, which a CSMS under test sets and sends once more."""

from __future__ import annotations

from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction

__all__ = ["expect_sent_again", "limit_transaction"]

PERIODS = "chargingProfile.chargingSchedule.0.chargingSchedulePeriod"
LIMITS = {"A": 6.0, "W": 4000.0}
SAME = (
    "evseId",
    "chargingProfile.id",
    "chargingProfile.stackLevel",
    "chargingProfile.chargingProfilePurpose",
    "chargingProfile.chargingProfileKind",
    "chargingProfile.transactionId",
    "chargingProfile.chargingSchedule.0.chargingRateUnit",
)
"""What a profile that is sent again has as before; its schedule may begin at the time at which it is sent."""


async def limit_transaction(station: Station, sut: Sut, tx: Transaction) -> Message:
    """The operator limits a transaction by a TxProfile; returns the request that came."""
    unit, phases = str(sut.value("charging_rate_unit", "A")), int(sut.value("number_phases", 3))
    period = {"startPeriod": 0, "limit": LIMITS[unit], "numberPhases": phases}
    return await asked(
        station,
        sut,
        "SetChargingProfile",
        evseId=tx.evseId,
        chargingProfile={
            "stackLevel": sut.number(1, 2),
            "chargingProfilePurpose": "TxProfile",
            "chargingProfileKind": "Absolute",
            "transactionId": tx.id,
            "chargingSchedule": [
                {"startSchedule": now(), "chargingRateUnit": unit, "chargingSchedulePeriod": [period]}
            ],
        },
        matching={
            "evseId": tx.evseId,
            "chargingProfile.chargingProfilePurpose": "TxProfile",
            "chargingProfile.transactionId": ignoring_case(tx.id),
        },
    )


async def expect_sent_again(station: Station, profile: Message, *, requirement: str, since: int) -> None:
    """The profile that an earlier request had comes again, whole or from now on."""
    periods = profile.at(PERIODS) or [{}]  # those that are over may be left out
    phases = {period.get("numberPhases", 3) for period in periods}
    first = {
        f"{PERIODS}.0.limit": tuple(period.get("limit") for period in periods),
        f"{PERIODS}.0.numberPhases": (*phases, None) if 3 in phases else tuple(phases),
    }
    await station.expect_nearest(
        "SetChargingProfile",
        fields={path: profile.at(path) for path in SAME} | first,
        requirement=requirement,
        since=since,
    )
