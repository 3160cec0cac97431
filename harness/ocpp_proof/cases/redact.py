"""Secrets never reach evidence: they are taken out before a record is made."""

from __future__ import annotations

import base64
import re
from typing import Any

from .passwords import octets, password_of

__all__ = ["Redactor"]

HIDDEN = "•••"
_HEADER = re.compile(r"(?i)^(proxy-)?authorization$")
_KEYS = "AuthorizationKey|BasicAuthPassword"
_TEXT = r"(?:(?!(?P=quote))[^\\]|\\.)*"
_STRING = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+')"""
_PLAIN = rf"""(?:{_STRING}|[^{{}}\[\]"']++)"""
_FEW = "{0,40}?"
_BETWEEN = rf"(?:{_PLAIN}|\{{{_PLAIN}{{0,40}}+\}}){_FEW}"
"""What may stand between two fields of one object, whole objects with it: never the beginning or the end of another."""
# a configuration value beside the name of a secret key, in either order of the fields; as JSON or as Python shows it.
# In 2.x the name stands in an object of its own, and in a report the value in a list of attributes
_VALUE_AFTER = re.compile(
    rf"""((["'])(?:key|name)\2\s*:\s*(["'])(?:{_KEYS})\3(?:{_PLAIN}{_FEW}\}})?{_BETWEEN}(?:\[\s*\{{{_PLAIN}{_FEW})?"""
    rf"""(["'])(?:value|attributeValue)\4\s*:\s*(?P<quote>["'])){_TEXT}"""
)
_VALUE_BEFORE = re.compile(
    rf"""((["'])(?:value|attributeValue)\2\s*:\s*(?P<quote>["'])){_TEXT}"""
    rf"""((?P=quote){_BETWEEN}(?:\{{{_PLAIN}{_FEW})?(["'])(?:key|name)\5\s*:\s*(["'])(?:{_KEYS})\6)"""
)
_BASIC_FIELD = re.compile(rf"""((["'])basicAuthPassword\2\s*:\s*(?P<quote>["'])){_TEXT}""")
_CREDENTIALS = re.compile(r"(?im)^((?:proxy-)?authorization:[ \t]*)[^\r\n]+")
_BASIC = re.compile(r"(?i)\b(basic[ \t]+)([a-z0-9+/]{4,})={0,2}")
_HEXADECIMAL = re.compile("[0-9a-fA-F]+")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", re.S)


class Redactor:
    """Takes known secrets (passwords) and what looks like one (Authorization headers, key values) out of anything."""

    def __init__(self, secrets: list[str]) -> None:
        self._secrets: set[str] = set()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: str) -> None:
        """A secret that came into being during the run. One of hexadecimal digits is one in capitals, too."""
        if len(secret) >= 4:
            self._secrets |= {secret, secret.upper()} if _HEXADECIMAL.fullmatch(secret) else {secret}

    def text(self, text: str) -> str:
        """The text without secrets."""
        # each pattern is tried only where its word is: most texts have none, and every frame passes here
        if "AuthorizationKey" in text or "BasicAuthPassword" in text:
            text = _VALUE_AFTER.sub(rf"\g<1>{HIDDEN}", text)
            text = _VALUE_BEFORE.sub(rf"\g<1>{HIDDEN}\g<4>", text)
        if "basicAuthPassword" in text:
            text = _BASIC_FIELD.sub(rf"\g<1>{HIDDEN}", text)
        if "PRIVATE KEY-----" in text:
            text = _PRIVATE_KEY.sub(HIDDEN, text)
        lower = text.lower()
        if "authorization" in lower:
            text = _CREDENTIALS.sub(rf"\1{HIDDEN}", text)
        if "basic" in lower:
            text = _BASIC.sub(_without_credentials, text)
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
                text = self.text(password_of(shown))
                return text if _printable(shown) else octets(text).hex(" ")
            case dict():
                return {str(k): HIDDEN if _HEADER.match(str(k)) else self.data(v) for k, v in data.items()}
            case [str(name), value] | (str(name), value) if _HEADER.match(name):
                del value
                return [name, HIDDEN]
            case list() | tuple():
                return [self.data(v) for v in data]
        return self.text(str(data))


def _without_credentials(found: re.Match[str]) -> str:
    """Credentials of HTTP Basic wherever they stand, whole or cut; what is a word after "Basic" stays."""
    whole = len(found[2]) // 4 * 4
    hidden = b":" in base64.b64decode(found[2][:whole])
    return found[1] + HIDDEN if hidden else found[0]


def _printable(data: bytes) -> bool:
    return all(32 <= b < 127 or b in (9, 10, 13) for b in data)
