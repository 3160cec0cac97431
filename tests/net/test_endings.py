"""What a peer sees of each way in which the harness ends, or loses, a connection: by a socket below any product."""

import asyncio
import socket
import threading
from contextlib import contextmanager

import pytest
from ocpp_proof.net.faults import FaultProxy
from ocpp_testcases.edge.states.network_faults import DISTURBANCES, ENDINGS, end_connection, lose_after_sending
from wire_bench import connect, soon

pytestmark = pytest.mark.asyncio

UPGRADE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Protocol: ocpp2.0.1\r\nSec-WebSocket-Accept: %s\r\n\r\n"
)


class Listener:
    """Takes one WebSocket connection with blocking calls on a thread of its own; `reads` is what each read gave."""

    def __init__(self):
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.reads, self.end = [], ""
        self.over = threading.Event()
        self.open = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        from websockets.utils import accept_key

        self.raw, _ = self._server.accept()
        request = b""
        while b"\r\n\r\n" not in request:
            request += self.raw.recv(65536)
        head = request.decode().lower().index("sec-websocket-key:") + len("sec-websocket-key:")
        key = request.decode()[head:].split("\r\n")[0].strip()
        self.raw.sendall(UPGRADE % accept_key(key).encode())
        self.open.set()
        try:
            while data := self.raw.recv(65536):
                self.reads.append(data)
            self.end = "FIN"
        except ConnectionResetError:
            self.end = "RST"
        self.over.set()

    def close(self):
        self._server.close()
        self._thread.join(1)
        self.raw.close()


@contextmanager
def listening():
    listener = Listener()
    try:
        yield listener
    finally:
        listener.close()


class Peer:
    """As much of a station as the endings need."""

    real_link = None
    timing = None

    def __init__(self, endpoint):
        self.connection = endpoint

    def drop(self):
        self.connection.reset()


@pytest.mark.parametrize(("how", "seen"), [("reset", "RST"), ("half-close", "FIN"), ("close frame", b"\x88")])
async def test_each_ending_is_what_it_is_called(how, seen, monkeypatch):
    monkeypatch.setattr("ocpp_testcases.edge.states.network_faults.on_undo", lambda *_: None)
    monkeypatch.setattr(Peer, "timing", type("Timing", (), {"message": 1.0}))
    with listening() as listener:
        endpoint = await connect(f"ws://127.0.0.1:{listener.port}/ocpp/CS001")
        end_connection(Peer(endpoint), how)
        await soon(asyncio.to_thread(listener.over.wait, 2))
        if isinstance(seen, bytes):
            assert b"".join(listener.reads)[:1] == seen
        else:
            assert (listener.end, listener.reads) == (seen, [])
        endpoint.abort()


async def test_the_endings_are_all_told_apart():
    assert ENDINGS == ("reset", "half-close", "close frame")


async def test_what_was_sent_arrives_before_the_loss():
    with listening() as listener:
        endpoint = await connect(f"ws://127.0.0.1:{listener.port}/ocpp/CS001")
        endpoint.send_text('[2,"1","Heartbeat",{}]')
        lose_after_sending(Peer(endpoint))
        await soon(asyncio.to_thread(listener.over.wait, 2))
        assert listener.end == "FIN"
        assert len(b"".join(listener.reads)) == 2 + 4 + len('[2,"1","Heartbeat",{}]')
        endpoint.abort()


async def test_one_byte_at_a_time_is_read_so():
    with listening() as listener:
        proxy = await FaultProxy("127.0.0.1", listener.port).start()
        try:
            endpoint = await connect(f"ws://127.0.0.1:{proxy.port}/ocpp/CS001")
            for name, value in DISTURBANCES["one byte at a time"].items():
                setattr(proxy.up, name, value)
            endpoint.send_text("x" * 200)
            endpoint.half_close()
            await soon(asyncio.to_thread(listener.over.wait, 3))
            sizes = [len(data) for data in listener.reads]
            assert sum(sizes) == 200 + 8
            assert sum(size == 1 for size in sizes) > 100  # a busy machine may read some of them together
            endpoint.abort()
        finally:
            await proxy.close()
