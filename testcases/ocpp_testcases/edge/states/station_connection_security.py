"""A station under test that loses its connection and finds a CSMS that it should, or should not, go on with."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.net.client_hello import ClientHello
from ocpp_proof.net.endpoint import Accept, Endpoint, Verdict
from ocpp_proof.net.server_hello import ServerHello
from ocpp_proof.net.waiting import timeout
from ocpp_proof.roles.csms import Csms, Handshake

from ocpp_testcases.edge.states.probe import expect_probe_answered

__all__ = [
    "UnmanagedConnections",
    "connection_attempts",
    "expect_reconnected",
    "expect_security_event",
    "host_name",
    "offered_in_tls",
    "reconnect_answering",
    "reconnect_presenting",
]

RECONNECT = "OCPP-J reconnect"


def offered_in_tls(csms: Csms) -> ClientHello:
    """What the station offered in TLS on the connection that is open; Inconclusive when it was not seen."""
    tls = csms.connection.tls
    if tls is None or tls.client_hello is None:
        raise Inconclusive("the harness did not see the ClientHello of the station")
    return tls.client_hello


def host_name(csms: Csms) -> tuple[str, bool]:
    """The host by which the station reaches the CSMS, and whether it is a name (and not an address)."""
    seen = next((h.host for h in reversed(csms.handshakes) if h.host), "")
    host = urlsplit(f"//{seen}").hostname or "localhost"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host, True
    return host, False


async def reconnect_presenting(
    csms: Csms,
    tls: ssl.SSLContext | ServerHello,
    *,
    within: float | None = None,
    plain_too: bool = False,
    attempts: int = 1,
) -> Handshake:
    """The connection is lost, and the CSMS that the station finds shows this TLS; returns the station's attempt.

    Whatever the case finds, the station is seen connected again when it ends. `within`: seconds that it may take to
    come after one refusal, the long time without it. Of several `attempts` the first that went through is returned,
    else the last.
    """
    return await _connection_lost(csms, lambda: csms.presenting_tls(tls, plain_too=plain_too), within, attempts)


async def reconnect_answering(
    csms: Csms, judge: Callable[[Handshake], Verdict | None], *, within: float | None = None
) -> Handshake:
    """The connection is lost, and the station's next request is answered as `judge` says; returns the attempt."""
    return await _connection_lost(csms, lambda: csms.answering_handshakes(judge), within)


async def _connection_lost(
    csms: Csms, meeting: Callable[[], Any], within: float | None, attempts: int = 1
) -> Handshake:
    connections, before = len(csms.connections), len(csms.handshakes)
    on_undo(
        "See the station connected again",
        lambda: csms.expect_reconnected(connections=connections, requirement=RECONNECT, within=within),
    )
    csms.match_from_now_on()
    with meeting():
        csms.drop()
        for since in range(before, before + attempts):
            attempt = await csms.expect_attempt(since=since, requirement=RECONNECT, within=within)
            if attempt.accepted:
                break
        return attempt


async def expect_reconnected(csms: Csms, *, since: int, within: float | None = None) -> None:
    """The station finds the right CSMS and goes on as before, `within` seconds (else the long time).

    `since` is how many connections there were.
    """
    if len(csms.connections) > since and csms.connected:
        since = len(csms.connections)
        csms.drop()  # this one was met with something else
    await csms.expect_reconnected(connections=since, requirement=RECONNECT, within=within)
    await expect_probe_answered(csms)


async def expect_security_event(csms: Csms, kind: str, *, requirement: str) -> None:
    """The station, connected again, reports this security event.

    Part 2 has these events sent. In 1.6 none of them is critical: they are for the security
    log (whitepaper, A04.FR.01, A04.FR.04), and sending one is good.
    """
    within = csms.timing.long
    if csms.ocpp != "1.6":
        await csms.expect("SecurityEventNotification", requirement=requirement, within=within, type=(kind,))
        return
    event = await csms.expect_optional("SecurityEventNotification", within=csms.timing.event, type=(kind,))
    check(requirement, event is not None, expected=f"SecurityEventNotification {kind}", received=event)


@dataclass
class UnmanagedConnections:
    """Answers requests of the station with 101 and something wrong, and sees what it does with such a connection."""

    csms: Csms
    subprotocol: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    endpoint: Endpoint | None = None
    said: list[str] = field(default_factory=list)

    def __call__(self, handshake: Handshake) -> Verdict:
        """The verdict on a request."""
        endpoint = handshake.endpoint
        assert endpoint is not None
        self.csms.unmanaged.add(endpoint)
        if self.endpoint is None:
            self.endpoint = endpoint
            endpoint.on_text = self.said.append
        return Accept(self.subprotocol, self.headers)

    async def ends(self, *, requirement: str, what: str) -> None:
        """The station ends the connection of its own accord, and says nothing on it."""
        endpoint, within = self.endpoint, self.csms.timing.message
        assert endpoint is not None
        with contextlib.suppress(TimeoutError):
            async with timeout(within):
                await asyncio.shield(endpoint.closed)
        ended = str(endpoint.closed.result()) if endpoint.closed.done() else ""
        check(
            requirement,
            bool(ended) and not self.said,
            expected=f"{what}: the station ends the connection and says nothing on it",
            received=self.said[0] if self.said else ended or f"it keeps it open for {within:g} s",
        )
        endpoint.abort()


async def connection_attempts(csms: Csms, attempts: int, *, many: int, within: float) -> list[Handshake]:
    """So many attempts of the station since number `attempts`, or as many as it made in `within` seconds."""
    with contextlib.suppress(TimeoutError):  # a station may wait long between two: the case looks at what it made
        await csms.wait_until(lambda: len(csms.handshakes) >= attempts + many, within, f"{many} attempts")
    return csms.handshakes[attempts:]
