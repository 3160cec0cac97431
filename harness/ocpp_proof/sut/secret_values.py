"""Where a secret may stand instead of in sut.toml as a text: an environment variable, a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..cases.errors import ConfigurationError
from ..cases.passwords import password_of

__all__ = ["PLACES", "secret", "with_secrets"]

PLACES = ("env", "file", "hex", "binary")


def secret(value: Any, where: str, folder: Path) -> str:
    """A password as the text that carries its octets; files are looked for in `folder`. Raises ConfigurationError."""
    match value:
        case str():
            return value
        case {"env": str(name)} if len(value) == 1:
            if not os.environ.get(name):  # a secret that a CI service does not have is an empty one
                state = "empty" if name in os.environ else "not set"
                raise ConfigurationError(f"{where}: the environment variable {name} is {state}")
            return os.environ[name]
        case {"file": str(name)} if len(value) == 1:
            return _octets(name, where, folder).decode("utf-8", "surrogateescape").strip()
        case {"binary": str(name)} if len(value) == 1:
            return password_of(_octets(name, where, folder))
        case {"hex": digits} if len(value) == 1:
            try:
                return password_of(bytes.fromhex(secret(digits, where, folder)))
            except ValueError:
                raise ConfigurationError(f"{where}: hex must be an even number of hexadecimal digits") from None
    raise ConfigurationError(
        f'{where}: give a text, {{ env = "NAME" }}, {{ file = "PATH" }} (a text), {{ hex = "0001..." }} (or hex of one '
        'of the others), or { binary = "PATH" } (a file of octets)'
    )


def _octets(name: str, where: str, folder: Path) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{where}: cannot read {name}: {error.strerror}") from None


def with_secrets(options: Any, where: str, folder: Path) -> tuple[Any, tuple[str, ...]]:
    """Options of drivers with each `{ env = "NAME" }` and `{ file = "PATH" }` in them read, and the secrets read."""
    found: list[str] = []

    def read(value: Any, at: str) -> Any:
        if isinstance(value, dict):
            if len(value) == 1 and set(value) <= {"env", "file"} and isinstance(next(iter(value.values())), str):
                found.append(secret(value, at, folder))
                return found[-1]
            return {key: read(inner, f"{at}.{key}") for key, inner in value.items()}
        if isinstance(value, list):
            return [read(inner, at) for inner in value]
        return value

    return read(options, where), tuple(found)
