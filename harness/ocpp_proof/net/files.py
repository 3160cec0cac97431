"""Files that a station fetches and brings, and a small HTTP server for them; FTP is `net/ftp.py`.

The server speaks HTTP/1.1 on a port of its own, one request a connection: GET and HEAD for what lies there, PUT and
POST for what comes in (a body of known length or in chunks). Nothing touches the disk.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

__all__ = ["MAX_BODY", "FileServer", "Files", "Upload"]

MAX_BODY = 64 * 2**20
"""The longest upload taken, in bytes."""

PATIENCE = 30.0
"""Seconds without progress after which a client is given up; a whole transfer may take as long as it does."""
PIECE = 16 * 2**10
"""Bytes that are taken or given at a time."""
BUFFERED = 64 * 2**10
"""Bytes that wait in the system's buffer: with a large one a slow line would look dead, as it empties seldom."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in: where to, and what."""

    path: str
    content: bytes


class Files:
    """Files by path, which begins with a slash, and what was done with them; whatever protocol serves them.

    `downloads` are the paths that were given out, `uploads` what came in. What is in `interrupted` breaks off after
    the first half, each time. `takes_uploads` is whether what is brought is stored. `on_event` is called with a line
    of text for everything that happens. Transfers do not end while they are `held`.
    """

    def __init__(self, on_event: Callable[[str], None] = lambda _: None) -> None:
        self.files: dict[str, bytes] = {}
        self.uploads: list[Upload] = []
        self.downloads: list[str] = []
        self.interrupted: set[str] = set()
        self.takes_uploads = True
        self.on_event = on_event
        self._may_end = asyncio.Event()
        self._may_end.set()

    def put(self, path: str, content: bytes) -> None:
        """Have `content` lie at `path`."""
        self.files[path] = content

    @contextmanager
    def held(self) -> Iterator[None]:
        """While the block runs no transfer ends: half of a file is given out, what came in is not acknowledged."""
        self._may_end.clear()
        try:
            yield
        finally:
            self._may_end.set()

    @property
    def holding(self) -> bool:
        """Whether transfers are held."""
        return not self._may_end.is_set()

    async def may_end(self) -> None:
        """Wait until transfers are no longer held."""
        await self._may_end.wait()


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a request is answered with: `shown` octets of the body are sent; `ends_a_transfer`: it can be held."""

    status: str
    body: bytes = b""
    shown: int = 0
    ends_a_transfer: bool = False

    @property
    def octets(self) -> bytes:
        head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
        return head.encode() + self.body[: self.shown]


class FileServer:
    """Serves `files` over HTTP; a client that makes no progress for `patience` seconds is given up."""

    scheme = "http"

    def __init__(self, files: Files, *, patience: float = PATIENCE) -> None:
        self.files = files
        self.patience = patience
        self.port = 0
        self._server: asyncio.Server | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen (port 0: any free one); returns the port."""
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(_Patient(reader, self.patience), writer)
            octets = answer.octets
            first = len(octets)
            if self.files.holding and answer.ends_a_transfer:
                first = len(octets) // 2 if answer.shown else 0
            writer.transport.set_write_buffer_limits(PIECE)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFERED)
            await self._send(writer, octets[:first])
            if first < len(octets):
                await self.files.may_end()
                await self._send(writer, octets[first:])
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.files.on_event(f"the file server gave a request up: {str(error) or type(error).__name__}")
        finally:
            writer.close()

    async def _send(self, writer: asyncio.StreamWriter, octets: bytes) -> None:
        """Send piece by piece; TimeoutError where the client takes none for as long as the patience lasts."""
        for at in range(0, len(octets), PIECE):
            writer.write(octets[at : at + PIECE])
            async with asyncio.timeout(self.patience):
                await writer.drain()

    async def _answer(self, client: _Patient, writer: asyncio.StreamWriter) -> _Answer:
        line = (await client.line()).split()
        if len(line) != 3:
            return _Answer("400 Bad Request")
        method, path = line[0], unquote(urlsplit(line[1]).path)
        headers = await _headers(client)
        if "100-continue" in headers.get("expect", ""):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await _body(client, headers)
        files = self.files
        files.on_event(f"the file server got {method} {path} ({len(body)} bytes)")
        content = files.files.get(path)
        match method:
            case "GET" | "HEAD" if content is None:
                return _Answer("404 Not Found")
            case "HEAD":
                return _Answer("200 OK", content or b"")
            case "GET":
                assert content is not None
                files.downloads.append(path)
                shown = len(content) // 2 if path in files.interrupted else len(content)
                return _Answer("200 OK", content, shown, ends_a_transfer=True)
            case "PUT" | "POST" if not files.takes_uploads:
                return _Answer("403 Forbidden")
            case "PUT" | "POST":
                files.uploads.append(Upload(path, body))
                return _Answer("201 Created", ends_a_transfer=True)
        return _Answer("405 Method Not Allowed")


class _Patient:
    """Reads what a client sends; TimeoutError where nothing comes for `patience` seconds."""

    def __init__(self, reader: asyncio.StreamReader, patience: float) -> None:
        self._reader = reader
        self._patience = patience

    async def line(self) -> str:
        async with asyncio.timeout(self._patience):
            return (await self._reader.readuntil(b"\r\n")).decode("latin-1").removesuffix("\r\n")

    async def exactly(self, length: int) -> bytes:
        content = bytearray()
        while len(content) < length:
            async with asyncio.timeout(self._patience):
                piece = await self._reader.read(min(PIECE, length - len(content)))
            if not piece:
                raise asyncio.IncompleteReadError(bytes(content), length)
            content += piece
        return bytes(content)


async def _headers(client: _Patient) -> dict[str, str]:
    headers: dict[str, str] = {}
    while line := await client.line():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip().lower()
    return headers


async def _body(client: _Patient, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").endswith("chunked"):
        return await _chunks(client)
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= MAX_BODY:
        raise ValueError(f"a body of {length} bytes")
    return await client.exactly(length)


async def _chunks(client: _Patient) -> bytes:
    content = bytearray()
    while size := int((await client.line()).split(";")[0], 16):
        if len(content) + size > MAX_BODY:
            raise ValueError("a body that does not end")
        content += await client.exactly(size)
        await client.exactly(2)
    await client.line()
    return bytes(content)
