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
