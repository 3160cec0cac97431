"""[[known]] in sut.toml: failures that are known and accepted until a day."""

from __future__ import annotations

import datetime
import difflib
import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..cases.errors import ConfigurationError
from .keys import KEYS

__all__ = ["Known", "check_known", "known_failures"]

_KEYS = tuple(KEYS["known"])


@dataclass(frozen=True, slots=True)
class Known:
    """One entry: `case` is an id or a glob over ids, `expires` the last day on which it counts."""

    case: str
    reason: str
    expires: datetime.date
    ocpp: str = ""

    def is_for(self, id: str, ocpp: str) -> bool:
        """Whether the entry is about this case in this version."""
        return self.ocpp in ("", ocpp) and fnmatch.fnmatchcase(id, self.case)

    def has_expired(self, today: datetime.date) -> bool:
        """Whether its last day has passed."""
        return self.expires < today


def known_failures(entries: Any, where: str) -> tuple[Known, ...]:
    """The entries of [[known]]; raises ConfigurationError that names the entry and its key."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigurationError(f"{where}: known must be a list of tables, each under [[known]]")
    return tuple(_entry(entry, f"{where} [[known]] {number}") for number, entry in enumerate(entries, 1))


def _entry(entry: dict[str, Any], here: str) -> Known:
    for key in entry:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1, 0.5)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(_KEYS)}"
            raise ConfigurationError(f"{here}: unknown key {key!r}{hint}")
    for key in ("case", "reason", "expires"):
        if not entry.get(key):
            raise ConfigurationError(f"{here}: {key!r} is missing")
    here += f" ({entry['case']})"
    return Known(str(entry["case"]), str(entry["reason"]), _day(entry["expires"], here), str(entry.get("ocpp", "")))


def _day(value: Any, here: str) -> datetime.date:
    """A date of TOML, or a text such as 2027-01-31."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ConfigurationError(
            f"{here}: expires = {value!r} is no date; write it as 2027-01-31, with or without quotes"
        ) from None


def check_known(known: Iterable[Known], ids: Iterable[str], versions: Iterable[str], where: str) -> None:
    """Raise ConfigurationError for an entry whose id or glob is that of no case, or whose version nobody tests.

    `ids`: of every case there is, of any role and version.
    """
    ids, versions = set(ids), tuple(versions)
    for entry in known:
        if not any(fnmatch.fnmatchcase(id, entry.case) for id in ids):
            near = difflib.get_close_matches(entry.case.upper(), ids, 1, 0.6)
            hint = f"did you mean {near[0]!r}?" if near else "`ocpp-proof list` names them"
            raise ConfigurationError(f"{where} [[known]]: {entry.case!r} is no case; {hint}")
        if entry.ocpp and entry.ocpp not in versions:
            raise ConfigurationError(
                f"{where} [[known]] ({entry.case}): ocpp = {entry.ocpp!r} is not among sut.ocpp = {list(versions)}"
            )
