"""Cases that load or disturb a SUT: what they say of themselves, and against what they run without being allowed to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from ..cases.declaration import Case
from ..sut.config import SutConfig

__all__ = ["disturbance", "is_loopback", "on_loopback"]


def disturbance(case: Case) -> str:
    """What a case does to the SUT beyond talking to it; empty for most."""
    if not case.disruptive:
        return ""
    return "disturbs the SUT" + (f" with about {case.connections:,} connections" if case.connections else "")


def on_loopback(sut: SutConfig) -> bool:
    """Whether the SUT and the harness meet on this machine alone (the embedded reference systems always do)."""
    address = sut.connection.url or sut.connection.listen
    return not address or is_loopback(urlsplit(address).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether an address or name is this machine's own, and nobody else could be meant by it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
