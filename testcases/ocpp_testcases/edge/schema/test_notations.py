"""One message can be written in several ways: JSON that looks unusual and says the same."""

import json

import pytest
from ocpp_proof import ALL, case, check, given, step
from ocpp_proof.ocppj.frames import CallResult
from ocpp_proof.ocppj.sample_values import TIME

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request


def spaced(frame):
    """With spaces and line ends wherever JSON allows them."""
    return " \r\n\t" + json.dumps(frame, indent=4, separators=(" ,\n\t", " : ")) + "\n "


def escaped(frame):
    """Every letter of a text as a \\u escape, the names of fields too."""
    text, inside, made = json.dumps(frame, separators=(",", ":")), False, []
    for letter in text:
        if letter == '"':
            inside = not inside
        made.append(f"\\u{ord(letter):04x}" if inside and letter != '"' else letter)
    return "".join(made)


def turned(frame):
    """The fields of every object in the opposite order."""

    def turn(value):
        if isinstance(value, dict):
            return {name: turn(value[name]) for name in reversed(value)}
        return [turn(item) for item in value] if isinstance(value, list) else value

    return json.dumps(turn(frame))


NOTATIONS = {"spaced": spaced, "escaped": escaped, "turned": turned}


async def understands(peer, sut, notation):
    """Send a valid CALL in another notation; it is answered as ever."""
    action, payload = probe_request(peer)
    if peer.plays == "station":
        action, payload = "StatusNotification", status(sut)
    id = sut.text(20)
    with step(f"{action} arrives in another notation of JSON"):
        answer = await peer.raw_call(notation([2, id, action, payload]), id, action)
        check(
            "OCPP-J 4.1.2",
            isinstance(answer, CallResult),
            expected=f"{action} answered with a CALLRESULT",
            received=answer,
        )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(peer)


def status(sut):
    """A connector is free."""
    if sut.ocpp == "1.6":
        return {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
    return {"timestamp": TIME, "connectorStatus": "Available", "evseId": 1, "connectorId": 1}


@case("X_SCHEMA_04_CS", ocpp=ALL, sut="station", title="A request is understood in every notation of JSON")
@pytest.mark.parametrize("notation", NOTATIONS, ids=list(NOTATIONS))
async def test_station_reads_every_notation(csms, sut, notation):
    """A station that looks for texts instead of reading JSON does not understand the next CSMS."""
    await understands(csms, sut, NOTATIONS[notation])


@case("X_SCHEMA_04_CSMS", ocpp=ALL, sut="csms", title="A request is understood in every notation of JSON")
@pytest.mark.parametrize("notation", NOTATIONS, ids=list(NOTATIONS))
async def test_csms_reads_every_notation(station, sut, notation):
    """A CSMS that looks for texts instead of reading JSON does not understand the next station."""
    await given(booted, station, sut)
    await understands(station, sut, NOTATIONS[notation])
