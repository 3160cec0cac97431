"""Connections that are not opened: refused in HTTP, dropped, or never answered."""

import asyncio
import socket
from contextlib import suppress

import pytest
from ocpp_proof.net.endpoint import ConnectionRefused, Drop, Refuse
from wire_bench import connect, serving, soon

pytestmark = pytest.mark.asyncio


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(Refuse(401, {"WWW-Authenticate": "Basic"}, "who?"), 401), (Refuse(404), 404), (Refuse(599), 599)],
)
async def test_refused_handshakes(verdict: Refuse, status: int) -> None:
    async with serving() as server:
        server.verdict = verdict
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url())
        assert (refused.value.status, refused.value.phase) == (status, "handshake")
        assert verdict.reason in refused.value.reason
        assert refused.value.headers.get("WWW-Authenticate") == verdict.headers.get("WWW-Authenticate")


@pytest.mark.parametrize("verdict", [Drop(), Drop(reset=True)])
async def test_dropped_handshakes(verdict: Drop) -> None:
    async with serving() as server:
        server.verdict = verdict
        with pytest.raises(ConnectionRefused) as refused:
            await connect(server.url())
        assert (refused.value.status, refused.value.phase) == (None, "handshake")


async def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConnectionRefused) as refused:
        await connect(f"ws://127.0.0.1:{port}/")
    assert refused.value.phase == "tcp"


async def test_a_server_that_never_answers() -> None:
    async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read()
        writer.close()
        gone.set()

    gone = asyncio.Event()
    async with await asyncio.start_server(read, "127.0.0.1", 0) as silent:
        with pytest.raises(ConnectionRefused, match="no answer within") as refused:
            await connect(f"ws://127.0.0.1:{silent.sockets[0].getsockname()[1]}/", timeout=0.1)
        assert refused.value.phase == "handshake"
        await soon(gone.wait())


@pytest.mark.parametrize("ends", [True, False])
async def test_a_refusal_without_a_length_is_one_however_it_ends(ends: bool) -> None:
    """HTTP/1.1 404 and nothing more: its body ends with the connection, or not while anybody waits."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
        if not ends:
            await reader.read()  # until the client goes
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        gone.set()

    gone = asyncio.Event()
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConnectionRefused) as refused:
            await connect(f"ws://127.0.0.1:{port}/ocpp/CS001", timeout=10 if ends else 0.2)
        await soon(gone.wait())
    assert refused.value.status == 404
