"""Texts at the edge of JSON and of UTF-8, messages that are no text, and messages that are long."""

import json

import pytest
from ocpp_proof import ALL, case, given, step
from ocpp_proof.net.raw_frames import TEXT

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import probe_request
from ocpp_testcases.edge.states.recovery import expect_recovery, expect_survival
from ocpp_testcases.edge.states.rpc_probes import (
    FRAME_CODES,
    build_call,
    check_refused_or_dropped,
    prepare_malformed,
    send_malformed,
    wait_for_answer,
)

ODD = {
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "half a surrogate pair": '"\\ud800"',
    "the null character": '"\\u0000"',
    "an immense number": "1e400",
    "a number of many digits": "9" * 5_000,
    "an unknown escape": '"\\x"',
    "a line break in a text": '"\n"',
}
NO_JSON = ("NaN", "Infinity", "an unknown escape", "a line break in a text")
ODD_MESSAGES = [*ODD, "a key twice", "a byte order mark", "half a surrogate pair to repeat"]
MARK = '"the odd value"'


def odd_text(peer, sut, what):
    """Id, action and text of a CALL that has this in it, where any value is allowed (1.6: where a text is)."""
    action, payload = probe_request(peer)
    if what == "half a surrogate pair to repeat" and peer.plays == "csms":
        id, text = build_call(action, payload)
        return id, action, text.replace('"HeartbeatInterval"', '"\\udc00"')
    value = json.loads(MARK)
    if peer.ocpp != "1.6":
        payload = payload | {"customData": {"vendorId": sut.text(), "proof": value}}
    elif what in ("NaN", "Infinity"):
        action, payload = ("GetConfiguration", value) if peer.plays == "csms" else ("Heartbeat", value)
    else:
        action, payload = "DataTransfer", {"vendorId": sut.text(), "data": value}
    id, text = build_call(action, payload)
    match what:
        case "a key twice":
            return id, action, text.replace('"vendorId":', f'"vendorId":"{sut.text()}","vendorId":')
        case "a byte order mark":
            return id, action, "\ufeff" + text
    return id, action, text.replace(MARK, ODD.get(what, ODD["half a surrogate pair"]))


async def survives_odd_text(peer, sut, what):
    """Send a CALL that holds this; what is no JSON is not answered as if it were."""
    id, action, text = odd_text(peer, sut, what)
    with step(f"A CALL arrives that holds {what}"):
        send_malformed(peer, text, id, action=action)
        await wait_for_answer(peer)
    with step("The next valid CALL is answered on the same connection"):
        await expect_survival(peer)
        ids = [] if what in NO_JSON and peer.ocpp == "1.6" else [id]  # there is no id in what is no JSON; 2.x: "-1"
        fits = FRAME_CODES if what in NO_JSON and peer.ocpp != "1.6" else ()
        check_refused_or_dropped(peer, "OCPP-J JSON", *ids, may_be_right=what not in NO_JSON, fits=fits)


@case("X_FRAME_10_CS", ocpp=ALL, sut="station", title="JSON at the edge of the allowed does not take the station down")
@pytest.mark.parametrize("what", ODD_MESSAGES, ids=ODD_MESSAGES)
async def test_station_survives_odd_text(csms, sut, what):
    """A station whose parser gives up for good goes dark because of one odd text."""
    await survives_odd_text(csms, sut, what)


@case("X_FRAME_10_CSMS", ocpp=ALL, sut="csms", title="JSON at the edge of the allowed does not end the conversation")
@pytest.mark.parametrize("what", ODD_MESSAGES, ids=ODD_MESSAGES)
async def test_csms_survives_odd_text(station, sut, what):
    """A CSMS whose parser gives up for good loses a station because of one odd text."""
    await given(booted, station, sut)
    await survives_odd_text(station, sut, what)


NO_TEXT = ["a text that is not UTF-8", "a text cut in a character", "a CALL in a binary frame", "binary data"]


