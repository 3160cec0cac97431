"""A station's password is changed, and set again when the case ends: whoever kept the new one would be locked out."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Awaitable, Callable

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, octets
from ocpp_proof.cases.steps import on_undo
from ocpp_proof.net.outcome import Accept, Verdict
from ocpp_proof.roles.csms import SUBPROTOCOLS, Csms, Handshake

__all__ = ["password_changed"]

_REFUSED = "Rejected"
_TAKEN = ("Accepted", "RebootRequired")


async def password_changed(csms: Csms, password: str, change: Callable[[str], Awaitable[str]]) -> str:
    """Have the password changed by `change`, which sends it and gives the status; returns that of the new one.

    From now on who knows the new one is let in. One that was refused is not set back, unless the station comes with it
    all the same. Where the old one cannot be set again the station is let in with what
    it has, it is tried again later, and at last the run says so.
    """
    old = csms.handshake_policy
    new = dataclasses.replace(old, password=password)
    status = ""

    def either(handshake: Handshake) -> Verdict | None:
        """Whichever of the two the station has now."""
        known = {octets(text) for text in (password, hexadecimal(password), old.password)}
        right = handshake.user == old.identity and octets(handshake.password or "") in known
        return Accept(subprotocol=SUBPROTOCOLS[csms.ocpp]) if right else None

    def has_the_new_one() -> bool:
        told = next((attempt.password for attempt in reversed(csms.handshakes) if attempt.let_in), None)
        return octets(told or "") != octets(old.password)

    async def back() -> None:
        if status == _REFUSED and csms.connected and not has_the_new_one():
            csms.handshake_policy = old
            return
        with csms.answering_handshakes(either):
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
            await csms.wait_until_quiet()  # some boot on each connection, and take nothing before that
            csms.handshake_policy = new if has_the_new_one() else old
            if status == _REFUSED and not has_the_new_one():
                return
            connections = len(csms.connections)
            answer = await change(old.password)
            if answer not in _TAKEN:
                raise Inconclusive(f"the station answers {answer} to its old password")
            csms.handshake_policy = old
            with contextlib.suppress(TimeoutError):
                await csms.wait_until(
                    lambda: len(csms.connections) > connections, csms.timing.event, "a connection with the old password"
                )
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect again")

    on_undo("Set the old password again", back)
    csms.handshake_policy = new
    status = await change(password)
    return status
