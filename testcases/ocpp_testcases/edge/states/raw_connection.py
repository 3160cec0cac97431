"""A connection to the CSMS under test that speaks no WebSocket: bytes as they are, requests written by hand."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import octets
from ocpp_proof.net.secure_channel import SecureChannel
from ocpp_proof.net.waiting import timeout
from ocpp_proof.roles.back_off import ASKED_TO_WAIT, BackOff
from ocpp_proof.roles.csms import SUBPROTOCOLS
from ocpp_proof.roles.station import Station

__all__ = ["HttpResponse", "RawConnection", "build_client_hello", "reply_to", "upgrade_request"]

_PORTS = {"ws": 80, "wss": 443}
_LONGEST = 2**16


@dataclass(frozen=True)
class HttpResponse:
    """The head of an HTTP answer; `status` None: the connection ended, or nothing came, and `why` says which."""

    status: int | None
    why: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.why or f"HTTP {self.status}"


def upgrade_request(
    station: Station,
    *,
    method: str = "GET",
    path: str | None = None,
    without: Iterable[str] = (),
    headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The request with which the station would be let in, but for what is given here.

    `without` names headers to leave out; `headers` come in addition, and each may come several times.
    """
    c, parts = station.credentials, urlsplit(station.url)
    usual = [
        ("Host", parts.netloc),
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", base64.b64encode(secrets.token_bytes(16)).decode()),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Protocol", SUBPROTOCOLS[station.ocpp]),
    ]
    if c.user is not None:
        basic = base64.b64encode(octets(f"{c.user}:{c.password or ''}")).decode()
        usual.append(("Authorization", f"Basic {basic}"))
    kept = [(name, value) for name, value in usual if name not in set(without)]
    target = path if path is not None else f"{parts.path.rstrip('/')}/{quote(station.identity, safe='')}"
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in [*kept, *headers])]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def build_client_hello(station: Station) -> bytes:
    """What a TLS client says first."""
    channel = SecureChannel(ssl.create_default_context(), server_side=False, server_hostname="localhost")
    channel.start()
    return channel.outgoing()


class RawConnection:
    """A TCP connection to the CSMS, through TLS where the URL says so unless `plain`; use it with `async with`."""

    def __init__(self, station: Station, *, plain: bool = False) -> None:
        parts = urlsplit(station.url)
        self._host = parts.hostname or ""
        self._port = parts.port or _PORTS[parts.scheme]
        self._tls = station.credentials.tls if parts.scheme == "wss" and not plain else None
        self._timing = station.timing
        self._record = station.recorder(len(station.connections))

    async def __aenter__(self) -> Self:
        name = self._host if self._tls else None
        opening = asyncio.open_connection(self._host, self._port, ssl=self._tls, server_hostname=name)
        try:
            async with timeout(self._timing.message):
                self._reader, self._writer = await opening
        except (OSError, TimeoutError) as error:
            raise Inconclusive(f"no connection to {self._host}:{self._port}: {error or 'no answer'}") from None
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.transport.abort()

    def send(self, data: bytes) -> None:
        """Send these bytes."""
        self._record("out", "bytes-bad", data)
        with contextlib.suppress(OSError):
            self._writer.write(data)

    async def finish(self, *, reset: bool = False) -> None:
        """Say that nothing more comes (FIN), or cut the line; returns when the CSMS has ended it too, or keeps it."""
        if reset:
            self._writer.transport.abort()
            return
        if self._writer.can_write_eof():
            self._writer.write_eof()
        else:
            self._writer.close()
        await self._head(self._timing.quiet)

    async def reply(self) -> HttpResponse:
        """The answer of the CSMS to what was sent."""
        data = await self._head(self._timing.message)
        if data is None:
            return HttpResponse(None, f"no answer within {self._timing.message:g} s")
        self._record("in", "bytes-bad", data)
        first, *lines = data.decode("latin-1").split("\r\n")
        words = first.split(" ")
        if not first.startswith("HTTP/") or len(words) < 2 or not words[1].isdigit():
            return HttpResponse(None, f"{data[:60]!r}" if data else "the CSMS ended the connection")
        pairs = (line.partition(":") for line in lines if ":" in line)
        return HttpResponse(int(words[1]), headers={name.strip().lower(): value.strip() for name, _, value in pairs})

    async def _head(self, within: float) -> bytes | None:
        """What comes until the end of a head, or of the connection; None when neither is seen in time."""
        data = b""
        try:
            async with timeout(within):
                while b"\r\n\r\n" not in data and len(data) < _LONGEST:
                    part = await self._reader.read(_LONGEST)
                    if not part:
                        break
                    data += part
        except TimeoutError:
            return data or None
        except OSError:
            pass
        return data


async def reply_to(station: Station, request: bytes) -> HttpResponse:
    """The answer to a request, on a connection of its own that is cut then; backs off while it is to come later."""
    back_off = BackOff(station, first=station.timing.quiet, within=station.timing.event)
    while True:
        async with RawConnection(station) as line:
            line.send(request)
            reply = await line.reply()
        if reply.status not in ASKED_TO_WAIT or not await back_off.wait():
            return reply