async def survives_no_text(peer, sut, what):
    """Send bytes that are no text; what is not UTF-8 ends the connection."""
    action, payload = probe_request(peer)
    if peer.ocpp != "1.6":
        payload = payload | {"customData": {"vendorId": "é"}}
    else:
        action, payload = "DataTransfer", {"vendorId": sut.text(), "data": "é"}
    id, text = build_call(action, payload)
    data = text.encode()
    prepare_malformed(peer, id, action=action)
    with step(f"What arrives is {what}"):
        match what:
            case "a text that is not UTF-8" | "a text cut in a character":
                broken = b"\xff\xc0" if what == "a text that is not UTF-8" else "é".encode()[:1]
                with peer.on_purpose(what):
                    peer.connection.send_frame(TEXT, data.replace("é".encode(), broken))
            case "a CALL in a binary frame":
                peer.connection.send_binary(data)
                await wait_for_answer(peer)
            case _:
                peer.connection.send_binary(sut.rng.randbytes(64))
        if what.startswith("a text"):
            await peer.expect_closed(requirement="RFC 6455 8.1")
    with step("The next valid CALL is answered, on this connection or on the next"):
        await expect_recovery(peer)
        check_refused_or_dropped(peer, "OCPP-J JSON", id, may_be_right=not what.startswith("a text"))


@case("X_FRAME_11_CS", ocpp=ALL, sut="station", title="What is no text does not take the station down")
@pytest.mark.parametrize("what", NO_TEXT, ids=NO_TEXT)
async def test_station_survives_no_text(csms, sut, what):
    """A station that repairs broken characters acts on a message that nobody sent."""
    await survives_no_text(csms, sut, what)


@case("X_FRAME_11_CSMS", ocpp=ALL, sut="csms", title="What is no text does not end the conversation for good")
@pytest.mark.parametrize("what", NO_TEXT, ids=NO_TEXT)
async def test_csms_survives_no_text(station, sut, what):
    """A CSMS that repairs broken characters books what nobody sent."""
    await given(booted, station, sut)
    await survives_no_text(station, sut, what)


SIZES = {"64 KiB": 2**16, "1 MiB": 2**20}
DEPTHS = {"nested 2,000 deep": 2_000, "nested 100,000 deep": 100_000}
HEAVY = [*SIZES, *DEPTHS, "only brackets"]


async def survives_load(peer, sut, what):
    """Send a text that is long or deep. One that is too long may also end the connection (RFC 6455, 7.4.1: 1009)."""
    data = "x" * SIZES[what] if what in SIZES else "deep"
    action = "DataTransfer"
    id, text = build_call(action, {"vendorId": sut.text(), "data": data})
    depth = DEPTHS.get(what, 100_000)
    text = text.replace('"deep"', "[" * depth + "]" * depth) if what != "only brackets" else "[" * depth
    with step(f"What arrives is a text of {len(text)} characters: {what}"):
        send_malformed(peer, text, id, action=action)
        await wait_for_answer(peer, within=peer.timing.message if what in SIZES else None)
    if what == "nested 2,000 deep":
        with step("The next valid CALL is answered on the same connection"):
            await expect_survival(peer)
    else:
        with step("The next valid CALL is answered, on this connection or on the next"):
            await expect_recovery(peer)
    check_refused_or_dropped(peer, "OCPP-J 4.2.3", *([] if what == "only brackets" else [id]), may_be_right=True)


@case("X_FRAME_17_CS", ocpp=ALL, sut="station", title="A message that is too long or nested too deep", disruptive=True)
@pytest.mark.parametrize("what", HEAVY, ids=HEAVY)
async def test_station_survives_load(csms, sut, what):
    """A station that runs out of memory over one message can be switched off by anybody who can send one."""
    await survives_load(csms, sut, what)


@case("X_FRAME_17_CSMS", ocpp=ALL, sut="csms", title="A message that is too long or nested too deep", disruptive=True)
@pytest.mark.parametrize("what", HEAVY, ids=HEAVY)
async def test_csms_survives_load(station, sut, what):
    """A CSMS that runs out of memory over one message can be switched off by a single station."""
    await given(booted, station, sut)
    await survives_load(station, sut, what)
