"""F, remote control: remote starts and triggers of a CSMS under test, and a CSMS that goes on as before."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, started

__all__ = [
    "check_still_serving",
    "remotely_started",
    "request_start",
    "trigger",
    "triggered_values",
]


async def request_start(station: Station, sut: Sut, tx: Transaction) -> Message:
    """The operator has the CSMS start for a driver: judge that its request names this driver.

    Where the transaction has begun the station says which one it is; otherwise it begins at the EVSE that is named.
    """
    token = tx.token.payload
    station.answer("RequestStartTransaction", status="Accepted", transactionId=tx.id if tx.started else None)
    request = await asked(
        station,
        sut,
        "RequestStartTransaction",
        idToken=token,
        evseId=tx.evseId,
        matching={"idToken.idToken": ignoring_case(token["idToken"]), "idToken.type": token["type"]},
        requirement="F01.FR.04",
    )
    if not tx.started:
        tx.evseId = request.evseId or tx.evseId
    return request


async def remotely_started(sut: Sut, tx: Transaction, request: Message) -> None:
    """The station tells that its transaction is the one that was started remotely: the CSMS accepts the driver."""
    await started(sut, tx, "RemoteStart", remoteStartId=request.remoteStartId)


async def trigger(station: Station, sut: Sut, requestedMessage: str, evseId: int | None = None) -> Message:
    """The operator has the CSMS ask for a message, of an EVSE or of all: judge that it asks for this one, and there.

    A status is that of a connector, which the wish names; that the CSMS names it is for the case to judge.
    """
    place: dict[str, Any] = {}
    if evseId is not None:
        connector = {"connectorId": sut.connectorId} if requestedMessage == "StatusNotification" else {}
        place = {"evse": {"id": evseId} | connector}
    wanted = {"requestedMessage": requestedMessage} | ({} if evseId is None else {"evse.id": evseId})
    request = await asked(station, sut, "TriggerMessage", requestedMessage=requestedMessage, matching=wanted, **place)
    check_fields("F06.FR.01", request, {"requestedMessage": requestedMessage})
    return request


def triggered_values(sut: Sut) -> list[dict[str, Any]]:
    """What a meter shows when it is asked."""
    sample = {"value": sut.number(1, 10**6), "context": "Trigger", "measurand": "Energy.Active.Import.Register"}
    return [{"timestamp": now(), "sampledValue": [sample]}]


async def check_still_serving(station: Station) -> None:
    """The CSMS goes on as before: it keeps the connection and answers.

    What it answers is for the rules, and for the cases that are about it.
    """
    if not await check_stays_connected(station):
        return
    beat = await station.send_call("Heartbeat", {}, judge=False)
    check("OCPP-J 4.2.2", beat.error is None, expected="answered", received=beat.error or dict(beat))
