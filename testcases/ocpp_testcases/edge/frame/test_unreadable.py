"""Broken frames and unknown actions: the connection and the system survive."""

import pytest
from ocpp_proof import ALL, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request
from ocpp_testcases.edge.states.rpc_probes import build_call, check_refused_or_dropped, send_malformed

UNREADABLE = [
    "this is not JSON",
    '{"not": "an array"}',
    "[]",
    '[2,"unfinished',
    '[2,"too-short"]',
    '[2,42,"Heartbeat",{}]',
    "",
    "null",
    '"2"',
    "[2]",
    "['2','single quotes','Heartbeat',{}]",
    '[2,"comma","Heartbeat",{},]',
]


async def survives(peer, text):
    """Send what cannot be read; the next valid CALL is answered, and what comes back says what was wrong."""
    with step("A message that cannot be read arrives"):
        send_malformed(peer, text)
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(peer)
        ids = [id for id in ("too-short", "unfinished", "comma", "single quotes", 42) if str(id) in text]
        check_refused_or_dropped(peer, "OCPP-J frame", *ids)


@case("X_FRAME_01_CS", ocpp=ALL, sut="station", title="An unreadable frame does not take the station down")
@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_station_survives_unreadable_frame(csms, sut, text):
    """A station that dies of one broken message stands dark until somebody drives there."""
    await survives(csms, text)


@case("X_FRAME_01_CSMS", ocpp=ALL, sut="csms", title="An unreadable frame does not end the conversation")
@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_csms_survives_unreadable_frame(station, sut, text):
    """A CSMS that drops a station for one broken message loses its charging sessions."""
    await given(booted, station, sut)
    await survives(station, text)


async def refuses_unknown_action(peer, name):
    """Send a CALL of an action that does not exist."""
    with step("A CALL with an action that does not exist"):
        answer = await peer.attempt(name)
        check(
            "OCPP-J unknown action",
            answer.error in ("NotImplemented", "NotSupported"),
            expected="CALLERROR NotImplemented or NotSupported",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(peer)


@case("X_FRAME_02_CS", ocpp=ALL, sut="station", title="An unknown action is refused as not implemented")
async def test_station_refuses_unknown_action(csms, sut):
    """A station that does not answer what it does not know blocks its CSMS until a time-out."""
    await refuses_unknown_action(csms, f"Proof{sut.text(8)}")


@case("X_FRAME_02_CSMS", ocpp=ALL, sut="csms", title="An unknown action is refused as not implemented")
async def test_csms_refuses_unknown_action(station, sut):
    """A CSMS that does not answer what it does not know blocks its stations until a time-out."""
    await given(booted, station, sut)
    await refuses_unknown_action(station, f"Proof{sut.text(8)}")


TYPES = [0, 1, 5, 6, 7, 99, -2]
"""Message type numbers; 5 and 6 are known in 2.1 and stand for 8 and 9 there."""


async def ignores(peer, kind):
    """Send a message of an unknown type that would be a proper CALL otherwise."""
    kind = kind + 3 if peer.ocpp == "2.1" and kind in (5, 6) else kind
    id, text = build_call(*probe_request(peer))
    with step(f"A message of the type {kind} arrives"):
        send_malformed(peer, text.replace("[2,", f"[{kind},", 1))
    with step("The next valid CALL is answered on the same connection"):
        await expect_probe_answered(peer)
        check_refused_or_dropped(peer, "OCPP-J message type", id)


@case("X_FRAME_03_CS", ocpp=ALL, sut="station", title="An unknown message type is ignored")
@pytest.mark.parametrize("kind", TYPES, ids=TYPES)
async def test_station_ignores_message_type(csms, sut, kind):
    """A station that takes the messages of a later version for CALLs does what nobody asked for."""
    await ignores(csms, kind)


@case("X_FRAME_03_CSMS", ocpp=ALL, sut="csms", title="An unknown message type is ignored")
@pytest.mark.parametrize("kind", TYPES, ids=TYPES)
async def test_csms_ignores_message_type(station, sut, kind):
    """A CSMS that loses the conversation over a new message type cannot live with newer stations."""
    await given(booted, station, sut)
    await ignores(station, kind)
