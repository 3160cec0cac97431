"""Which generated messages a run sends: a sample that its seed decides, all of them, or one by its name."""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..sut.config import SutConfig

__all__ = ["Generation", "repeat_line"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Generation:
    """`exhaustive`: every message that can be derived; `message`: only the one of this name."""

    exhaustive: bool = False
    message: str = ""

    def chosen(self, candidates: Iterable[T], count: int, rng: random.Random) -> list[T]:
        """Those of the candidates (each with a `name`) that this run sends: `count` of them unless told otherwise."""
        found = list(candidates)
        if self.message:
            return [c for c in found if _name(c) == self.message]
        if self.exhaustive or len(found) <= count:
            return found
        return rng.sample(found, count)


def _name(candidate: Any) -> str:
    return str(candidate.name)


def repeat_line(config: SutConfig, *, ocpp: str, security_profile: int, seed: int, case: str, message: str = "") -> str:
    """The command that sends one generated message again."""
    words = ["ocpp-proof", "run", "--sut", str(config.path or "sut.toml"), "--ocpp", ocpp]
    words += ["--security-profile", str(security_profile), "--seed", str(seed), "--select", case]
    for defect in (config.driver_options.get("reference") or {}).get("defects", ()):
        words += ["--defect", defect]
    if message:
        words += ["--message", message]
    return shlex.join(words)
