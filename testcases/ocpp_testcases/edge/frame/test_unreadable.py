"""Broken frames and unknown actions: the connection and the system survive."""

import pytest
from ocpp_proof import ALL, case, check, given, step
from ocpp_proof.ocppj.error_codes import error_codes
from ocpp_proof.ocppj.frames import CallError
from ocpp_proof.states.anyversion import boot, still_answers

UNREADABLE = [
    "this is not JSON",
    '{"not": "an array"}',
    "[]",
    '[2,"unfinished',
    '[2,"too-short"]',
    '[2,42,"Heartbeat",{}]',
]


async def survives(peer, text):
    """Send what cannot be read; the next valid CALL is answered, and what comes back says what was wrong."""
    with step("A message that cannot be read arrives"):
        peer.rules.sent_unreadable()
        peer.raw(text)
    with step("The next valid CALL is answered on the same connection"):
        await still_answers(peer)
    known = error_codes(peer.ocpp)
    for said in peer.strays:
        if isinstance(said, CallError):
            check("OCPP-J 4.3", said.code in known, expected=f"a code of OCPP {peer.ocpp}", received=said.code)
    peer.forgive()


@case("X_FRAME_01_CS", ocpp=ALL, sut="station", title="An unreadable frame does not take the station down")
@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_station_survives_unreadable_frame(csms, sut, text):
    """A station that dies of one broken message stands dark until somebody drives there."""
    await survives(csms, text)


@case("X_FRAME_01_CSMS", ocpp=ALL, sut="csms", title="An unreadable frame does not end the conversation")
@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_csms_survives_unreadable_frame(station, sut, text):
    """A CSMS that drops a station for one broken message loses its charging sessions."""
    await given(boot, station, sut)
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
        await still_answers(peer)


@case("X_FRAME_02_CS", ocpp=ALL, sut="station", title="An unknown action is refused as not implemented")
async def test_station_refuses_unknown_action(csms, sut):
    """A station that does not answer what it does not know blocks its CSMS until a time-out."""
    await refuses_unknown_action(csms, f"Proof{sut.text(8)}")


@case("X_FRAME_02_CSMS", ocpp=ALL, sut="csms", title="An unknown action is refused as not implemented")
async def test_csms_refuses_unknown_action(station, sut):
    """A CSMS that does not answer what it does not know blocks its stations until a time-out."""
    await given(boot, station, sut)
    await refuses_unknown_action(station, f"Proof{sut.text(8)}")
