"""Secrets never reach evidence."""

import base64

import pytest
from ocpp_proof.cases.redact import Redactor

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
