"""The file server that stations fetch from and upload to."""

import asyncio
from contextlib import nullcontext

import pytest
import pytest_asyncio
from ocpp_proof.net.files import Files, FileServer

pytestmark = pytest.mark.asyncio


async def exchange(port: int, request: bytes) -> bytes:
    """Send a request and read the whole answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    writer.write_eof()
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer


@pytest_asyncio.fixture
async def server():
    heard: list[str] = []
    made = FileServer(Files(heard.append))
    made.heard = heard  # type: ignore[attr-defined]
    await made.start()
    yield made
    await made.stop()


async def test_a_file_is_given_out_and_noted(server):
    server.files.put("/a b.bin", b"\x00content")
    answer = await exchange(server.port, b"GET /a%20b.bin?x=1 HTTP/1.1\r\nHost: h\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n\x00content")
    assert server.files.downloads == ["/a b.bin"]


async def test_head_gives_no_body_and_what_is_not_there_is_not_found(server):
    server.files.put("/a", b"content")
    assert (await exchange(server.port, b"HEAD /a HTTP/1.1\r\n\r\n")).endswith(b"\r\n\r\n")
    assert b" 404 " in await exchange(server.port, b"GET /b HTTP/1.1\r\n\r\n")
    assert b" 405 " in await exchange(server.port, b"DELETE /a HTTP/1.1\r\n\r\n")


@pytest.mark.parametrize(
    "request_",
    [
        b"PUT /log HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        b"POST /log HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        b"PUT /log HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
    ],
    ids=["length", "chunks", "continue"],
)
async def test_an_upload_is_kept(server, request_):
    assert b" 201 " in await exchange(server.port, request_)
    assert [(u.path, u.content) for u in server.files.uploads] == [("/log", b"hello")]


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"PUT /log HTTP/1.1\r\nContent-Length: 9\r\n\r\nhello",
        b"PUT /log HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"PUT /log HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET",
    ],
    ids=["no request", "cut", "too long", "bad chunk", "half a line"],
)
async def test_a_bad_request_costs_nothing_but_itself(server, request_):
    await exchange(server.port, request_)
    assert server.files.uploads == []
    server.files.put("/a", b"content")
    assert b" 200 " in await exchange(server.port, b"GET /a HTTP/1.1\r\n\r\n")


async def test_an_upload_is_not_taken_where_none_is(server):
    server.files.takes_uploads = False
    assert b" 403 " in await exchange(server.port, b"PUT /log HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")
    assert server.files.uploads == []


async def test_a_held_file_comes_in_two_parts(server):
    server.files.put("/a.bin", b"x" * 10_000)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    with server.files.held():
        writer.write(b"GET /a.bin HTTP/1.1\r\nHost: h\r\n\r\n")
        async with asyncio.timeout(5):
            first = await reader.readexactly(4_000)
    async with asyncio.timeout(5):
        rest = await reader.read()
    writer.close()
    assert (first + rest).endswith(b"\r\n\r\n" + b"x" * 10_000)


async def test_a_held_upload_is_acknowledged_afterwards(server):
    came = asyncio.Event()
    server.files.on_event = lambda _: came.set()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    with server.files.held():
        writer.write(b"PUT /log HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")
        answered = asyncio.ensure_future(reader.read())
        async with asyncio.timeout(5):
            await came.wait()
        assert not answered.done()
    async with asyncio.timeout(5):
        assert (await answered).startswith(b"HTTP/1.1 201 ")
    writer.close()


async def request_by_hand(server, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which this was sent, and which takes little at a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=2**10)
    writer.write(request)
    return reader, writer


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"HEAD /a HTTP/1.1\r\n\r\n", b" 200 "),
        (b"GET /b HTTP/1.1\r\n\r\n", b" 404 "),
        (b"nonsense\r\n\r\n", b" 400 "),
    ],
    ids=["head", "not there", "no request"],
)
async def test_what_transfers_nothing_is_not_held(server, request_, status):
    server.files.put("/a", b"content")
    with server.files.held():
        assert status in await exchange(server.port, request_)


BIG = b"0123456789abcdef" * 2**19
"""More than the buffers of a connection hold."""


async def read_slowly(reader: asyncio.StreamReader, pauses: int, pause: float) -> bytes:
    """Read all that comes, with pauses at first in which nothing is taken."""
    content = bytearray()
    while piece := await reader.read(2**18):
        content += piece
        if pauses:
            pauses -= 1
            await asyncio.sleep(pause)
    return bytes(content)


@pytest.mark.parametrize("held", [True, False])
async def test_a_client_has_as_long_as_it_makes_progress(server, held):
    server.patience = 0.2
    server.files.put("/a", BIG)
    reader, writer = await request_by_hand(server, b"GET /a HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(10):
        with server.files.held() if held else nullcontext():
            first = await reader.readexactly(2**20)
            first += await reader.readexactly(2**20)
        answer = first + await read_slowly(reader, 8, 0.05)
    writer.close()
    assert answer.endswith(BIG)
    assert not any("gave a request up" in line for line in server.heard)


async def test_a_client_that_takes_nothing_is_given_up(server):
    server.patience = 0.1
    given_up = asyncio.Event()
    server.files.on_event = lambda line: given_up.set() if line.endswith("gave a request up: TimeoutError") else None
    server.files.put("/a", BIG)
    _, writer = await request_by_hand(server, b"GET /a HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(5):
        await given_up.wait()
    writer.close()


async def test_a_slow_upload_is_kept_and_one_that_stops_is_not(server):
    server.patience = 0.2
    _, stopped = await request_by_hand(server, b"PUT /half HTTP/1.1\r\nContent-Length: 9\r\n\r\nhello")
    reader, writer = await request_by_hand(server, b"PUT /log HTTP/1.1\r\nContent-Length: 8\r\n\r\n")
    for octet in b"slow one":
        await asyncio.sleep(0.05)
        writer.write(bytes([octet]))
    async with asyncio.timeout(5):
        assert b" 201 " in await reader.read()
    assert [(u.path, u.content) for u in server.files.uploads] == [("/log", b"slow one")]
    assert "the file server gave a request up: TimeoutError" in server.heard
    writer.close()
    stopped.close()
