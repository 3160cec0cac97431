"""The station restarts after a Reset, now or, where it has scheduled the reset, a while later."""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import by_version
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, Message

__all__ = ["expect_restart"]


async def expect_restart(csms: Csms, reset: Answer) -> Message:
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
