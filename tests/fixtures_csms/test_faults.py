"""The bugs that a reference system can have below OCPP: each does what its name says, and nothing to other messages."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from ocpp_fixtures.rpc import PeerOptions
from ocpp_fixtures.shared_defects import rpc_messages, websocket_frames
from ocpp_fixtures.shared_defects.rpc_messages import FaultyPeer
from ocpp_fixtures.shared_defects.websocket_frames import Reader, Rewriter, Wire, faulty_connection
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

HEARTBEAT = [2, "a", "Heartbeat", {}]
FATAL = "closed"


async def now(action, payload):
    return {"currentTime": "2026-11-20T10:00:00Z"}


@asynccontextmanager
async def talking(version, *faults):
    peers: asyncio.Queue[FaultyPeer] = asyncio.Queue()

    async def connected(websocket):
        peer = FaultyPeer(websocket, version, "csms", now, options=PeerOptions(faults=frozenset(faults)))
        peers.put_nowait(peer)
        await peer.run()

    make = faulty_connection(ServerConnection, frozenset(faults))
    async with (
        serve(connected, "127.0.0.1", 0, create_connection=make) as server,
        connect(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}") as websocket,
    ):
        yield websocket, await peers.get()


async def said_to(version, fault, *frames):
    """What comes back until the answer to a Heartbeat of the id "end", or the end of the connection."""
    async with talking(version, fault) as (websocket, _):
        found = []
        try:
            for frame in (*frames, [2, "end", "Heartbeat", {}], [2, "end2", "Heartbeat", {}]):
                await websocket.send(frame if isinstance(frame, str) else json.dumps(frame))
            while (answer := json.loads(await asyncio.wait_for(websocket.recv(), 2)))[1] != "end2":
                found.append(answer[:3] if answer[0] != 3 else answer[:2])
        except ConnectionClosed:
            return [*found, FATAL]
        return found


LONG = "x" * 37
END = [3, "end"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "version", "frames", "expected"),
    [
        ("error-codes-of-another-version", "1.6", [[2, "a", "Heartbeat"]], [[4, "a", "MessageTypeNotSupported"], END]),
        ("error-codes-of-another-version", "2.0.1", [[2, "a", "Heartbeat"]], [[4, "a", "FormationViolation"], END]),
        ("long-message-id-cut", "1.6", [[2, LONG, "Heartbeat", {}]], [[3, LONG[:36]], END]),
        ("used-message-id-ignored", "1.6", [HEARTBEAT, HEARTBEAT], [[3, "a"], END]),
        ("unknown-type-taken-for-a-call", "2.0.1", [[6, "a", "Heartbeat", {}]], [[3, "a"], END]),
        ("unknown-type-fatal", "2.0.1", [[6, "a", "Heartbeat", {}]], [FATAL]),
        ("null-payload-fatal", "2.0.1", [[2, "a", "Heartbeat", None]], [FATAL]),
        ("answer-to-nothing-refused", "2.0.1", [[3, "a", {}]], [[4, "a", "GenericError"], END]),
        ("answer-to-nothing-fatal", "2.0.1", [[3, "a", {}]], [FATAL]),
        ("deep-nesting-fatal", "2.0.1", ["[" * 100_000], [FATAL]),
        ("surrogate-fatal", "2.0.1", ['[2,"a","\\ud800",{}]'], [FATAL]),
        ("nan-taken-for-nothing", "2.0.1", ['[2,"a","Heartbeat",NaN]'], [[3, "a"], END]),
        ("big-message-swallows-the-next", "2.0.1", [[2, "a", "x" * 70_000, {}]], [[4, "a", "NotImplemented"]]),
        ("send-answered", "2.1", [[6, "a", "Proof", {}]], [[3, "a"], END]),
        ("result-error-refused", "2.1", [[5, "a", "GenericError", "", {}]], [[4, "a", "NotSupported"], END]),
    ],
)
async def test_what_a_fault_of_the_rpc_layer_does(fault, version, frames, expected):
    assert await said_to(version, fault, *frames) == expected
    sound = await said_to(version, "none", *frames)
    assert sound != expected
    assert END in sound


@pytest.mark.asyncio
async def test_a_used_id_costs_the_connection():
    assert (await said_to("1.6", "used-message-id-fatal", HEARTBEAT, HEARTBEAT))[-1] == FATAL


@pytest.mark.asyncio
async def test_a_refusal_under_an_invented_id():
    assert (await said_to("2.0.1", "refusal-names-another-message", "no JSON"))[0][1] != "-1"
    assert await said_to("1.6", "refusal-names-another-message", "no JSON") == [END]


@pytest.mark.asyncio
@pytest.mark.parametrize("text", ['[2,"a","\\ud800",{}]', '[2,"\\ud800","Heartbeat",{}]'])
@pytest.mark.parametrize("version", ["1.6", "2.1"])
async def test_half_a_surrogate_pair_is_refused_and_survived(version, text):
    assert END in await said_to(version, "none", text)


def through(*frames, fault="none", server=True):
    """The frames after a rewriting, read from one stream cut into single bytes."""
    reader, rewriter = Reader(), Rewriter(frozenset({fault}), server=server)
    stream = b"".join(frame.packed() for frame in frames)
    found = [frame for n in range(len(stream)) for frame in reader.feed(stream[n : n + 1])]
    assert found == list(frames)
    return [rewritten for frame in found if (rewritten := rewriter.rewritten(frame)) is not None]


def frame(opcode=1, data=b"{}", *, fin=True, rsv=0, masked=True):
    return Wire(fin, rsv, opcode, masked, data)


FIRST, LAST = frame(data="é".encode()[:1], fin=False), frame(0, "é".encode()[1:])


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
@pytest.mark.parametrize("masked", [True, False])
def test_frames_of_every_length_are_read(size, masked):
    one = frame(data=b"x" * size, masked=masked)
    assert Reader().feed(one.packed()) == [one]


@pytest.mark.parametrize(
    ("fault", "frames", "expected"),
    [
        ("none", [FIRST, frame(9), LAST], [FIRST, frame(9), LAST]),
        ("fragments-refused", [FIRST, LAST, frame()], [frame()]),
        ("ping-ends-a-message", [FIRST, frame(9), LAST, frame()], [FIRST, frame(9), frame()]),
        ("pong-without-data", [frame(9, b"a")], [frame(9, b"")]),
        ("masking-not-checked", [frame(masked=False)], [frame()]),
        ("reserved-bits-not-checked", [frame(rsv=7)], [frame()]),
        ("broken-utf-8-repaired", [frame(data=b"\xff")], [frame(data="\ufffd".encode())]),
        ("stray-fragment-kept", [frame(0, b"a"), frame(data=b"b")], [frame(data=b"ab")]),
        ("close-not-answered", [frame(8), frame()], [frame()]),
    ],
)
def test_what_a_fault_of_the_wire_does(fault, frames, expected):
    assert through(*frames, fault=fault) == expected


def test_a_character_in_two_frames_ends_the_connection():
    assert [f.rsv for f in through(FIRST, LAST, frame(), fault="fragments-decoded-alone")] == [2, 2, 0]


def test_only_a_faulty_connection_is_another_class():
    assert faulty_connection(ServerConnection, frozenset({"send-answered"})) is ServerConnection
    for name, *_ in websocket_frames.TABLE:
        assert issubclass(faulty_connection(ServerConnection, frozenset({name})), ServerConnection)
    assert not {row[0] for row in websocket_frames.TABLE} & {row[0] for row in rpc_messages.TABLE}
