"""The harness's two roles on a line without a network: bytes go in, and whatever goes wrong inside is kept."""

from __future__ import annotations

import asyncio
import random
import time

from fuzz_frames import Frames
from ocpp_proof.cases.errors import OcppProofError
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net.endpoint import Endpoint
from ocpp_proof.ocppj.samples import build
from ocpp_proof.roles.csms import SUBPROTOCOLS, Csms, HandshakePolicy
from ocpp_proof.roles.station import Credentials, Station
from ocpp_reports.model import CaseResult
from websockets.client import ClientProtocol
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

TIMING = Timing(message=0.05, event=0.05, long=0.1, quiet=0.01, transaction=0.01)
FRAMES_OF_A_CASE = 500
CASES_OF_A_RUN = 40
"""After so many cases the role is made anew, as it is for a new run."""
ASKED_EVERY = 40
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="


class _Socket:
    def setsockopt(self, *_):
        pass

    def fileno(self):
        return -1


class Line(asyncio.Transport):
    """A transport whose other end is the fuzzer."""

    def __init__(self, protocol):
        super().__init__()
        self.protocol, self.written, self.closing = protocol, bytearray(), False

    def get_extra_info(self, name, default=None):
        return {"peername": ("127.0.0.1", 1), "socket": _Socket()}.get(name, default)

    def write(self, data):
        self.written += data

    def write_eof(self):
        pass

    def can_write_eof(self):
        return True

    def is_closing(self):
        return self.closing

    def pause_reading(self):
        pass

    def resume_reading(self):
        pass

    def close(self):
        if not self.closing:
            self.closing = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    abort = close


class Rig:
    """One role of one version under fire."""

    def __init__(self, role, ocpp, seed):
        self.role, self.ocpp = role, ocpp
        self.rng = random.Random(f"{role}/{ocpp}/{seed}")
        self.frames = Frames(ocpp, self.rng, masked=role == "csms")
        self.stream = self.frames.frames()
        self.count, self.connections, self.slowest = 0, 0, (0.0, b"")
        self.crashes = []
        self.line = None
        self.cases = 0
        self.tasks = set()

    def new_peer(self):
        if self.role == "csms":
            return Csms(ocpp=self.ocpp, timing=TIMING, policy=HandshakePolicy("CS1", 0))
        return Station(ocpp=self.ocpp, timing=TIMING, url="ws://127.0.0.1:1/ocpp", credentials=Credentials("CS1"))

    def connect(self):
        """A new connection, through the opening handshake."""
        self.connections += 1
        record = self.peer.recorder(len(self.peer.connections))
        if self.role == "csms":
            endpoint = Endpoint(
                ServerProtocol(max_size=2**20),
                channel=None,
                record=record,
                close_timeout=0.05,
                accept=self.peer._accept,
            )
            endpoint.on_open = self.peer.adopt
        else:
            endpoint = Endpoint(
                ClientProtocol(
                    parse_uri("ws://127.0.0.1:1/ocpp/CS1"),
                    subprotocols=[Subprotocol(SUBPROTOCOLS[self.ocpp])],
                    max_size=2**20,
                ),
                channel=None,
                record=record,
                close_timeout=0.05,
            )
            self.peer.adopt(endpoint)
        self.line = Line(endpoint)
        endpoint.connection_made(self.line)
        endpoint.data_received(self.request() if self.role == "csms" else self.response(bytes(self.line.written)))
        if not endpoint.is_open:
            raise RuntimeError("the rig's own handshake failed")
        self.endpoint = endpoint

    def request(self):
        lines = [b"GET /ocpp/CS1 HTTP/1.1", b"Host: x", b"Upgrade: websocket", b"Connection: Upgrade"]
        lines += [b"Sec-WebSocket-Key: " + KEY, b"Sec-WebSocket-Version: 13"]
        return b"\r\n".join([*lines, b"Sec-WebSocket-Protocol: " + SUBPROTOCOLS[self.ocpp].encode(), b"", b""])

    def response(self, request):
        from websockets.utils import accept_key

        key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
        lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Accept: {accept_key(key)}", f"Sec-WebSocket-Protocol: {SUBPROTOCOLS[self.ocpp]}"]
        return "\r\n".join([*lines, "", ""]).encode()

    async def run(self, frames, until):
        """Send that many frames, or as many as fit until the clock says `until`; case after case."""
        asyncio.get_running_loop().set_exception_handler(lambda _, context: self.crashed(context))
        end = self.count + frames
        while self.count < end and time.monotonic() < until:
            if self.cases % CASES_OF_A_RUN == 0:
                self.peer, self.line = self.new_peer(), None
            self.cases += 1
            run = CaseRun(CaseResult("FUZZ", "fuzz", self.ocpp, 0, self.role, "fuzz"))
            with running(run):
                self.peer.begin(run)
                for _ in range(min(FRAMES_OF_A_CASE, end - self.count)):
                    await self.one()
                for task in tuple(self.tasks):
                    task.cancel()
                self.peer.end()
                self.crashes += [(self.count, self.last, mistake) for mistake in self.peer.mistakes]
                self.peer.close_older_connections()

    async def one(self):
        if self.line is None or self.line.closing or not self.endpoint.is_open:
            self.connect()
        if self.count % ASKED_EVERY == 0:
            self.ask()
        frame = self.last = next(self.stream)
        self.count += 1
        started = time.perf_counter()
        try:
            self.endpoint.data_received(frame)
        except Exception as error:
            self.crashes.append((self.count, frame, repr(error)))
        self.line.written.clear()
        if self.count % 8 == 0:
            await asyncio.sleep(0)
        taken = time.perf_counter() - started
        if taken > self.slowest[0]:
            self.slowest = taken, frame

    def ask(self):
        """The role sends a CALL of its own, so that answers have something to belong to."""
        action = "GetLocalListVersion" if self.role == "csms" else "Heartbeat"
        task = asyncio.ensure_future(self.peer.outcome_of(action, build(self.ocpp, action, "request", full=False)))
        self.tasks.add(task)
        task.add_done_callback(self.asked)
        self.frames.open_ids = list(self.peer._pending)[-5:]

    def asked(self, task):
        self.tasks.discard(task)
        if not task.cancelled() and not isinstance(task.exception(), OcppProofError | type(None)):
            self.crashes.append((self.count, b"", repr(task.exception())))

    def crashed(self, context):
        self.crashes.append((self.count, self.last, f"{context.get('message')}: {context.get('exception')!r}"))
