"""L, firmware: a second driver at a station that waits to be updated."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_transactions import Session, authorized, energy_transfer_started, session
from ocpp_testcases.ocpp2.station.states.g_availability import Place

__all__ = ["another_charges"]


async def another_charges(csms: Csms, sut: Sut, places: list[Place]) -> Session:
    """EnergyTransferStarted for another driver at another EVSE

    The CSMS starts: a reader of the whole station would take the second card for one that stops.
    """
    other = next((place for place in places if place[0] != sut.evseId), None)
    if other is None:
        raise Inconclusive("the station has no second EVSE: HFS-8 in [features] says that it has")
    tx = await session(csms, sut, sut.tokens.fresh(), evseId=other[0], connectorId=other[1])
    tx = await authorized(csms, sut, tx, by="remote" if tx.asks else None)
    return await energy_transfer_started(csms, sut, tx)
