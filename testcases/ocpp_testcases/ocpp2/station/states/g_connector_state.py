"""G, availability: the state that a connector of a station under test has, as far as the station tells."""

from __future__ import annotations

from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.g_availability import Place

__all__ = ["condition", "modelled_state"]


async def modelled_state(csms: Csms, place: Place) -> str | None:
    """The state of a connector in the device model, "" for a value that is empty; None where that does not have it."""
    return await get_variable(csms, f"Connector[{place[0]}.{place[1]}].AvailabilityState")


async def condition(csms: Csms, place: Place) -> str | None:
    """The state of a connector: by the device model, else as it was told last, else that of its EVSE; None if unknown.

    Connector.AvailabilityState is optional, that of the EVSE is not, but it is about all of its connectors.
    """
    state = await modelled_state(csms, place) or csms.connector_statuses.of.get(place)
    return state or await get_variable(csms, f"EVSE[{place[0]}].AvailabilityState") or None
