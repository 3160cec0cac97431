"""The CSMS of a bench: where it listens, and that the embedded station comes there."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from ..cases.errors import ConfigurationError
from ..net.real_link import RealLink
from ..roles.csms import Csms, HandshakePolicy
from ..sut.config import SutConfig
from ..sut.drivers.reference import Reference

__all__ = ["address_for_station", "csms_of", "listen"]


def csms_of(
    config: SutConfig, ocpp: str, policy: HandshakePolicy, reference: Reference | None, link: RealLink | None
) -> Csms:
    """The harness as CSMS, which does not listen yet. ConfigurationError where sut.toml names no place to listen."""
    where = config.connection.listen
    if where and not urlsplit(where).port and "reference" not in config.drivers:
        raise ConfigurationError(f"connection.listen = {where!r} needs a port, such as ws://127.0.0.1:9000/ocpp")
    if reference is not None and reference.serial_number:
        policy = dataclasses.replace(policy, serial_number=reference.serial_number)
    interval = int(config.values.get("heartbeat_interval", 300))
    csms = Csms(ocpp=ocpp, timing=config.timing, heartbeat_interval=interval, policy=policy)
    csms.real_link = link
    return csms


async def listen(csms: Csms, config: SutConfig, reference: Reference | None) -> None:
    """Listen where sut.toml says, and tell an embedded station the address. ConfigurationError when it is taken."""
    over_tls = csms.handshake_policy.security_profile >= 2
    parts = urlsplit(config.connection.listen or f"{'wss' if over_tls else 'ws'}://127.0.0.1:0/ocpp")
    port = await csms.listen(parts.hostname or "127.0.0.1", parts.port or 0)
    if reference is not None:
        host = "localhost" if over_tls else "127.0.0.1"
        host = csms.real_link.address if csms.real_link else host
        await reference.connect(f"{parts.scheme}://{host}:{port}{parts.path}")


def address_for_station(config: SutConfig) -> str:
    """What a station of its own has to be pointed at; empty for an embedded one, and for a CSMS under test."""
    listen, identities = config.connection.listen, config.connection.identities
    if config.role != "station" or "reference" in config.drivers or not listen:
        return ""
    return f"{listen.rstrip('/')}/{identities[0]}" if identities else listen
