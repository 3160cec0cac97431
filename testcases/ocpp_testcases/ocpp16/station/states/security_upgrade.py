"""The security profile of a charge point under test, OCPP 1.6 (security whitepaper, A05): raised, and set back."""

from __future__ import annotations

import contextlib
import dataclasses
from urllib.parse import urlsplit

from ocpp_proof.cases.errors import DriverError, Inconclusive
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

__all__ = ["next_profile_served", "security_profile_restored"]


async def next_profile_served(csms: Csms, sut: Sut, bench: Bench, *, serial_number: str = "") -> None:
    """The Central System serves the next higher security profile, and that one only

    At the same address, where the charge point then comes with TLS; at `values.upgrade.listen` of sut.toml too. It
    knows the charge point by `serial_number` as well. When the case ends the profile of the run is served again, and
    the charge point has it.
    """
    old = csms.handshake_policy
    new = bench.handshake_policy(sut.security_profile + 1)
    if serial_number:
        new = dataclasses.replace(new, serial_number=serial_number)
    seen = next((h.host for h in reversed(csms.handshakes) if h.host), "")
    host = urlsplit(f"//{seen}").hostname or ""
    if old.tls is None and host not in bench.keys.hosts:
        raise Inconclusive(
            f"the charge point reaches the harness as {host!r}, for which it has no certificate: "
            "give that name in connection.listen of sut.toml"
        )
    since = len(csms.handshakes)

    async def back() -> None:
        raised = any(h.accepted for h in csms.handshakes[since:])
        csms.require(old)
        if not raised:
            with contextlib.suppress(TimeoutError):
                await csms.wait_until(lambda: csms.connected, csms.timing.event, "the charge point to fall back")
                return
        connections = len(csms.connections)
        try:
            await sut.set_security_profile(sut.security_profile)
        except DriverError as error:
            csms.require(new)
            raise Inconclusive(_stays_at_profile(sut.security_profile)) from error
        await csms.wait_until(
            lambda: csms.connected and len(csms.connections) > connections,
            csms.timing.long,
            f"the charge point to connect with security profile {sut.security_profile}",
        )
        await csms.wait_until_quiet()

    on_undo(f"Set the security profile back to {sut.security_profile}", back)
    csms.require(new)
    if address := dict(sut.value("upgrade", {})).get("listen"):
        parts = urlsplit(str(address))
        await csms.listen_too(parts.hostname or "127.0.0.1", parts.port or 0)


def _stays_at_profile(profile: int) -> str:
    return (
        f"the charge point stays at security profile {profile + 1}, for nobody can lower it over OCPP and no driver "
        f"can set_security_profile: set it back to {profile} at the charge point before the next run, or run on with "
        f"--security-profile {profile + 1}"
    )


async def security_profile_restored(csms: Csms, sut: Sut) -> None:
    """A charge point that took another security profile gets that of the run again"""
    left = csms.connections[-1].closed.done
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(left, csms.timing.event, "the charge point to leave")
    await sut.set_security_profile(sut.security_profile)
    await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")
    await csms.wait_until_quiet()
