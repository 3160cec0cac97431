"""How long the harness waits, in seconds: each duration has a name here and a key under [values] in sut.toml."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Timing"]


@dataclass(frozen=True, slots=True)
class Timing:
    """`message`: an answer to a CALL. `event`: a message that the scenario expects. `long`: a reboot, an upload,
    a reconnection, each status of a firmware update. `quiet`: how long silence has to last where it is required.
    `case`: the deadline of a whole case. `driver`: one verb of a driver, but for what a person does.

    `transaction`, the official transaction duration: how long a transaction that must not start is waited for, and how
    long a driver charges offline. Card, modem and vehicle need less.

    `restart`: how long a CSMS that went away is waited for.
    """

    message: float = 30.0
    event: float = 60.0
    long: float = 300.0
    quiet: float = 3.0
    transaction: float = 20.0
    case: float = 900.0
    driver: float = 60.0
    restart: float = 60.0
