"""The end of a connection, with right and with wrong close codes; and connections that are compressed."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, on_undo, step
from ocpp_proof.net.raw_frames import CLOSE, TEXT, close_payload

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.recovery import expect_new_connection, expect_survival
from ocpp_testcases.edge.states.rpc_probes import PongRecorder, expect_reply_to

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


SOUND = ("no code", "1000", "1001", "1011", "1012", "3000", "4999")
"""What a close frame may carry: it has a close frame in return. After any other the connection may end as it likes."""
_NEVER_SENT = {f"{code >> 8:02x} {code & 255:02x}": code for code in (1005, 1006, 1015)}


def wrong_code(info):
    """What was wrong with the close frame that the SUT sent, in words, and whether its code must never be sent."""
    _, found, rest = info.error.partition("a close frame with ")
    sent, _, why = rest.partition(": ")
    if not found:
        return "", False
    number = int(sent.replace(" ", ""), 16) if len(sent) == 5 else sent
    return f"it sent the code {number}: {why}", sent in _NEVER_SENT or len(sent) != 5


async def closes(peer, sut, code):
    """Send a close frame; it is answered or the connection ends, and there is a new one."""
    connections, endpoint = len(peer.connections), peer.connection
    with step(f"A close frame arrives with {code}: the connection ends"):
        endpoint.send_frame(CLOSE, CODES[code])
        info = await peer.expect_closed(requirement="RFC 6455 5.5.1")
        if code in SOUND:
            check("RFC 6455 5.5.1", info.clean, expected="a close frame in return", received=str(info))
        wrong, reserved = wrong_code(info)
        forbidden = wrong if reserved else ""
        check("RFC 6455 7.4.1", not forbidden, expected="no reserved code in return", received=forbidden or str(info))
        odd = "" if reserved else wrong
        check("RFC 6455 7.4.2", not odd, expected="a code that somebody may have registered", received=odd or str(info))
    with step("The next valid CALL is answered on the next connection"):
        await expect_new_connection(peer, connections)
        await expect_survival(peer)


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


async def answered(peer, action, payload):
    """The SUT answers this CALL, if only with a CALLERROR"""
    return await peer.attempt(action, **payload)


async def talks_compressed(peer, sut):
    """Send messages compressed, again with what was sent before in mind, and plain."""
    action, payload = "DataTransfer", {"vendorId": sut.text(), "data": sut.text(40) * 50}
    await given(answered, peer, action, payload)
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
        await expect_survival(csms)


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
    if not agreed and sut.ocpp == "1.6":
        raise NotApplicable("the CSMS does not agree to compression (it need not)")
    if agreed:
        await talks_compressed(station, sut)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(station)
