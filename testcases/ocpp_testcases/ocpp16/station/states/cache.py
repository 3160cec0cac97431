"""IdTagCached, OCPP 1.6."""

from __future__ import annotations

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp16.station.states.charging_session import charging, finished
from ocpp_testcases.ocpp16.station.states.configuration import configured

__all__ = ["id_tag_cached"]


async def id_tag_cached(csms: Csms, sut: Sut, token: Token, *, expiryDate: str = "") -> None:
    """IdTagCached: the charge point has met the token in a transaction, and keeps what the Central System said of it

    `expiryDate`: until when the Central System says that it is valid, with its last answer.
    """
    await configured(csms, {"AuthorizationCacheEnabled": "true"})
    on_undo("Clear the cache", lambda: csms.call("ClearCache"))
    info = {"status": "Accepted"} | ({"expiryDate": expiryDate} if expiryDate else {})
    override = csms.answer("StopTransaction", idTagInfo=info)
    tx = await charging(csms, sut, token)
    await finished(csms, sut, tx)
    csms.remove(override)
