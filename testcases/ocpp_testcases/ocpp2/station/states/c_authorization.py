"""C, authorization: IdTokenCached, at a station under test."""

from __future__ import annotations

from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    ev_connected_pre_session,
    session,
)

__all__ = ["id_token_cached"]


async def id_token_cached(csms: Csms, sut: Sut, token: Token) -> None:
    """IdTokenCached: the station has seen that the CSMS accepts this token"""
    tx: Session = await authorized(csms, sut, await session(csms, sut, token))
    await ev_connected_pre_session(csms, sut, tx)
    await tx.clean_up()
