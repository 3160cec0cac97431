"""What the file alone tells: passwords in it, claims that contradict each other, addresses that nobody can reach."""

from __future__ import annotations

import socket
import tomllib
from typing import Any
from urllib.parse import urlsplit

from ...cases.passwords import octets
from ...sut.config import SutConfig, is_loopback
from ...sut.contradictions import contradictions
from ...sut.secret_values import PLACES
from .report import Report

__all__ = ["address_to_enter", "examine_file"]

_SHORTEST, _LONGEST = 16, 40
"""Characters of a password (2.x: BasicAuthPassword, A00.FR.205; 1.6: octets of an AuthorizationKey, at most 20)."""


def examine_file(config: SutConfig, ocpp: str, security_profile: int, report: Report) -> None:
    """Look at sut.toml without the product."""
    found = contradictions(config.profiles, config.features, ocpp)
    for contradiction in found:
        report.bad(contradiction)
    if not found:
        report.fine("the file can be read; no key in it is unknown, and no two contradict each other")
    if security_profile in (1, 2):
        _passwords(config, ocpp, report)
    if config.role == "station" and "reference" not in config.drivers:
        _address(config, report)


def _passwords(config: SutConfig, ocpp: str, report: Report) -> None:
    for key, password in _given(config).items():
        length = len(octets(password)) if ocpp == "1.6" else len(password)
        if length < _SHORTEST:
            report.note(
                f"{key} has {length} characters, and the standard wants at least {_SHORTEST} (A00.FR.205): a station "
                "may refuse to be given such a one"
            )
        elif length > _LONGEST and ocpp != "2.1":
            report.note(f"{key} has {length} characters, and the standard allows {_LONGEST}")
    for key in _in_the_file(config):
        report.note(f'{key} stands in the file itself: {{ env = "NAME" }} or {{ file = "PATH" }} keeps it out of it')


def _given(config: SutConfig) -> dict[str, str]:
    """Each password by its key."""
    connection = config.connection
    own = {"connection.password": connection.password} if connection.password else {}
    return own | {f"connection.password.{name}": text for name, text in connection.passwords.items()}


def _in_the_file(config: SutConfig) -> list[str]:
    """The keys under which a password is written as it is."""
    if config.path is None:
        return []
    given: Any = tomllib.loads(config.path.read_text(encoding="utf-8"))["connection"].get("password", {})
    if isinstance(given, str):
        return ["connection.password"]
    if set(PLACES) & set(given):
        return ["connection.password.hex"] if isinstance(given.get("hex"), str) else []
    return [f"connection.password.{name}" for name, value in given.items() if isinstance(value, str)]


def _address(config: SutConfig, report: Report) -> None:
    identity = config.connection.identities[0]
    url = address_to_enter(config)
    if is_loopback(urlsplit(config.connection.listen).hostname or ""):
        report.note(
            f"connection.listen = {config.connection.listen!r} is this machine's own address: a charger elsewhere "
            "cannot reach it; 0.0.0.0 instead of it listens on every address"
        )
    report.note(f"enter {url} in the station; it appends its identity ({url}/{identity})")


def address_to_enter(config: SutConfig) -> str:
    """The address that is entered in a station: with one of this machine where the harness listens everywhere."""
    listen = config.connection.listen.rstrip("/")
    parts = urlsplit(listen)
    host = parts.hostname or ""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return listen
    own = _own_address(socket.AF_INET6 if host == "::" else socket.AF_INET)
    shown = f"[{own}]" if ":" in own else own
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port else "") + parts.path


def _own_address(family: socket.AddressFamily) -> str:
    """The address by which this machine goes elsewhere. Nothing is sent: connecting a UDP socket only picks a route."""
    elsewhere = ("2001:db8::1", 9) if family is socket.AF_INET6 else ("192.0.2.1", 9)
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(elsewhere)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
