"""Opening WebSocket connections from either side: `dial` plays the client, `listen` the server."""

from __future__ import annotations

import asyncio
import base64
import ssl
from collections.abc import Callable, Iterable, Sequence

from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from ocpp_proof.net import waiting
from ocpp_proof.net.control import Endpoint
from ocpp_proof.net.no_handshake import NoHandshake, unfinished
from ocpp_proof.net.outcome import (
    Accept,
    CloseInfo,
    ConnectionRefused,
    Drop,
    Record,
    Refuse,
    TlsFailure,
    TlsInfo,
    Verdict,
)
from ocpp_proof.net.real_link import RealLink
from ocpp_proof.net.secure_channel import SecureChannel
from ocpp_proof.net.server_hello import HelloChannel, ServerHello

__all__ = [
    "Accept",
    "CloseInfo",
    "ConnectionRefused",
    "Drop",
    "Endpoint",
    "Listener",
    "NoHandshake",
    "Record",
    "Refuse",
    "TlsFailure",
    "TlsInfo",
    "Verdict",
    "dial",
    "listen",
]

MAX_MESSAGE = 16 * 2**20
"""The longest message taken, in bytes; a longer one closes the connection with 1009."""

CLOSE_TIMEOUT = 1.0
"""Seconds that the peer has to finish the closing handshake and TCP before the connection is cut."""


async def dial(
    url: str,
    *,
    subprotocols: Sequence[str],
    headers: Iterable[tuple[str, str]] = (),
    basic: tuple[str, bytes] | None = None,
    tls: ssl.SSLContext | None = None,
    server_hostname: str | None = None,
    record: Record,
    timeout: float,
    setup: Callable[[Endpoint], None] | None = None,
    compression: bool = False,
    max_message: int = MAX_MESSAGE,
    close_timeout: float = CLOSE_TIMEOUT,
    by_way_of: tuple[str, int] | None = None,
    link: RealLink | None = None,
) -> Endpoint:
    """Connect to `url` and give the open connection.

    `basic` is user and password of HTTP Basic; `tls` is needed for wss; `server_hostname` replaces the host of the URL
    in SNI and in the check of the certificate. `setup` gets the endpoint before anything can arrive. `timeout` counts
    for everything up to the HTTP answer. `by_way_of` is where TCP goes instead of to the URL's host and port; `link`
    a real link that it goes over. Raises ConnectionRefused.
    """
    uri = parse_uri(url)
    if uri.secure and tls is None:
        raise ValueError(f"{url} needs a TLS context")

    def prepare(request: Request) -> None:
        if basic is not None:
            credentials = basic[0].encode() + b":" + basic[1]
            request.headers["Authorization"] = "Basic " + base64.b64encode(credentials).decode()
        for name, value in headers:
            request.headers[name] = value

    def make() -> Endpoint:
        protocol = ClientProtocol(
            uri,
            subprotocols=[Subprotocol(name) for name in subprotocols] or None,
            extensions=[ClientPerMessageDeflateFactory()] if compression else None,
            max_size=max_message,
        )
        channel = None
        if uri.secure and tls is not None:
            channel = SecureChannel(tls, server_side=False, server_hostname=server_hostname or uri.host)
        endpoint = Endpoint(protocol, channel=channel, record=record, close_timeout=close_timeout, prepare=prepare)
        if setup is not None:
            setup(endpoint)
        return endpoint

    endpoint: Endpoint | None = None
    try:
        async with waiting.timeout(timeout) as limit:
            loop, there = asyncio.get_running_loop(), by_way_of or (uri.host, uri.port)
            if link is None:
                _, endpoint = await loop.create_connection(make, *there)
            else:
                raw = link.new_socket()
                await loop.sock_connect(raw, there)
                _, endpoint = await loop.create_connection(make, sock=raw)
            return await asyncio.shield(endpoint.opened)
    except TimeoutError:
        if endpoint is not None and endpoint.opened.done() and endpoint.opened.exception() is None:
            return endpoint  # in the same moment
        words = f"no answer within {timeout:g} s"
        refusal = endpoint.refusal(words) if endpoint else ConnectionRefused(words, phase="tcp")
        refusal.timed_out, refusal.late = True, limit.late
    except ConnectionRefused:
        raise
    except OSError as error:
        refusal = ConnectionRefused(error.strerror or str(error), phase="tcp")
    finally:
        if endpoint is not None and not endpoint.is_open:
            endpoint.expire()
    raise refusal from None


