"""The endpoint against websockets' own API as the other side, and against itself."""

import asyncio
import time

import pytest
from ocpp_proof.net import waiting
from ocpp_proof.net.endpoint import Accept, ConnectionRefused, Endpoint, dial
from ocpp_proof.net.raw_frames import BINARY, CLOSE, CONTINUATION, PING, TEXT, close_payload
from websockets.asyncio.client import connect as plain_connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol
from wire_bench import SUBPROTOCOL, Inbox, connect, serving, soon

pytestmark = pytest.mark.asyncio

LIMIT = 0.5


def port_of(server: object) -> int:
    return server.sockets[0].getsockname()[1]  # type: ignore[attr-defined, no-any-return]


async def test_both_roles_talk_and_close() -> None:
    inbox = Inbox()
    async with serving() as server:
        client = await connect(server.url(), inbox, basic=("CS001", b"secret"))
        other = await server.endpoint()
        assert (client.subprotocol, other.subprotocol, other.path) == (SUBPROTOCOL, SUBPROTOCOL, "/ocpp/CS001")
        assert other.request is not None
        assert other.request.headers["Authorization"] == "Basic Q1MwMDE6c2VjcmV0"
        other.send_text("größer")
        assert await soon(inbox.texts.get()) == "größer"
        other.send_binary(b"\0\1")
        assert await soon(inbox.binaries.get()) == b"\0\1"
        client.close(4001, "done")
        assert (await soon(other.closed)).code == 4001
        ended = await soon(client.closed)
        assert (ended.code, ended.reason, ended.clean, ended.error) == (4001, "done", True, "")
    assert inbox.kinds() == [
        ("-", "tcp-open"),
        ("out", "handshake"),
        ("in", "handshake"),
        ("in", "text"),
        ("in", "binary"),
        ("out", "frame"),
        ("in", "frame"),
        ("-", "tcp-lost"),
    ]
    assert [kind for _, kind, _ in server.records][:3] == ["tcp-open", "handshake", "handshake"]


async def test_what_arrives_with_the_handshake_is_not_lost() -> None:
    inbox = Inbox()
    async with serving() as server:
        assert server.listener is not None
        server.setup = lambda endpoint: setattr(endpoint, "on_text", lambda text: None)
        client = await connect(server.url(), inbox)
        other = await server.endpoint()
        other.send_text("at once")
        assert await soon(inbox.texts.get()) == "at once"
        client.close()
        await soon(client.closed)


async def test_subprotocols_none_and_not_offered() -> None:
    async with serving() as server:
        server.verdict = Accept()
        client = await connect(server.url(), subprotocols=["ocpp9.9"])
        assert client.subprotocol is None
        client.close()
        await soon(client.closed)
        server.verdict = Accept("ocpp1.6")
        with pytest.raises(ConnectionRefused, match="unsupported subprotocol") as refused:
            await connect(server.url())
        assert refused.value.status == 101
        server.verdict = Accept(headers={"Sec-WebSocket-Accept": "nonsense"})
        with pytest.raises(ConnectionRefused, match="Sec-WebSocket-Accept"):
            await connect(server.url())


async def test_no_websocket_request_is_refused_in_any_case() -> None:
    async with serving() as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b" 426 " in await soon(reader.readline())
        writer.close()
        await writer.wait_closed()


BAD_FROM_CLIENT = {
    "invalid UTF-8": (lambda e: e.send_frame(TEXT, b"\xff\xfe"), 1007),
    "reserved bit": (lambda e: e.send_frame(TEXT, b"x", rsv2=True), 1002),
    "unknown opcode": (lambda e: e.send_frame(3, b"x"), 1002),
    "orphan continuation": (lambda e: e.send_frame(CONTINUATION, b"x"), 1002),
    "fragmented ping": (lambda e: e.send_frame(PING, b"x", fin=False), 1002),
    "long ping": (lambda e: e.send_frame(PING, b"x" * 126), 1002),
    "wrong masking": (lambda e: e.send_frame(TEXT, b"x", mask=False), 1002),
    "invalid close code": (lambda e: e.send_frame(CLOSE, close_payload(1005)), 1002),
    "too long": (lambda e: e.send_frame(TEXT, b"x" * 70_000), 1009),
}


