"""The fault proxy between two endpoints of ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from ocpp_certs import Pki
from ocpp_proof.net.endpoint import ConnectionRefused, Endpoint
from ocpp_proof.net.faults import FaultProxy, Link, Moment, When
from ocpp_proof.net.raw_frames import build_frame
from ocpp_proof.net.relayed_messages import MessageSplitter, RelayedMessage
from ocpp_proof.net.tls import client_context, server_context
from wire_bench import Inbox, Server, connect, serving, soon

pytestmark = pytest.mark.asyncio

CALL = json.dumps([2, "1", "Heartbeat", {}])
ANSWER = json.dumps([3, "1", {"currentTime": "2026-01-01T00:00:00Z"}])


@asynccontextmanager
async def between(server: Server, seed: int = 0) -> AsyncIterator[FaultProxy]:
    proxy = await FaultProxy("127.0.0.1", server.port, seed=seed).start()
    try:
        yield proxy
    finally:
        await proxy.close()


async def through(proxy: FaultProxy, inbox: Inbox) -> Endpoint:
    return await connect(f"ws://127.0.0.1:{proxy.port}/ocpp/CS001", inbox)


def answering(server: Server) -> None:
    """Have the server answer every CALL."""

    def setup(endpoint: Endpoint) -> None:
        def answer(text: str) -> None:
            server.texts.append(text)
            called = json.loads(text)[1] if text.startswith("[") else "1"
            endpoint.send_text(ANSWER.replace('"1"', f'"{called}"'))

        endpoint.on_text = answer

    server.setup = setup


async def test_everything_passes_unspoiled() -> None:
    inbox = Inbox()
    async with serving() as server, between(server) as proxy:
        answering(server)
        client = await through(proxy, inbox)
        for size in (1, 200, 70_000):
            client.send_text("x" * size)
            assert await soon(inbox.texts.get()) == ANSWER
            assert server.texts[-1] == "x" * size
        client.close(1000, "done")
        assert (await soon(client.closed)).clean


async def test_tls_passes_too() -> None:
    pki = Pki.create()
    async with serving(server_context(pki.csms)) as server, between(server) as proxy:
        client = await connect(f"wss://127.0.0.1:{proxy.port}/", tls=client_context(trust=pki.root_pem))
        client.close()
        assert (await soon(client.closed)).clean


async def test_latency_rate_and_pieces() -> None:
    inbox = Inbox()
    loop = asyncio.get_running_loop()
    async with serving() as server, between(server) as proxy:
        answering(server)
        client = await through(proxy, inbox)
        proxy.up.latency, proxy.up.jitter = 0.05, 0.01
        begun = loop.time()
        client.send_text(CALL)
        await soon(inbox.texts.get())
        assert loop.time() - begun >= 0.04
        proxy.up.latency = proxy.up.jitter = 0
        proxy.down.chop, proxy.up.rate = 1, 20_000
        begun = loop.time()
        client.send_text("x" * 2000)
        await soon(inbox.texts.get())
        assert loop.time() - begun >= 0.09
        client.abort()


async def test_blackhole_and_restore() -> None:
    inbox = Inbox()
    async with serving() as server, between(server) as proxy:
        answering(server)
        client = await through(proxy, inbox)
        proxy.blackhole()
        client.send_text(CALL)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.texts.get(), 0.1)
        assert server.texts == []
        proxy.restore()
        assert await soon(inbox.texts.get()) == ANSWER
        client.abort()


@pytest.mark.parametrize("how", ["reset", "close"])
async def test_refusals(how: str) -> None:
    async with serving() as server, between(server) as proxy:
        proxy.refuse = how  # type: ignore[assignment]
        with pytest.raises(ConnectionRefused):
            await through(proxy, Inbox())


async def test_hanging_connections() -> None:
    async with serving() as server, between(server) as proxy:
        proxy.refuse = "hang"
        with pytest.raises(ConnectionRefused, match="no answer"):
            await connect(f"ws://127.0.0.1:{proxy.port}/", timeout=0.1)


async def test_reset_half_close_and_limit() -> None:
    async with serving() as server, between(server) as proxy:
        client = await through(proxy, Inbox())
        await server.endpoint()
        proxy.reset()
        assert (await soon(client.closed)).code is None

        client = await through(proxy, Inbox())
        other = await server.endpoint()
        next(iter(proxy.links)).half_close("target")
        assert (await soon(other.closed)).code is None
        await soon(client.closed)

        client = await through(proxy, Inbox())
        other = await server.endpoint()
        proxy.up.limit = 300
        client.send_text("x" * 400)
        assert (await soon(other.closed)).code is None
        assert (await soon(client.closed)).code is None
        assert server.texts == []


async def test_corruption_is_repeatable() -> None:
    seen: list[str] = []
    for _ in range(2):
        async with serving() as server, between(server, seed=3) as proxy:
            client = await through(proxy, Inbox())
            other = await server.endpoint()
            proxy.up.corrupt = 0.05
            client.send_frame(1, b"a" * 300)
            client.abort()
            await soon(other.closed)
            seen.append("".join(server.texts))
    assert seen[0] == seen[1]
    assert seen[0] != "a" * 300


@pytest.mark.parametrize(
    ("when", "call_arrives", "answer_arrives"),
    [
        ("before_call", False, False),
        ("after_call", True, False),
        ("before_answer", True, False),
        ("after_answer", True, True),
    ],
)
async def test_named_moments(when: When, call_arrives: bool, answer_arrives: bool) -> None:
    inbox = Inbox()
    async with serving() as server, between(server) as proxy:
        answering(server)
        sprung = proxy.at(Moment(when, "Heartbeat", 2), Link.blackhole)
        client = await through(proxy, inbox)
        for expected in ("first", "second"):
            client.send_text(CALL.replace('"1"', f'"{expected}"'))
            if expected == "first":
                await soon(inbox.texts.get())
        await soon(sprung)
        if answer_arrives:
            assert await soon(inbox.texts.get()) == ANSWER.replace('"1"', '"second"')
        else:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(inbox.texts.get(), 0.1)
        assert (len(server.texts) == 2) is call_arrives
        client.abort()


async def test_a_cut_after_a_call_delivers_it() -> None:
    async with serving() as server, between(server) as proxy:
        proxy.at(Moment("after_call", "Heartbeat"), Link.cut)
        client = await through(proxy, Inbox())
        other = await server.endpoint()
        client.send_text(CALL)
        await soon(client.closed)
        await soon(other.closed)
        assert server.texts == [CALL]


async def test_the_splitter_reads_messages_in_any_pieces() -> None:
    long = json.dumps([6, "s", "NotifyPeriodicEventStream", {"x": "y" * 70_000}]).encode()
    stream = (
        b"GET / HTTP/1.1\r\n\r\n"
        + build_frame(1, CALL.encode(), mask=True)
        + build_frame(9, b"ping")
        + build_frame(1, ANSWER.encode()[:5], fin=False)
        + build_frame(0, ANSWER.encode()[5:])
        + build_frame(1, long, mask=True)
        + build_frame(1, b"no json")
    )
    expected = [
        RelayedMessage(2, "1", "Heartbeat"),
        RelayedMessage(3, "1", None),
        RelayedMessage(6, "s", "NotifyPeriodicEventStream"),
    ]
    for size in (1, 7, 1000, len(stream)):
        splitter = MessageSplitter()
        pieces = [piece for at in range(0, len(stream), size) for piece in splitter.feed(stream[at : at + size])]
        assert b"".join(data for data, _ in pieces) == stream
        assert [message for _, message in pieces if message] == expected
        assert splitter.rest() == b""
