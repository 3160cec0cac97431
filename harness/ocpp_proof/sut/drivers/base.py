"""What every driver is: something that can do a verb to the SUT, or say that it cannot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ...person.reactions import Reaction

__all__ = ["CSMS_VERBS", "QUESTIONS", "STATION_VERBS", "Driver", "Job", "Unsupported"]

STATION_VERBS = (
    "plug_in",
    "plug_in_halfway",
    "unplug",
    "unplug_vehicle",
    "plug_in_vehicle",
    "present_token",
    "press_stop",
    "parking_bay",
    "power_cycle",
    "power_off",
    "power_on",
    "fault",
    "clear_fault",
    "fail_unlock",
    "refuse_local_list",
    "limit_charging",
    "set_limit",
    "ev_ready",
    "ev_suspend",
    "ev_end",
    "cut_network",
    "restore_network",
    "set_security_profile",
)
QUESTIONS = ("transaction", "variable")
"""Verbs that ask what the SUT recorded; nobody has to be able to answer them."""
CSMS_VERBS = (
    "request",
    "set_password",
    "add_token",
    "block_token",
    "accept_station",
    "limit_transaction",
    *QUESTIONS,
)


class Unsupported(Exception):
    """This driver has no way to do the verb; the next driver is asked. The text is the reason, or the verb alone."""


@dataclass(frozen=True, slots=True)
class Job:
    """One verb with its arguments. `identity` is the station that the verb concerns, `case` the key of the case.

    What a person is told besides: the case's `title`, the `step` that it is for, the name of the `card`. `reaction`
    says what the SUT shows when it was done, and `reacted` waits for that and gives it in words; None: nothing does.
    """

    verb: str
    arguments: dict[str, Any]
    identity: str = ""
    case: str = ""
    ocpp: str = ""
    title: str = ""
    step: str = ""
    card: str = ""
    reaction: Reaction | None = None
    reacted: Callable[[], Awaitable[str]] | None = None


class Driver(Protocol):
    """A way to operate the SUT."""

    name: str

    async def start(self) -> None:
        """Get ready; raises ConfigurationError."""

    def can(self, verb: str, action: str = "") -> bool:
        """Whether it has a way to do the verb (`request`: for this action); True where only trying shows it."""

    async def do(self, job: Job) -> Any:
        """Do the verb; raises Unsupported, or DriverError when it was tried and did not work."""

    async def stop(self) -> None:
        """Let go of everything."""