@pytest.mark.parametrize("name", BAD_FROM_CLIENT)
async def test_bad_frames_of_ours_are_noticed_by_a_sound_server(name: str) -> None:
    send, code = BAD_FROM_CLIENT[name]

    async def read(connection: ServerConnection) -> None:
        async for _ in connection:
            pass

    async with serve(read, "127.0.0.1", 0, max_size=65536, subprotocols=[Subprotocol(SUBPROTOCOL)]) as server:
        client = await connect(f"ws://127.0.0.1:{port_of(server)}/")
        send(client)
        ended = await soon(client.closed)
        assert ended.code == code


@pytest.mark.parametrize("name", BAD_FROM_CLIENT)
async def test_bad_frames_of_the_sut_are_noticed_by_us(name: str) -> None:
    send, code = BAD_FROM_CLIENT[name]
    async with serving(max_message=65536) as server:
        client = await connect(server.url())
        other = await server.endpoint()
        send(client)
        ended = await soon(other.closed)
        assert ended.error
        assert not ended.clean
        assert (await soon(client.closed)).code == code
        assert any(kind == "bytes-bad" for direction, kind, _ in server.records if direction == "in")


async def test_bad_frames_of_a_server_are_noticed_by_a_sound_client() -> None:
    async with serving() as server, plain_connect(server.url(), subprotocols=[Subprotocol(SUBPROTOCOL)]) as client:
        (await server.endpoint()).send_frame(TEXT, b"masked", mask=True)
        with pytest.raises(ConnectionClosed):
            await soon(client.recv())
        assert client.protocol.close_sent is not None
        assert client.protocol.close_sent.code == 1002


async def test_fragments_are_put_together() -> None:
    async with serving() as server:
        client = await connect(server.url())
        text, told = "größer".encode(), []
        client.on_sent_by_hand = told.append
        client.send_frame(TEXT, text[:3], fin=False)
        client.send_frame(PING, b"between")
        client.send_frame(CONTINUATION, text[3:])
        client.send_frame(BINARY, b"x")
        client.close()
        await soon(client.closed)
        assert server.texts == ["größer"]
        assert told == [("größer", True), ("x", False)]


async def test_a_long_frame_survives() -> None:
    async with serving() as server:
        client = await connect(server.url())
        client.send_frame(TEXT, b"x" * 70_000)
        client.close()
        await soon(client.closed)
        assert server.texts == ["x" * 70_000]


@pytest.mark.parametrize("compression", [True, False])
async def test_compression_is_used_only_when_asked_for(compression: bool) -> None:
    async with serving(compression=compression) as server:
        client = await connect(server.url(), compression=True)
        client.send_text("x" * 1000)
        client.close()
        await soon(client.closed)
        assert server.texts == ["x" * 1000]
        assert client.response is not None
        assert ("Sec-WebSocket-Extensions" in client.response.headers) is compression


async def test_a_listener_begins_to_compress_while_it_listens() -> None:
    async with serving() as server:
        plain = await connect(server.url(), compression=True)
        server.listener.compression = True
        compressed = await connect(server.url(), compression=True)
        assert plain.response is not None
        assert compressed.response is not None
        assert "Sec-WebSocket-Extensions" not in plain.response.headers
        assert "permessage-deflate" in compressed.response.headers["Sec-WebSocket-Extensions"]


@pytest.mark.parametrize("code", [1000, 1001, 1008, 3000, 4999])
async def test_close_codes(code: int) -> None:
    async with serving() as server:
        client = await connect(server.url())
        other = await server.endpoint()
        other.close(code, "as told")
        ended = await soon(client.closed)
        assert (ended.code, ended.reason, ended.clean) == (code, "as told", True)
        assert (await soon(other.closed)).clean


async def test_forbidden_close_codes_can_be_sent() -> None:
    async with serving() as server:
        client = await connect(server.url())
        client.send_frame(CLOSE, close_payload(1006))
        assert "03 ee: invalid status code" in (await soon((await server.endpoint()).closed)).error


async def test_a_close_by_hand_is_finished() -> None:
    async with serving() as server:
        client = await connect(server.url())
        client.send_frame(CLOSE, close_payload(1000, "by hand"))
        assert (await soon((await server.endpoint()).closed)).reason == "by hand"
        assert (await soon(client.closed)).clean


async def test_a_close_without_an_echo_is_cut_in_time() -> None:
    async with serving(close_timeout=0.05) as server:
        client = await connect(server.url())
        client.auto_close = False
        other = await server.endpoint()
        other.close()
        ended = await soon(other.closed)
        assert not ended.clean
        assert (await soon(client.closed)).code == 1000


