"""What a station under test has to be set to so that a charging session shows on the wire as it happens."""

from __future__ import annotations

from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states import b_provisioning
from ocpp_testcases.ocpp16.station.states import configuration

__all__ = ["sessions_shown"]

START, STOP = "TxCtrlr.TxStartPoint", "TxCtrlr.TxStopPoint"
BAY = "ParkingBayOccupancy"


async def sessions_shown(csms: Csms, sut: Sut) -> None:
    """Sessions are told of at once (1.6), and begin and end at an EVSE (2.x)

    1.6: a state that did not last for MinimumStatusDuration is never told (9.1.20). 2.x: these cases drive no vehicle
    into a parking bay, nor out of it. What was changed is set back when the case ends.
    """
    if sut.ocpp == "1.6":
        await configuration.configured(csms, {"MinimumStatusDuration": "0"}, if_implemented=True)
        return
    points = b_provisioning.members(await b_provisioning.get_variable(csms, START))
    if BAY in points:
        kept = [point for point in points if point != BAY] or ["EVConnected"]
        await b_provisioning.configured(csms, {START: ",".join(kept)}, if_implemented=True)
    if set(b_provisioning.members(await b_provisioning.get_variable(csms, STOP))) == {BAY}:  # another ends it sooner
        await b_provisioning.configured(csms, {STOP: "EVConnected"}, if_implemented=True)
