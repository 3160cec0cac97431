"""J, meter values of a station under test: which measurands it sends."""

from __future__ import annotations

from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members

__all__ = ["ENERGY", "measurands_sampled"]

ENERGY = "Energy.Active.Import.Register"


async def measurands_sampled(csms: Csms, name: str) -> set[str]:
    """Sampled data are sent, and this list names measurands of them; returns which

    An empty list is a choice of the operator (J, 2.5): it is filled until the case ends.
    """
    await configured(csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    listed = f"SampledDataCtrlr.{name}"
    if not (found := set(members(await get_variable(csms, listed)))):
        await configured(csms, {listed: ENERGY})
        found = {ENERGY}
    return found