async def test_reset_is_seen_as_reset() -> None:
    async with serving() as server:
        client = await connect(server.url())
        client.reset()
        ended = await soon((await server.endpoint()).closed)
        assert (ended.code, ended.clean) == (None, False)
        assert "reset" in ended.error.lower()


async def test_half_close_ends_without_a_close_frame() -> None:
    async with serving() as server:
        client = await connect(server.url())
        client.half_close()
        ended = await soon((await server.endpoint()).closed)
        assert (ended.code, ended.clean) == (None, False)
        assert str(ended).startswith("closed without a close frame")


async def test_pongs_come_by_themselves_or_not_at_all() -> None:
    inbox = Inbox()
    async with serving() as server:
        client = await connect(server.url(), inbox)
        other = await server.endpoint()
        client.ping(b"one")
        assert await soon(inbox.pongs.get()) == b"one"
        client.auto_pong = False
        other.ping(b"two")
        assert await soon(inbox.pings.get()) == b"two"
        client.send_text("after the ping")
        client.pong(b"unasked")
        client.close()
        await soon(client.closed)
        pongs = [
            data["data"]
            for direction, kind, data in server.records
            if direction == "in" and kind == "frame" and data["opcode"] == 10
        ]
        assert pongs == [b"unasked"]


async def test_a_withheld_pong_ends_a_keepalive_of_the_sut() -> None:
    async with serving() as server:
        server.setup = lambda endpoint: setattr(endpoint, "auto_pong", False)
        url = server.url()
        async with plain_connect(
            url, subprotocols=[Subprotocol(SUBPROTOCOL)], ping_interval=0.05, ping_timeout=0.05, close_timeout=0.05
        ) as client:
            with pytest.raises(ConnectionClosed):
                await soon(client.recv())


async def test_a_dead_line_holds_everything_back() -> None:
    inbox = Inbox()
    async with serving() as server:
        client = await connect(server.url(), inbox)
        other = await server.endpoint()
        client.blackhole()
        client.send_text("late")
        other.send_text("late too")
        other.ping(b"?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(inbox.texts.get(), 0.1)
        assert server.texts == []
        client.restore()
        assert await soon(inbox.texts.get()) == "late too"
        client.close()
        await soon(client.closed)
        assert server.texts == ["late"]


async def test_a_paused_reader_fills_the_buffers_of_the_other() -> None:
    inbox = Inbox()
    async with serving() as server:
        client = await connect(server.url(), inbox)
        other = await server.endpoint()
        client.pause_reading()
        other.send_text("x" * 1_000_000)
        client.resume_reading()
        assert len(await soon(inbox.texts.get())) == 1_000_000
        client.close()
        await soon(client.closed)


async def test_a_failing_callback_of_ours_does_not_end_the_connection() -> None:
    reported: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))

    def fail(text: str) -> None:
        raise RuntimeError(text)

    async with serving() as server:
        server.setup = lambda endpoint: setattr(endpoint, "on_text", fail)
        client = await connect(server.url())
        client.send_text("boom")
        client.close()
        assert (await soon(client.closed)).clean
        assert [str(context["exception"]) for context in reported] == ["boom"]


async def test_the_listener_ends_what_is_connected() -> None:
    async with serving() as server:
        client = await connect(server.url())
        assert server.listener is not None
        await server.endpoint()
        server.listener.close()
        assert (await soon(client.closed)).code is None
        with pytest.raises(ConnectionRefused):
            await connect(server.url())


async def test_nothing_is_sent_on_what_is_closed() -> None:
    async with serving() as server:
        client: Endpoint = await connect(server.url())
        client.close()
        await soon(client.closed)
        assert not client.is_open
        client.close()
        client.reset()
        client.half_close()
        client.send_raw(b"x")


async def test_an_answer_in_the_moment_of_the_time_limit_opens_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "timeout", asyncio.timeout)  # ours does not count what holds the loop up
    endpoints = []

    def hold_up(endpoint: Endpoint) -> None:
        endpoints.append(endpoint)
        endpoint.on_open = lambda _: time.sleep(LIMIT)

    async with serving() as server:
        uri = server.url()
        client = await dial(uri, subprotocols=[SUBPROTOCOL], record=lambda *_: None, timeout=LIMIT, setup=hold_up)
        assert [client] == endpoints
        assert client.is_open
        client.close()
        await soon(client.closed)