class Listener:
    """A listening socket and the connections that came through it."""

    def __init__(self, tls: ssl.SSLContext | ServerHello | None) -> None:
        self.tls = tls
        """The context of the next connection; it may be replaced while listening."""
        self.compression = False
        """Whether the next connection is compressed where the client offers it (RFC 7692)."""
        self.plain_too = False
        """Whether connections without TLS are taken as well; their first byte tells."""
        self.endpoints: set[Endpoint] = set()
        self.port = 0
        """The port that was bound."""
        self._server: asyncio.Server | None = None

    @property
    def unfinished(self) -> list[str]:
        """Of every open connection that has brought no request yet: how far it came, in words."""
        waiting = (e for e in self.endpoints if e.request is None and not e.opening.failed)
        return [unfinished(e.opening, e.tls) for e in waiting]

    def attach(self, server: asyncio.Server) -> None:
        """The socket is there."""
        self._server = server
        self.port = int(server.sockets[0].getsockname()[1])

    def close(self, *, connections: bool = True) -> None:
        """Listen no more, and end what is connected unless told to leave it."""
        if self._server is not None:
            self._server.close()
        if connections:
            for endpoint in tuple(self.endpoints):
                endpoint.abort()

    async def hang_up(self) -> None:
        """Listen no more, and end what is connected; returns when all have ended, or after the close timeout."""
        self.close(connections=False)
        for endpoint in tuple(self.endpoints):
            endpoint.hang_up()
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until every connection has ended."""
        for endpoint in tuple(self.endpoints):
            await asyncio.shield(endpoint.closed)


async def listen(
    host: str,
    port: int,
    *,
    tls: ssl.SSLContext | ServerHello | None,
    accept: Callable[[Request, Endpoint], Verdict],
    record_for: Callable[[Endpoint], Record],
    on_connected: Callable[[Endpoint], None] | None = None,
    on_tls_failure: Callable[[TlsFailure, Endpoint], None] | None = None,
    on_no_handshake: Callable[[NoHandshake, Endpoint], None] | None = None,
    compression: bool = False,
    max_message: int = MAX_MESSAGE,
    close_timeout: float = CLOSE_TIMEOUT,
    link: RealLink | None = None,
) -> Listener:
    """Take WebSocket connections.

    `accept` judges each complete request and may set the endpoint's callbacks; `on_connected` follows once the 101 is
    on its way. `record_for` is asked when the request is known (or the connection has failed before): what happened
    until then is recorded at that moment. `on_tls_failure` hears of connections that TLS ended, with the endpoint;
    the failure's `info` has what the client offered and showed, and the alerts. `on_no_handshake` hears of connections
    that brought no WebSocket handshake: no request that can be read, or one that is no handshake. With a real `link`
    it listens at the end of that, and not at `host`.
    """
    listener = Listener(tls)
    listener.compression = compression

    def make(*, plain: bool = False) -> Endpoint:
        protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory()] if listener.compression else None, max_size=max_message
        )
        tls = None if plain else listener.tls
        channel: SecureChannel | HelloChannel | None = None
        if isinstance(tls, ServerHello):
            channel = tls.channel()
        elif tls is not None:
            channel = SecureChannel(tls, server_side=True)
        early = _EarlyRecords()
        endpoint = Endpoint(protocol, channel=channel, record=early, close_timeout=close_timeout, accept=accept)
        early.belong_to(endpoint, record_for)
        if on_connected is not None:
            endpoint.on_open = on_connected
        if on_tls_failure is not None:
            endpoint.on_tls_failed = lambda failure: on_tls_failure(failure, endpoint)
        if on_no_handshake is not None:
            endpoint.on_no_handshake = lambda found: on_no_handshake(found, endpoint)
        listener.endpoints.add(endpoint)
        endpoint.closed.add_done_callback(lambda _: listener.endpoints.discard(endpoint))
        return endpoint

    def begin() -> asyncio.Protocol:
        return _Either(make) if listener.tls is not None and listener.plain_too else make()

    loop = asyncio.get_running_loop()
    if link is None:
        listener.attach(await loop.create_server(begin, host, port))
    else:
        listener.attach(await loop.create_server(begin, sock=link.listening(port)))
    return listener


class _Either(asyncio.Protocol):
    """A connection whose first byte has not come, which tells whether it is TLS (RFC 8446, 5.1: a handshake is 22)."""

    def __init__(self, make: Callable[..., Endpoint]) -> None:
        self._make = make

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """TCP is there: the client speaks first in either case."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """The first bytes: from now on the connection is what they say."""
        endpoint = self._make(plain=data[0] != 22)
        self._transport.set_protocol(endpoint)
        endpoint.connection_made(self._transport)
        endpoint.data_received(data)


class _EarlyRecords:
    """Keeps what happens to a connection until it is known whose it is."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, str, object]] = []

    def __call__(self, direction: str, kind: str, data: object) -> None:
        self._kept.append((direction, kind, data))

    def belong_to(self, endpoint: Endpoint, record_for: Callable[[Endpoint], Record]) -> None:
        def hand_over(_: object) -> None:
            if endpoint.record is not self:
                return
            endpoint.record = record_for(endpoint)
            for direction, kind, data in self._kept:
                endpoint.record(direction, kind, data)
            self._kept.clear()

        endpoint.on_request = hand_over
        endpoint.closed.add_done_callback(hand_over)
