"""What a charge point does in front of a Central System under test, OCPP 1.6: the official reusable states.

The harness plays the charge point; each state sends what a charge point sends on the way there and judges the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engine.words import check, on_undo
from ..roles.conversation import closing_text
from ..roles.message import Answer, Message
from ..roles.station import Station
from ..sut.sut import Sut, Token
from .csms2 import now

__all__ = [
    "Transaction",
    "asked",
    "authorized",
    "boot",
    "booted",
    "charging",
    "connected",
    "reconnected",
    "report",
    "start",
    "stays_connected",
    "stop",
]

MODEL, VENDOR = "ocpp-proof station", "ocpp-proof"


@dataclass
class Transaction:
    """A transaction of the charge point that the harness plays. `id` is what the Central System gave it."""

    station: Station
    token: Token
    connectorId: int
    meter: int
    id: int = 0
    running: bool = False

    async def give_up(self) -> None:
        """Stop it if it still runs."""
        if self.running:
            await connected(self.station)
            await stop(self, reason="Other")
            await report(self.station, self.connectorId, "Available")


async def connected(station: Station) -> None:
    """Connected: the WebSocket connection is open."""
    if not station.connected:
        await station.connect()


async def report(station: Station, connectorId: int, status: str, errorCode: str = "NoError") -> Answer:
    """Report a connector's status; connector 0 is the charge point."""
    return await station.call("StatusNotification", connectorId=connectorId, errorCode=errorCode, status=status)


async def boot(station: Station) -> Answer:
    """The charge point announces itself."""
    await connected(station)
    return await station.call("BootNotification", chargePointModel=MODEL, chargePointVendor=VENDOR)


async def booted(station: Station, sut: Sut, *, finishing: int | None = None) -> Answer:
    """Booted: the charge point has booted, is accepted, and has reported itself and its connectors as Available.

    The connector `finishing` still has the cable of a session that the boot cut off.
    """
    answer = await boot(station)
    check("1.6 §4.2", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    for connectorId in sorted({0, 1, 2, sut.connectorId}):
        await report(station, connectorId, "Finishing" if connectorId == finishing else "Available")
    return answer


async def reconnected(station: Station) -> None:
    """Reconnected: the connection was lost for a while, and is back without a new boot."""
    station.drop()
    await station.until(lambda: not station.connected, station.timing.message, "the end of the connection")
    await station.connect()


async def asked(station: Station, sut: Sut, action: str, /, *, requirement: str = "scenario", **wish: Any) -> Message:
    """The operator has the Central System send a request, as far as may be like `wish`; returns what came."""
    await sut.request(action, **wish)
    return await station.expect(action, requirement=requirement)


async def stays_connected(station: Station, *, within: float | None = None) -> None:
    """Judge that the Central System keeps the connection open for the quiet time, or so many seconds."""
    try:
        await station.until(lambda: not station.connected, within or station.timing.quiet, "the end of the connection")
    except TimeoutError:
        check("scenario", True, expected="the connection stays open", received="open")
    else:
        check("scenario", False, expected="the connection stays open", received=closing_text(station.connections[-1]))


def _accepted(requirement: str, answer: Answer, what: str) -> None:
    check(
        requirement,
        answer.at("idTagInfo.status") == "Accepted",
        expected=f"idTagInfo.status Accepted in {what}",
        received=dict(answer),
        note="values.tokens.valid in sut.toml has to name a token that the Central System knows",
    )


async def authorized(station: Station, sut: Sut, token: Token | None = None) -> Answer:
    """Authorized: the driver presents a token and the Central System accepts it."""
    token = token or sut.tokens.valid
    answer = await station.call("Authorize", idTag=token.idToken)
    _accepted("1.6 §4.1", answer, f"the answer to Authorize for {token.idToken}")
    return answer


async def start(
    station: Station,
    sut: Sut,
    token: Token | None = None,
    *,
    connectorId: int | None = None,
    timestamp: str = "",
    **fields: Any,
) -> Transaction:
    """Send StartTransaction and judge that the Central System lets the token charge; returns the transaction."""
    tx = Transaction(station, token or sut.tokens.valid, connectorId or sut.connectorId, sut.number(1, 10**6))
    answer = await station.call(
        "StartTransaction",
        connectorId=tx.connectorId,
        idTag=tx.token.idToken,
        meterStart=tx.meter,
        timestamp=timestamp or now(),
        **fields,
    )
    tx.id, tx.running = answer.transactionId, True
    on_undo("Stop the transaction that is still running", tx.give_up)
    _accepted("1.6 §4.8 token", answer, f"the answer to StartTransaction for {tx.token.idToken}")
    return tx


async def stop(tx: Transaction, *, reason: str = "Local", timestamp: str = "") -> Answer:
    """Send StopTransaction; it names the token where the driver is the one who stops."""
    tx.meter += 1500
    tx.running = False
    by = {"idTag": tx.token.idToken} if reason == "Local" else {}
    return await tx.station.call(
        "StopTransaction",
        transactionId=tx.id,
        meterStop=tx.meter,
        timestamp=timestamp or now(),
        reason=reason,
        **by,
    )


async def charging(station: Station, sut: Sut, token: Token | None = None, **fields: Any) -> Transaction:
    """Charging: the driver is authorized, the cable is in, and the transaction has started."""
    await authorized(station, sut, token)
    await report(station, sut.connectorId, "Preparing")
    tx = await start(station, sut, token, **fields)
    await report(station, tx.connectorId, "Charging")
    return tx
