"""The station restarts: after a Reset, now or, where it has scheduled the reset, a while later; or the mains fail."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import by_version
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message
from ocpp_proof.sut.sut import Sut

__all__ = ["POWER", "RESET", "WAYS", "can_restart", "expect_boot_after", "expect_restart", "restarted"]

RESET, POWER = "reset", "power failure"
WAYS = (RESET, POWER)


async def can_restart(csms: Csms, sut: Sut, how: str) -> None:
    """Somebody can have the station restart in this way: for a power failure a driver has to switch it off and on"""
    if how == POWER and not sut.can("power_cycle"):
        raise Inconclusive("not tried: no driver can do power_cycle; name another one under [driver] in sut.toml")


async def restarted(csms: Csms, sut: Sut, how: str) -> Message:
    """The station restarts in this way, is accepted, and has said what it has to say; its BootNotification."""
    boot = await expect_boot_after(csms, sut, how)
    await csms.wait_until_quiet()
    return boot


async def expect_boot_after(csms: Csms, sut: Sut, how: str) -> Message:
    """The station restarts in this way; its BootNotification, as soon as it is there.

    A reset of 1.6 is a soft one: over a hard one what a charge point had queued may be lost (errata 3.36).
    """
    if how == POWER:
        await sut.power_cycle()
        return await csms.boot(requirement=by_version({"1.6": "1.6 §4.2 boot", "2": "B01.FR.01"}))
    answer = await csms.attempt("Reset", type="Soft" if sut.ocpp == "1.6" else "Immediate")
    return await expect_restart(csms, answer)


async def expect_restart(csms: Csms, reset: Answer | ErrorAnswer) -> Message:
    """The BootNotification after a reset that was taken.

    What its answer says is the station's to choose (1.6 5.14; B11.FR.06, B11.FR.07): Inconclusive where it will not
    restart, or not within `long`. A scheduled reset is waited for, so that it does not fall into the next case.
    """
    if reset.status == "Accepted":
        return await csms.boot(requirement=by_version({"1.6": "1.6 §4.2 boot", "2": "B01.FR.01"}))
    if reset.status != "Scheduled":
        raise Inconclusive(f"the station does not restart now: {reset.error or reset.status}")
    boot = await csms.expect_optional("BootNotification", within=csms.timing.long)
    if boot is None:
        raise Inconclusive(f"the station has scheduled the reset, and does not restart within {csms.timing.long:g} s")
    return boot
