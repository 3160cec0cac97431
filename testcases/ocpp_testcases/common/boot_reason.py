"""Why a station of 2.x says that it boots after the mains were away: the same in official cases and in our own."""

from __future__ import annotations

from ocpp_proof.cases.steps import check
from ocpp_proof.roles.message import Message

__all__ = ["check_boot_reason"]

ASKED_FOR = "RemoteReset", "ScheduledReset", "Triggered", "FirmwareUpdate"
POWER_LOSS = "PowerUp", "Unknown"


def check_boot_reason(boot: Message) -> None:
    """Judge the reason of a BootNotification: nothing was asked for, and the mains came back.

    How a bench has the mains fail may look like another restart (LocalReset, Watchdog), so that this only warns.
    """
    reason = boot.reason
    check("B01.FR.09", reason not in ASKED_FOR, expected="no reset, trigger or update", received=reason)
    check("boot after a power loss", reason in POWER_LOSS, expected="PowerUp", received=reason)
