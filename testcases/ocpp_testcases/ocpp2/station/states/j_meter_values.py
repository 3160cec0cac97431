"""J, meter values of a station under test: which measurands it sends."""

from __future__ import annotations

from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members

__all__ = [
    "ENERGY",
    "MAIN_METER",
    "measurands_aligned",
    "measurands_listed",
    "measurands_of",
    "measurands_sampled",
    "shown_at_once",
]

ENERGY = "Energy.Active.Import.Register"
MAIN_METER = 0
"""The evseId of the meter of the whole station."""
FLOW = {"Current.Import", "Power.Active.Import", "Voltage"}


async def measurands_sampled(csms: Csms, name: str) -> set[str]:
    """Sampled data are sent, and this list names measurands of them; returns which

    An empty list is a choice of the operator (J, 2.5): it is filled until the case ends.
    """
    await configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    return await measurands_listed(csms, f"SampledDataCtrlr.{name}")


async def measurands_aligned(csms: Csms, name: str = "Measurands") -> set[str]:
    """Clock-aligned data are sent, and this list names measurands of them; returns which

    An empty list is filled until the case ends.
    """
    await configured(csms, {"AlignedDataCtrlr.Enabled": "true"}, if_writable=True)
    return await measurands_listed(csms, f"AlignedDataCtrlr.{name}")


async def measurands_listed(csms: Csms, listed: str) -> set[str]:
    """This list names measurands; returns which. An empty one is filled until the case ends."""
    if not (found := set(members(await get_variable(csms, listed)))):
        await configured(csms, {listed: ENERGY})
        found = {ENERGY}
    return found


def measurands_of(message: Message) -> set[str]:
    """The measurands that a message has values of; one that is not named is its default."""
    values = [value for value in message.meterValue or [] if isinstance(value, dict)]
    return {sample.get("measurand", ENERGY) for value in values for sample in value.get("sampledValue", [])}


def shown_at_once(wanted: set[str], *, charging: bool = False) -> set[str]:
    """Those of these measurands that every meter shows at any time: its registers, and while it charges what flows.

    Others depend on the vehicle, which need not tell (SoC), or on a span of time (intervals).
    """
    return {measurand for measurand in wanted if measurand.endswith(".Register") or (charging and measurand in FLOW)}
