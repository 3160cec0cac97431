"""RPC frames: reading, writing, and everything that is none."""

import pytest
from ocpp_proof.ocppj.frames import (
    VERSIONS,
    Call,
    CallError,
    CallResult,
    CallResultError,
    Frame,
    MalformedFrame,
    Send,
    UnknownMessageType,
    encode,
    parse,
)

EVERYWHERE: tuple[Frame, ...] = (
    Call("1", "Heartbeat", {}),
    CallResult("1", {"currentTime": "2026-01-01T00:00:00Z"}),
    CallError("1", "GenericError", "größer", {"why": 1}),
)
ONLY_2_1: tuple[Frame, ...] = (
    CallResultError("1", "FormatViolation", "", {}),
    Send("1", "NotifyPeriodicEventStream", {"id": 1}),
)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_message_survives_writing_and_reading(version: str) -> None:
    for frame in EVERYWHERE:
        assert parse(encode(frame), version) == frame


def test_two_kinds_are_new_in_2_1() -> None:
    for frame in ONLY_2_1:
        assert parse(encode(frame), "2.1") == frame
        with pytest.raises(UnknownMessageType) as raised:
            parse(encode(frame), "2.0.1")
        assert raised.value.message_id == "1"


def test_no_payload_may_be_null() -> None:
    assert parse('[2,"1","Heartbeat",null]', "1.6") == Call("1", "Heartbeat", {})
    assert parse('[3,"1",null]', "2.0.1") == CallResult("1", {})


@pytest.mark.parametrize(
    ("text", "requirement", "message_id"),
    [
        ("nonsense", "4.1.2", None),
        ("{}", "4.2", None),
        ("[]", "4.2", None),
        ('["2","1","Heartbeat",{}]', "4.1.3", "1"),
        ('[true,"1","Heartbeat",{}]', "4.1.3", "1"),
        ("[2]", "4.1.4", None),
        ('[2,1,"Heartbeat",{}]', "4.1.4", None),
        ('[2,"","Heartbeat",{}]', "4.1.4", ""),
        (f'[2,"{"x" * 37}","Heartbeat",{{}}]', "4.1.4", "x" * 37),
        ('[2,"1","Heartbeat"]', "4.2.1", "1"),
        ('[2,"1","Heartbeat",{},{}]', "4.2.1", "1"),
        ('[2,"1",5,{}]', "4.2.1", "1"),
        ('[2,"1","Heartbeat",[]]', "4.2.1", "1"),
        ('[3,"1"]', "4.2.2", "1"),
        ('[3,"1","text"]', "4.2.2", "1"),
        ('[4,"1","GenericError",""]', "4.2.3", "1"),
        ('[4,"1",5,"",{}]', "4.2.3", "1"),
        ('[4,"1","GenericError",null,{}]', "4.2.3", "1"),
        ('[4,"1","GenericError","",null]', "4.2.3", "1"),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_malformed_frames(version: str, text: str, requirement: str, message_id: str | None) -> None:
    with pytest.raises(MalformedFrame) as raised:
        parse(text, version)
    assert raised.value.requirement == f"OCPP-J {requirement}"
    assert raised.value.message_id == message_id


def test_long_error_descriptions_are_limited_in_2_x() -> None:
    text = encode(CallError("1", "GenericError", "x" * 256))
    assert isinstance(parse(text, "1.6"), CallError)
    for version in ("2.0.1", "2.1"):
        with pytest.raises(MalformedFrame, match="256 characters"):
            parse(text, version)


def test_the_longest_message_id_is_sound() -> None:
    assert parse(f'[2,"{"x" * 36}","Heartbeat",{{}}]', "1.6").message_id == "x" * 36


@pytest.mark.parametrize("kind", [0, 1, 7, 9, -2, 1000])
def test_unknown_message_types(kind: int) -> None:
    for version in VERSIONS:
        with pytest.raises(UnknownMessageType):
            parse(f'[{kind},"1","Heartbeat",{{}}]', version)
