"""A charging session at a charge point under test, OCPP 1.6: what was done so far, and the cable."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from ocpp_proof.cases.errors import DriverError
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status

__all__ = ["Session", "plug_in", "plug_in_halfway", "plugged_in", "session", "unplug", "unplug_vehicle", "unplugged"]


@dataclass
class Session:
    """One charging session: what was done so far. `id` is the transactionId that the Central System gave.

    `authorized`: the charge point may be waiting for a cable, and would start once it is in. `preparing`: its report
    that it waits.
    """

    csms: Csms
    sut: Sut
    token: Token
    connectorId: int
    id: int | None = None
    plugged: bool = False
    authorized: bool = False
    preparing: Message | None = None

    async def clean_up(self) -> None:
        """End what still runs: stop the transaction, take the cable out, and see the connector Available again."""
        csms = self.csms
        if not csms.connected:
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
        if self.authorized and self.id is None and not self.plugged:
            with contextlib.suppress(DriverError):  # then ConnectionTimeOut ends it
                await self.sut.plug_in()
                self.plugged = True
                await csms.expect_optional("StartTransaction", within=csms.timing.event, connectorId=self.connectorId)
        for number, (_, connectorId) in list(csms.transactions.open.items()):
            if connectorId == self.connectorId:
                await csms.attempt("RemoteStopTransaction", transactionId=number)
        if self.plugged:
            csms.match_from_now_on()
            await self.sut.unplug()
            self.plugged = False
            await expect_connector_status(csms, "Available", self.connectorId)


def session(csms: Csms, sut: Sut, token: Token | None = None) -> Session:
    """A session that has not begun; what it does is taken back when the case ends."""
    made = Session(csms, sut, token or sut.tokens.valid, sut.connectorId)
    on_undo("End the session", made.clean_up)
    return made


async def plug_in(sut: Sut, tx: Session) -> None:
    """The driver plugs in."""
    with cable_in(tx):
        await sut.plug_in()


async def plug_in_halfway(sut: Sut, tx: Session) -> None:
    """The driver plugs in so that the lock cannot close."""
    with cable_in(tx):
        await sut.plug_in_halfway()


async def plugged_in(csms: Csms, sut: Sut, tx: Session | None = None) -> Session:
    """Plugged in: the cable connects the charge point with the vehicle, and the connector is Preparing"""
    tx = tx or session(csms, sut)
    await plug_in(sut, tx)
    await expect_connector_status(csms, "Preparing", tx.connectorId)
    return tx


async def unplug(sut: Sut, tx: Session) -> None:
    """The driver takes the cable out of the charge point."""
    await sut.unplug()
    tx.plugged = False


async def unplug_vehicle(sut: Sut, tx: Session) -> None:
    """The driver takes the cable out of the vehicle; one that is not fixed stays in the charge point."""
    await sut.unplug_vehicle()
    tx.plugged = not sut.claims("fixed cable")


async def unplugged(csms: Csms, sut: Sut, tx: Session) -> None:
    """Unplugged: the cable is out of the charge point, and the connector is Available"""
    await unplug(sut, tx)
    await expect_connector_status(csms, "Available", tx.connectorId)
