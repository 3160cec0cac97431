"""Where the harness listens for a station under test."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from ..cases.errors import ConfigurationError
from ..sut.config import SutConfig

__all__ = ["listening_address"]


def listening_address(config: SutConfig, security_profile: int) -> SplitResult:
    """The parts of connection.listen; for the embedded station any free port of this machine. Raises
    ConfigurationError for an address on which nothing can be run."""
    listen = config.connection.listen
    if listen and not urlsplit(listen).port and "reference" not in config.drivers:
        raise ConfigurationError(f"connection.listen = {listen!r} needs a port, such as ws://127.0.0.1:9000/ocpp")
    return urlsplit(listen or f"{'wss' if security_profile >= 2 else 'ws'}://127.0.0.1:0/ocpp")
