"""C16, a master pass at a station under test: it stops what others have started, and starts nothing."""

from __future__ import annotations

from typing import Any

from ocpp_proof import by_version
from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, connectors, get_variable
from ocpp_testcases.ocpp2.station.states.c_local_start import TELLING, asks_about_drivers, forgotten, token_answered
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started, session

__all__ = ["expect_stop_by_master_pass", "master_pass", "two_evses_charge"]

GROUP = "AuthCtrlr.MasterPassGroupId"
NOT_CHARGING = Pattern("one without energy", lambda state: state not in ("Charging", None))


async def master_pass(csms: Csms, sut: Sut) -> Token:
    """MasterPassGroupId is configured, and the CSMS says that a token is of this group; returns that token

    A group that the station has for good is the one of the token.
    """
    token = sut.tokens.get("masterpass")
    await asks_about_drivers(csms)
    await forgotten(csms, sut, token)
    await configured(csms, {GROUP: token.group or sut.tokens.get("masters").idToken}, if_writable=True)
    group = await get_variable(csms, GROUP)
    if not group:
        raise NotApplicable(f"the station does not have {GROUP}, or it is empty and cannot be set")
    token_answered(csms, token, "Accepted", {"idToken": group, "type": "Central"}, when=TELLING)
    return token


async def two_evses_charge(csms: Csms, sut: Sut) -> list[Session]:
    """EnergyTransferStarted at the EVSE of the bench and at another one, if there is one, each for its own driver"""
    others = [place for place in await connectors(csms, sut) if place[0] != sut.evseId]
    places = [(sut.evseId, sut.connectorId), *others[:1]]
    sessions = []
    for (evseId, connectorId), token in zip(places, (sut.tokens.valid, sut.tokens.second), strict=False):
        tx = await session(csms, sut, token, evseId=evseId, connectorId=connectorId)
        sessions.append(await energy_transfer_started(csms, sut, tx))
    return sessions


async def expect_stop_by_master_pass(csms: Csms, tx: Session, token: Token, since: int) -> None:
    """The driver may not charge any more, and where a stop point is reached by that the transaction ends.

    `since`: index. What an end by the master pass is called is judged where it comes: at the latest with the vehicle.
    """
    reason = by_version({"2.0.1": STEP, "2.1": "C16.FR.08"})
    ends = bool(tx.stop & ENDS_BY_AUTHORIZATION)
    wanted: dict[str, Any] = {"eventType": "Ended"} if ends else {"transactionInfo__chargingState": NOT_CHARGING}
    event = await tx.event(requirement="C16.FR.02", since=since, **wanted)
    tx.stopped, tx.stopped_by = True, "master"
    if tx.ended:
        check_fields(reason, event, {"transactionInfo.stoppedReason": "MasterPass"})
    for told in csms.received("TransactionEvent", transactionInfo__transactionId=tx.id, idToken=bool):
        if told.index >= since:
            mine = {"idToken.idToken": ignoring_case(token.idToken), "idToken.type": ignoring_case(token.type)}
            check_fields(STEP, told, mine)
