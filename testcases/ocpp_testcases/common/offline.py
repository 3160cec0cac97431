"""A station under test that cannot connect for a while."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check
from ocpp_proof.net.outcome import Refuse, Verdict
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import EARLY, interval_tolerance, moment_of

__all__ = ["Outage", "check_done_offline", "keep_offline", "offline", "stay_offline"]


async def keep_offline(csms: Csms, seconds: float) -> None:
    """Close the connection and refuse the station until `seconds` have passed; then let it in and wait for it."""
    loop = asyncio.get_running_loop()
    begin, connections = loop.time(), len(csms.connections)

    def judge(_: Handshake) -> Verdict | None:
        if loop.time() - begin < EARLY * seconds:
            return Refuse(503, reason="the CSMS does not accept a connection yet")
        return None

    with csms.answering_handshakes(judge):
        await csms.close()
        await csms.expect_reconnected(
            connections=connections, requirement="OCPP-J reconnect", within=seconds + csms.timing.long
        )


@dataclass
class Outage:
    """A time without a connection; `until`: when it could be made again."""

    until: datetime | None = None


@asynccontextmanager
async def offline(csms: Csms) -> AsyncIterator[Outage]:
    """While the block runs there is no connection; afterwards the station has to come back by itself.

    The block begins when the station has noticed: what a driver does before that is not done offline.
    """
    connections, outage = len(csms.connections), Outage()
    try:
        await csms.go_offline()
        yield outage
    finally:
        outage.until = datetime.now(UTC)
        await csms.reopen()
    await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")


async def stay_offline(csms: Csms, seconds: float | None = None) -> None:
    """The transaction duration, or `seconds`, passes: the station has time to do what it should, and cannot tell."""
    within = csms.timing.transaction if seconds is None else seconds
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(lambda: csms.connected, within, f"{within:g} s without a connection to pass")


def check_done_offline(sut: Sut, message: Message, outage: Outage) -> None:
    """Judge that a transaction started or stopped when the driver wanted it, and not once the connection was back."""
    assert outage.until is not None
    latest = outage.until - timedelta(seconds=interval_tolerance(sut, sut.timing.transaction))
    check(
        STEP,
        moment_of(message.timestamp) <= latest,
        expected=f"{message.action} with a timestamp from before {outage.until.isoformat()}: there was no connection",
        received=dict(message.payload),
    )
