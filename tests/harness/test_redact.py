"""Secrets never reach evidence."""

import base64
import json
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.passwords import hexadecimal, octets, password_of
from ocpp_proof.cases.redact import HIDDEN, Redactor
from ocpp_proof.rules.protocol import Finding
from ocpp_proof.run.bench import Bench

SECRET = "Secret-Passw0rd-16"


@pytest.mark.parametrize(
    "data",
    [
        {"headers": {"Authorization": "Basic " + base64.b64encode(b"CS001:" + SECRET.encode()).decode()}},
        {"headers": [["Authorization", "Basic Q1MwMDE6U2VjcmV0"]]},
        f'[2,"1","ChangeConfiguration",{{"key":"AuthorizationKey","value":"{SECRET}"}}]',
        '[2,"1","SetVariables",{"setVariableData":[{"attributeValue":"other","component":{"name":"SecurityCtrlr"},'
        '"variable":{"name":"BasicAuthPassword"}}]}]',
        f'{{"basicAuthPassword":"{SECRET}"}}',
        f"-----BEGIN EC PRIVATE KEY-----\n{SECRET}\n-----END EC PRIVATE KEY-----",
        SECRET.encode(),
        [SECRET, {"x": SECRET}],
    ],
)
def test_nothing_secret_is_left(data):
    shown = str(Redactor([SECRET]).data(data))
    assert SECRET not in shown
    assert "other" not in shown
    assert "Q1MwMDE6" not in shown


ROWS = (
    [{"key": "A", "value": "kept"}, {"key": "AuthorizationKey", "readonly": False, "value": SECRET}],
    [{"value": "kept", "key": "A"}, {"value": SECRET, "key": "AuthorizationKey"}, {"value": "kept", "key": "B"}],
    [{"key": "AuthorizationKey", "readonly": False}, {"key": "B", "readonly": True, "value": "kept"}],
    [
        {"attributeValue": "kept", "component": {"name": "X"}, "variable": {"name": "Y"}},
        {"attributeValue": SECRET, "component": {"name": "C {"}, "variable": {"name": "BasicAuthPassword"}},
    ],
    [
        {"component": {"name": "C"}, "variable": {"name": "BasicAuthPassword"}, "attributeValue": SECRET},
        {"component": {"name": "X"}, "variable": {"name": "Y"}, "attributeValue": "kept"},
    ],
    [
        {"variable": {"name": "BasicAuthPassword"}, "variableAttribute": [{"type": "Actual", "value": SECRET}]},
        {"variable": {"name": "Y"}, "variableAttribute": [{"value": "kept"}]},
    ],
)


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("written", [json.dumps, repr])
def test_of_several_values_only_the_secret_one_is_hidden(rows, written):
    shown = Redactor([]).text(written(rows))
    assert shown == written(rows).replace(SECRET, HIDDEN)


def test_everything_else_stays():
    text = '[2,"1","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]'
    assert Redactor([SECRET]).data(text) == text


def test_a_request_written_by_hand_has_no_credentials():
    """As bytes or text, whole or cut."""
    request = (
        b"GET /ocpp/CS1 HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Q1MxOnNlY3JldA==\r\nUpgrade: websocket\r\n\r\n"
    )
    for data in (request, request.decode(), request[:60]):
        shown = str(Redactor([]).data(data))
        assert "Q1Mx" not in shown
        assert "Host: a" in shown


@pytest.mark.parametrize(
    "text",
    [
        "invalid HTTP header line: Authorization Basic Q1MxOnNlY3JldA==",
        "invalid HTTP header value: basic Q1MxOnNlY3JldA==\x01",
        "'GET /ocpp/CS1 HTTP/1.1\\rAuthorization: Basic Q1MxOnNlY3J",
    ],
)
def test_credentials_outside_of_a_header_are_none(text):
    """Not even where a broken request, or what is said about one, has been cut."""
    shown = Redactor([]).text(text)
    assert "Q1Mx" not in shown
    assert shown.startswith(text[:12])


def test_a_word_after_basic_stays():
    text = "HTTP Basic authentication: basic credentials are wrong, Basic realm"
    assert Redactor([]).text(text) == text


def test_a_request_that_is_no_text_has_no_credentials():
    """Its bytes are shown in digits: so would be the password."""
    request = "GET /ocpp/S\u00e4ule HTTP/1.1\r\nHost: a\r\nAuthorization: Basic Q1MxOnNlY3JldA==\r\n\r\n".encode()
    shown = Redactor([]).data(request)
    assert b"Q1Mx".hex(" ") not in shown
    assert b"Host: a".hex(" ") in shown
    assert "S\u00e4ule".encode().hex(" ") in shown


def test_a_password_of_octets_is_hidden_in_every_form():
    key = password_of(bytes.fromhex("0001020304050607ffffffffffffffffffffffff"))
    redactor = Redactor([key, hexadecimal(key)])
    for data in (key, hexadecimal(key), hexadecimal(key).upper(), {"x": hexadecimal(key).upper()}, b"x" + octets(key)):
        shown = str(redactor.data(data)).lower()
        assert "ffff" not in shown
        assert "ff ff" not in shown


@pytest.mark.parametrize("text", ['it\'s "new"', "other", "a'b"])
def test_values_are_hidden_as_python_shows_them_too(text):
    """What was received is written into a report as a dict of Python."""
    for payload in ({"key": "AuthorizationKey", "value": text}, {"basicAuthPassword": text}):
        shown = Redactor([]).text(repr(payload))
        assert HIDDEN in shown
        assert repr(text)[1:-1] not in shown
    harmless = repr({"key": "HeartbeatInterval", "value": text})
    assert Redactor([]).text(harmless) == harmless


def test_what_a_rule_has_found_tells_no_secret():
    bench = SimpleNamespace(redactor=Redactor(["a-password-that-is-known"]))
    found = Finding("SCHEMA", "B06", expected="a-password-that-is-known", received="was a-password-that-is-known")
    assert "known" not in str(Bench._without_secrets(bench, found))
