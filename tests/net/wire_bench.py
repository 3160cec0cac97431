"""What the tests of net/ share: a recording pair of endpoints, one dialled and one accepted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from ocpp_proof.net.endpoint import Accept, Endpoint, Listener, TlsFailure, Verdict, dial, listen
from ocpp_proof.net.server_hello import ServerHello

SUBPROTOCOL = "ocpp2.0.1"
SOON = 3.0


@dataclass
class Server:
    """A listener that accepts everything unless told otherwise, and remembers."""

    verdict: Verdict = field(default_factory=lambda: Accept(SUBPROTOCOL))
    records: list[tuple[str, str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    failures: list[TlsFailure] = field(default_factory=list)
    failed: asyncio.Queue[TlsFailure] = field(default_factory=asyncio.Queue)
    connected: asyncio.Queue[Endpoint] = field(default_factory=asyncio.Queue)
    setup: Callable[[Endpoint], None] = lambda endpoint: None
    listener: Listener | None = None

    @property
    def port(self) -> int:
        assert self.listener is not None
        return self.listener.port

    def url(self, scheme: str = "ws") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/ocpp/CS001"

    async def endpoint(self) -> Endpoint:
        return await asyncio.wait_for(self.connected.get(), SOON)

    def tls_failed(self, failure: TlsFailure) -> None:
        self.failures.append(failure)
        self.failed.put_nowait(failure)

    def accept(self, request: object, endpoint: Endpoint) -> Verdict:
        endpoint.on_text = self.texts.append
        self.setup(endpoint)
        return self.verdict


@asynccontextmanager
async def serving(tls: ssl.SSLContext | ServerHello | None = None, **options: Any) -> AsyncIterator[Server]:
    """A server; everything is ended afterwards."""
    server = Server()
    server.listener = await listen(
        "127.0.0.1",
        0,
        tls=tls,
        accept=server.accept,
        record_for=lambda endpoint: lambda *entry: server.records.append(entry),
        on_connected=server.connected.put_nowait,
        on_tls_failure=lambda failure, endpoint: server.tls_failed(failure),
        **options,
    )
    try:
        yield server
    finally:
        server.listener.close()
        await asyncio.wait_for(server.listener.wait_closed(), SOON)


class Inbox:
    """Collects what an endpoint receives, and its records."""

    def __init__(self) -> None:
        self.texts: asyncio.Queue[str] = asyncio.Queue()
        self.binaries: asyncio.Queue[bytes] = asyncio.Queue()
        self.pings: asyncio.Queue[bytes] = asyncio.Queue()
        self.pongs: asyncio.Queue[bytes] = asyncio.Queue()
        self.records: list[tuple[str, str, Any]] = []

    def attach(self, endpoint: Endpoint) -> None:
        endpoint.on_text = self.texts.put_nowait
        endpoint.on_binary = self.binaries.put_nowait
        endpoint.on_ping = self.pings.put_nowait
        endpoint.on_pong = self.pongs.put_nowait

    def record(self, *entry: Any) -> None:
        self.records.append(entry)

    def kinds(self) -> list[tuple[str, str]]:
        return [(direction, kind) for direction, kind, _ in self.records]


async def connect(url: str, inbox: Inbox | None = None, **options: Any) -> Endpoint:
    """Dial with the usual subprotocol."""
    inbox = inbox or Inbox()
    settings: dict[str, Any] = {
        "subprotocols": [SUBPROTOCOL],
        "record": inbox.record,
        "timeout": SOON,
        "setup": inbox.attach,
    }
    return await dial(url, **(settings | options))


async def soon(awaitable: Any) -> Any:
    """The result, or a failure after a few seconds."""
    return await asyncio.wait_for(awaitable, SOON)
