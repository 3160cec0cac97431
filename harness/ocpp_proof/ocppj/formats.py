"""The two formats that OCPP's schemas name: RFC 3339 date-time and URI. jsonschema checks neither by itself."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from jsonschema import FormatChecker

__all__ = ["FORMATS", "FORMATS_1_6", "is_date_time", "is_uri", "is_uri_reference"]

_DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_REFERENCE = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*", re.ASCII)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+", re.ASCII)


def is_date_time(text: object) -> bool:
    """Whether a text is an RFC 3339 date-time; a leap second is one. What is no text is not judged here."""
    if not isinstance(text, str):
        return True
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        datetime.datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return False
    return second <= 60


def is_uri(text: object) -> bool:
    """Whether a text is an absolute URI (RFC 3986). What is no text is not judged here."""
    return not isinstance(text, str) or _URI.fullmatch(text) is not None


def is_uri_reference(text: object) -> bool:
    """Whether a text is a URI or a relative reference, as the anyURI of 1.6 may be. What is no text is not judged."""
    return not isinstance(text, str) or _REFERENCE.fullmatch(text) is not None


def _checker(uri: Callable[[object], bool]) -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("date-time")(is_date_time)
    checker.checks("uri")(uri)
    return checker


FORMATS = _checker(is_uri)
FORMATS_1_6 = _checker(is_uri_reference)
