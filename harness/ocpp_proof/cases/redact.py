"""Secrets never reach evidence: they are taken out before a record is made."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["Redactor"]

HIDDEN = "•••"
_HEADER = re.compile(r"(?i)^(proxy-)?authorization$")
_KEYS = "AuthorizationKey|BasicAuthPassword"
# a configuration value beside the name of a secret key, in either order of the two fields
_VALUE_AFTER = re.compile(
    rf'("(?:key|name)"\s*:\s*"(?:{_KEYS})"[^\[\]]*?"(?:value|attributeValue)"\s*:\s*")((?:[^"\\]|\\.)*)'
)
_VALUE_BEFORE = re.compile(
    rf'("(?:value|attributeValue)"\s*:\s*")((?:[^"\\]|\\.)*)("[^\[\]]{{0,400}}?"(?:key|name)"\s*:\s*"(?:{_KEYS})")'
)
_BASIC_FIELD = re.compile(r'("basicAuthPassword"\s*:\s*")((?:[^"\\]|\\.)*)')
_CREDENTIALS = re.compile(r"(?im)^((?:proxy-)?authorization:[ \t]*)[^\r\n]+")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S)


class Redactor:
    """Takes known secrets (passwords) and what looks like one (Authorization headers, key values) out of anything."""

    def __init__(self, secrets: list[str]) -> None:
        self._secrets = {s for s in secrets if len(s) >= 4}

    def learn(self, secret: str) -> None:
        """A secret that came into being during the run."""
        if len(secret) >= 4:
            self._secrets.add(secret)

    def text(self, text: str) -> str:
        """The text without secrets."""
        text = _VALUE_AFTER.sub(rf"\g<1>{HIDDEN}", text)
        text = _VALUE_BEFORE.sub(rf"\g<1>{HIDDEN}\g<3>", text)
        text = _BASIC_FIELD.sub(rf"\g<1>{HIDDEN}", text)
        text = _PRIVATE_KEY.sub(HIDDEN, text)
        text = _CREDENTIALS.sub(rf"\1{HIDDEN}", text)
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return text

    def data(self, data: Any) -> Any:
        """The same for JSON-like data; bytes become hexadecimal text, anything else its text."""
        match data:
            case None | bool() | int() | float():
                return data
            case str():
                return self.text(data)
            case bytes() | bytearray():
                shown = bytes(data[:2048])
                return self.text(shown.decode("ascii")) if _printable(shown) else shown.hex(" ")
            case dict():
                return {str(k): HIDDEN if _HEADER.match(str(k)) else self.data(v) for k, v in data.items()}
            case [str(name), value] | (str(name), value) if _HEADER.match(name):
                del value
                return [name, HIDDEN]
            case list() | tuple():
                return [self.data(v) for v in data]
        return self.text(str(data))


def _printable(data: bytes) -> bool:
    return all(32 <= b < 127 or b in (9, 10, 13) for b in data)
