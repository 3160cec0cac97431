"""The end of a connection, with right and with wrong close codes; and connections that are compressed."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, on_undo, step
from ocpp_proof.net.raw_frames import CLOSE, TEXT, close_payload

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.rpc_probes import PongRecorder, expect_new_connection, expect_reply_to

CODES = {
    "no code": b"",
    "1000": close_payload(1000, "done"),
    "1001": close_payload(1001),
    "1011": close_payload(1011, "internal error"),
    "1012": close_payload(1012),
    "3000": close_payload(3000),
    "4999": close_payload(4999, "é" * 40),
    "999": close_payload(999),
    "1005": close_payload(1005),
    "1006": close_payload(1006),
    "1015": close_payload(1015),
    "2999": close_payload(2999),
    "half a code": b"\x03",
    "a reason that is not UTF-8": close_payload(1000) + b"\xff\xc0",
}


async def closes(peer, sut, code):
    """Send a close frame; it is answered or the connection ends, and there is a new one."""
    connections, endpoint = len(peer.connections), peer.connection
    with step(f"A close frame arrives with {code}: the connection ends"):
        endpoint.send_frame(CLOSE, CODES[code])
        info = await peer.expect_closed(requirement="RFC 6455 5.5.1")
        wrong = info.error if "a close frame with" in info.error else ""
        check("RFC 6455 7.4.1", not wrong, expected="no reserved code in return", received=wrong or str(info))
    with step("The next valid CALL is answered on the next connection"):
        await expect_new_connection(peer, connections)
        await expect_probe_answered(peer)


@case("X_FRAME_16_CS", ocpp=ALL, sut="station", title="A close frame ends the connection, and the station comes back")
@pytest.mark.parametrize("code", CODES, ids=list(CODES))
async def test_station_closes(csms, sut, code):
    """A station that does not close hangs on a connection that its CSMS has given up."""
    await closes(csms, sut, code)


@case("X_FRAME_16_CSMS", ocpp=ALL, sut="csms", title="A close frame ends the connection, and the next one is taken")
@pytest.mark.parametrize("code", CODES, ids=list(CODES))
async def test_csms_closes(station, sut, code):
    """A CSMS that does not close talks to connections that its stations have given up."""
    await given(booted, station, sut)
    await closes(station, sut, code)


def compressed(endpoint):
    """Whether compression was agreed on."""
    return "permessage-deflate" in endpoint.response.headers.get("Sec-WebSocket-Extensions", "")


async def talks_compressed(peer, sut):
    """Send messages compressed, again with what was sent before in mind, and plain."""
    action, payload = "DataTransfer", {"vendorId": sut.text(), "data": sut.text(40) * 50}
    with step("A compressed CALL is answered"):
        first = await expect_reply_to(peer, action, payload, peer.raw)
    with step("A second one is answered, which leans on the first"):
        again = await expect_reply_to(peer, action, payload, peer.raw)
        check("RFC 7692", again.error == first.error, expected=first.error or dict(first), received=dict(again))
    with step("One that is not compressed is answered too"):
        plain = await expect_reply_to(
            peer, action, payload, lambda text: peer.connection.send_frame(TEXT, text.encode())
        )
        check("RFC 7692", plain.error == first.error, expected=first.error or dict(first), received=dict(plain))
    with step("A ping is answered as ever"):
        pongs = PongRecorder(peer)
        peer.connection.ping(b"proof")
        await pongs.expect(b"proof")


@case("X_FRAME_18_CS", ocpp=ALL, sut="station", title="A station that offers compression understands it")
async def test_station_talks_compressed(csms, sut):
    """A station that offers compression and cannot do it is dark at every CSMS that agrees."""

    async def come_back():
        connections = len(csms.connections)
        await csms.close()
        await expect_new_connection(csms, connections)

    with step("The station connects to a CSMS that compresses"):
        on_undo("Connect without compression", come_back)
        with csms.compressing():
            await come_back()
        if not compressed(csms.connection):
            raise NotApplicable("the station does not offer compression (it need not)")
    await talks_compressed(csms, sut)
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(csms)


@case("X_FRAME_18_CSMS", ocpp=ALL, sut="csms", title="Compression that the station offers")
async def test_csms_talks_compressed(station, sut):
    """A CSMS without compression makes every station pay for twice the data."""
    await given(booted, station, sut)
    with step("The station connects and offers compression"):
        await station.close()
        endpoint = await station.connect(requirement="known station", compression=True)
        agreed = compressed(endpoint)
        if sut.ocpp != "1.6":
            check("OCPP-J compression", agreed, expected="agreed", received="agreed" if agreed else "declined")
    if agreed:
        await talks_compressed(station, sut)
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(station)
