"""Files that a station fetches and brings, and a small HTTP server for them; FTP is `net/ftp.py`.

The server speaks HTTP/1.1 on a port of its own, one request a connection: GET and HEAD for what lies there, PUT and
POST for what comes in (a body of known length or in chunks). Nothing touches the disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

__all__ = ["MAX_BODY", "FileServer", "Files", "Upload"]

MAX_BODY = 64 * 2**20
"""The longest upload taken, in bytes."""

PATIENCE = 30.0
"""Seconds that a client has for one request."""


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


class FileServer:
    """Serves `files` over HTTP."""

    scheme = "http"

    def __init__(self, files: Files) -> None:
        self.files = files
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
            async with asyncio.timeout(PATIENCE):
                status, body, shown = await self._answer(reader, writer)
                head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                octets = head.encode() + body[:shown]
                first = len(octets) // 2 if self.files.holding and shown else 0
                writer.write(octets[:first])
                await writer.drain()
            await self.files.may_end()
            async with asyncio.timeout(PATIENCE):
                writer.write(octets[first:])
                await writer.drain()
        except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.files.on_event(f"the file server gave a request up: {error or type(error).__name__}")
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, bytes, int]:
        """Status, body, and how many octets of the body are sent."""
        line = (await reader.readuntil(b"\r\n")).decode("latin-1").split()
        if len(line) != 3:
            return "400 Bad Request", b"", 0
        method, path = line[0], unquote(urlsplit(line[1]).path)
        headers = await _headers(reader)
        if "100-continue" in headers.get("expect", ""):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await _body(reader, headers)
        files = self.files
        files.on_event(f"the file server got {method} {path} ({len(body)} bytes)")
        content = files.files.get(path)
        match method:
            case "GET" | "HEAD" if content is None:
                return "404 Not Found", b"", 0
            case "HEAD":
                return "200 OK", content or b"", 0
            case "GET":
                assert content is not None
                files.downloads.append(path)
                return "200 OK", content, len(content) // 2 if path in files.interrupted else len(content)
            case "PUT" | "POST" if not files.takes_uploads:
                return "403 Forbidden", b"", 0
            case "PUT" | "POST":
                files.uploads.append(Upload(path, body))
                return "201 Created", b"", 0
        return "405 Method Not Allowed", b"", 0


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip().lower()
    return headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").endswith("chunked"):
        return await _chunks(reader)
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= MAX_BODY:
        raise ValueError(f"a body of {length} bytes")
    return await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    content = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        if len(content) + size > MAX_BODY:
            raise ValueError("a body that does not end")
        content += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return bytes(content)
