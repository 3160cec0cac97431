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
from ocpp_proof.roles.csms import Csms, Handshake

from ocpp_testcases.edge.states.probe import still_answers

__all__ = [
    "Aside",
    "attempts_since",
    "comes_back",
    "event_follows",
    "goes_on",
    "host_name",
    "offered",
    "saw_the_version",
    "told",
]

RECONNECT = "OCPP-J reconnect"


def offered(csms: Csms) -> ClientHello:
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


async def goes_on(csms: Csms, tls: ssl.SSLContext, *, plain_too: bool = False) -> Handshake:
    """The connection is lost, and the CSMS that the station finds shows this TLS; returns the station's attempt.

    Whatever the case finds, the station is seen connected again when it ends.
    """
    return await _lost(csms, lambda: csms.presenting(tls, plain_too=plain_too))


async def told(csms: Csms, judge: Callable[[Handshake], Verdict | None]) -> Handshake:
    """The connection is lost, and the station's next request is answered as `judge` says; returns the attempt."""
    return await _lost(csms, lambda: csms.admitting(judge))


async def _lost(csms: Csms, meeting: Callable[[], Any]) -> Handshake:
    connections, attempts = len(csms.connections), len(csms.handshakes)
    on_undo("See the station connected again", lambda: csms.connected_again(connections=connections))
    csms.forget()
    with meeting():
        csms.drop()
        return await csms.attempted(since=attempts, requirement=RECONNECT)


async def comes_back(csms: Csms, *, since: int) -> None:
    """The station finds the right CSMS and goes on as before; `since` is how many connections there were."""
    if len(csms.connections) > since and csms.connected:
        since = len(csms.connections)
        csms.drop()  # this one was met with something else
    await csms.connected_again(connections=since, requirement=RECONNECT)
    await still_answers(csms)


async def event_follows(csms: Csms, *kinds: str, requirement: str) -> None:
    """The station, connected again, reports one of these security events."""
    await csms.expect("SecurityEventNotification", requirement=requirement, within=csms.timing.long, type=kinds)


def saw_the_version(attempt: Handshake) -> bool:
    """Whether it was told in the failed handshake that the version was wrong, and not just that nothing fits."""
    failure = attempt.tls_failure
    return failure is not None and "protocol_version" in (failure.alert_sent, failure.alert_received)


@dataclass
class Aside:
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
        self.csms.aside.add(endpoint)
        if self.endpoint is None:
            self.endpoint = endpoint
            endpoint.on_text = self.said.append
        return Accept(self.subprotocol, self.headers)

    async def ends(self, *, requirement: str, what: str) -> None:
        """The station ends the connection of its own accord, and says nothing on it."""
        endpoint, within = self.endpoint, self.csms.timing.message
        assert endpoint is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.shield(endpoint.closed)
        ended = str(endpoint.closed.result()) if endpoint.closed.done() else ""
        check(
            requirement,
            bool(ended) and not self.said,
            expected=f"{what}: the station ends the connection and says nothing on it",
            received=self.said[0] if self.said else ended or f"it keeps it open for {within:g} s",
        )
        endpoint.abort()


async def attempts_since(csms: Csms, attempts: int, *, many: int) -> list[Handshake]:
    """So many attempts of the station since number `attempts`, or as many as it made in the long time."""
    with contextlib.suppress(TimeoutError):  # a station may wait long between two: the case looks at what it made
        await csms.until(lambda: len(csms.handshakes) >= attempts + many, csms.timing.long, f"{many} attempts")
    return csms.handshakes[attempts:]
