"""B07 and B08: reports of the device model, in front of a CSMS under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp2.csms.states.b_variables import Variable

__all__ = ["AVAILABILITY", "NOT_NEGATIVE", "names_state_of", "send_report"]

AVAILABILITY = Variable("ChargingStation", "AvailabilityState")
NOT_NEGATIVE = Pattern("an integer of 0 or more", lambda number: isinstance(number, int) and number >= 0)
PARTS = 2


async def send_report(station: Station, request: Message, reportData: list[dict[str, Any]]) -> None:
    """Send the report that was asked for, in two parts where it has more than one entry."""
    half = -(-len(reportData) // PARTS)
    parts = [reportData[begin : begin + half] for begin in range(0, len(reportData), half)]
    for number, part in enumerate(parts):
        await station.call(
            "NotifyReport",
            requirement=STEP,
            requestId=request.requestId,
            generatedAt=now(),
            seqNo=number,
            tbc=number < len(parts) - 1,
            reportData=part,
        )


def names_state_of(evseId: int) -> Pattern:
    """A list of componentVariable with the AvailabilityState of this EVSE."""

    def is_state(entry: Any) -> bool:
        component = entry["component"]
        names = (component["name"].casefold(), entry["variable"]["name"].casefold())
        evse = component["evse"]
        return names == ("evse", "availabilitystate") and evse["id"] == evseId and "connectorId" not in evse

    return Pattern(f"AvailabilityState of EVSE {evseId}", lambda entries: any(map(is_state, entries)))
