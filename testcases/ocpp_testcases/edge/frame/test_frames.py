"""Frames of RFC 6455: messages in pieces, pings, and frames that a connection must not survive."""

import pytest
from ocpp_proof import ALL, case, check, given, step
from ocpp_proof.net.raw_frames import CONTINUATION, PING, PONG, TEXT

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.recovery import expect_recovery, expect_survival
from ocpp_testcases.edge.states.rpc_probes import (
    PongRecorder,
    build_call,
    check_refused_or_dropped,
    expect_reply_to,
    prepare_malformed,
    send_fragmented,
    unsolicited_answers,
    wait_for_answer,
)

PIECES = ["in two", "in many", "cut in characters", "with empty pieces", "with a ping between", "with a pong between"]


def cuts(pieces, data):
    """Where a message is cut."""
    match pieces:
        case "in many":
            return range(1, len(data))
        case "cut in characters":
            return [data.index(character.encode()) + n for n, character in enumerate("é€😀", 1)]
        case "with empty pieces":
            return [0, len(data) // 2, len(data) // 2, len(data)]
    return [len(data) // 2]


async def answered(peer, action, payload):
    """The SUT answers this CALL, if only with a CALLERROR"""
    return await peer.attempt(action, **payload)


async def puts_together(peer, sut, pieces):
    """Send a CALL in several frames; it is answered as it is in one."""
    action, payload = "DataTransfer", {"vendorId": sut.text(), "data": "é€😀"}
    ping = sut.text().encode()
    whole = await given(answered, peer, action, payload)

    def between():
        if "between" in pieces:
            peer.connection.send_frame(PING if "ping" in pieces else PONG, ping)

    def send(text):
        send_fragmented(peer, text.encode(), *cuts(pieces, text.encode()), between=between)

    with step(f"The same CALL arrives {pieces}, and is answered in the same way"):
        pongs = PongRecorder(peer)
        answer = await expect_reply_to(peer, action, payload, send)
        check("RFC 6455 5.4", answer.error == whole.error, expected=whole.error or dict(whole), received=dict(answer))
        if "ping" in pieces:
            await pongs.expect(ping)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)


@case("X_FRAME_12_CS", ocpp=ALL, sut="station", title="A message in several frames is a message")
@pytest.mark.parametrize("pieces", PIECES, ids=PIECES)
async def test_station_puts_together(csms, sut, pieces):
    """A station that takes whole frames only is deaf as soon as a proxy cuts its messages."""
    await puts_together(csms, sut, pieces)


@case("X_FRAME_12_CSMS", ocpp=ALL, sut="csms", title="A message in several frames is a message")
@pytest.mark.parametrize("pieces", PIECES, ids=PIECES)
async def test_csms_puts_together(station, sut, pieces):
    """A CSMS that takes whole frames only loses the stations whose modem cuts their messages."""
    await given(booted, station, sut)
    await puts_together(station, sut, pieces)


PINGS = {"of 0 bytes": 0, "of 4 bytes": 4, "of 125 bytes": 125, "of five at once": 4}


async def pongs(peer, sut, form):
    """Send pings; each has its pong, or at least the last of several."""
    sent = [sut.rng.randbytes(PINGS[form]) for _ in range(5 if "five" in form else 1)]
    with step(f"A ping {form} is answered with its data"):
        came = PongRecorder(peer)
        for data in sent:
            peer.connection.ping(data)
        await came.expect(sent[-1])
    with step("A pong that nobody asked for has no effect, and the next valid CALL is answered"):
        peer.connection.pong(sut.rng.randbytes(8))
        await expect_survival(peer)


@case("X_FRAME_13_CS", ocpp=ALL, sut="station", title="A ping is answered with its data")
@pytest.mark.parametrize("form", PINGS, ids=list(PINGS))
async def test_station_pongs(csms, sut, form):
    """A station without pongs is given up by every CSMS that looks whether it is there."""
    await pongs(csms, sut, form)


@case("X_FRAME_13_CSMS", ocpp=ALL, sut="csms", title="A ping is answered with its data")
@pytest.mark.parametrize("form", PINGS, ids=list(PINGS))
async def test_csms_pongs(station, sut, form):
    """A CSMS without pongs is given up by every station that looks whether it is there."""
    await given(booted, station, sut)
    await pongs(station, sut, form)


FORBIDDEN = {
    "the first reserved bit": (TEXT, {"rsv1": True}),
    "the second reserved bit": (TEXT, {"rsv2": True}),
    "the third reserved bit": (TEXT, {"rsv3": True}),
    "an unknown opcode": (3, {}),
    "an unknown control opcode": (11, {}),
    "a mask of the other side": (TEXT, {}),
}


async def fails_the_connection(peer, sut, what):
    """Send a CALL in a frame that ends the connection; it is not answered, and the next connection works."""
    opcode, bits = FORBIDDEN[what]
    id, text = build_call(*probe_request(peer))
    data = b"" if opcode == 11 else text.encode()
    prepare_malformed(peer, id)
    other_mask = what == "a mask of the other side"
    with step(f"A frame arrives with {what}: the connection is closed"):
        with peer.on_purpose(f"a frame with {what}"):
            peer.connection.send_frame(opcode, data, **({"mask": peer.plays == "csms"} if other_mask else bits))
        await peer.expect_closed(requirement="RFC 6455 5.1" if other_mask else "RFC 6455 5.2")
        check_refused_or_dropped(peer, "RFC 6455 5.2", id)
    with step("The next valid CALL is answered on the next connection"):
        await expect_recovery(peer)


@case("X_FRAME_14_CS", ocpp=ALL, sut="station", title="A frame that WebSocket forbids ends the connection")
@pytest.mark.parametrize("what", FORBIDDEN, ids=list(FORBIDDEN))
async def test_station_fails_the_connection(csms, sut, what):
    """A station that takes forbidden frames takes what a broken proxy made of its messages."""
    await fails_the_connection(csms, sut, what)


@case("X_FRAME_14_CSMS", ocpp=ALL, sut="csms", title="A frame that WebSocket forbids ends the connection")
@pytest.mark.parametrize("what", FORBIDDEN, ids=list(FORBIDDEN))
async def test_csms_fails_the_connection(station, sut, what):
    """A CSMS that takes forbidden frames takes what a broken proxy made of its messages."""
    await given(booted, station, sut)
    await fails_the_connection(station, sut, what)


OUT_OF_ORDER = ["a continuation of nothing", "a ping of 126 bytes", "a ping in two frames"]


async def recovers_from(peer, sut, what):
    """Send frames that do not fit together; the connection may end, the system goes on."""
    id, text = build_call(*probe_request(peer))
    data = sut.rng.randbytes(126)
    prepare_malformed(peer, id)
    with step(f"What arrives is {what}"):
        with peer.on_purpose(what):
            match what:
                case "a continuation of nothing":
                    peer.connection.send_frame(CONTINUATION, text.encode())
                case "a ping of 126 bytes":
                    peer.connection.send_frame(PING, data)
                case _:
                    peer.connection.send_frame(PING, data[:4], fin=False)
                    peer.connection.send_frame(CONTINUATION, data[4:8])
        if what == "a continuation of nothing":
            await wait_for_answer(peer)
    with step("The next valid CALL is answered, on this connection or on the next"):
        await expect_recovery(peer)
        results = [s.text for s in unsolicited_answers(peer) if s.kind == 3]
        check("RFC 6455 5.4 begin", not results, expected="not taken for a CALL", received=results or "not taken")
        check_refused_or_dropped(peer, "RFC 6455 5.4", id, may_be_right=True)


@case("X_FRAME_15_CS", ocpp=ALL, sut="station", title="Frames that do not fit together")
@pytest.mark.parametrize("what", OUT_OF_ORDER, ids=OUT_OF_ORDER)
async def test_station_recovers(csms, sut, what):
    """A station that loses its place in the stream understands nothing any more, and looks connected."""
    await recovers_from(csms, sut, what)


@case("X_FRAME_15_CSMS", ocpp=ALL, sut="csms", title="Frames that do not fit together")
@pytest.mark.parametrize("what", OUT_OF_ORDER, ids=OUT_OF_ORDER)
async def test_csms_recovers(station, sut, what):
    """A CSMS that loses its place in the stream keeps a station that it cannot hear."""
    await given(booted, station, sut)
    await recovers_from(station, sut, what)
