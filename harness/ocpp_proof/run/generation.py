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
    """`exhaustive`: every message that can be derived, whatever it takes; `message`: only the one of this name.

    Otherwise a case sends its sample, and then as many of the others as `seconds` allow at the pace of the sample: all
    of them with a system that answers quickly, none with 0.
    """

    exhaustive: bool = False
    message: str = ""
    seconds: float = 5.0

    def chosen(self, candidates: Iterable[T], count: int, rng: random.Random) -> list[T]:
        """Those of the candidates (each with a `name`) that this run sends: `count` of them unless told otherwise."""
        found = list(candidates)
        if self.message:
            return [c for c in found if _name(c) == self.message]
        if self.exhaustive or len(found) <= count:
            return found
        return rng.sample(found, count)

    def rest(self, candidates: Iterable[T], sent: Iterable[T], each: float, rng: random.Random) -> list[T]:
        """Those that follow the sample `sent`, in an order that the seed decides; `each` of it took so many seconds."""
        if self.message or self.exhaustive or self.seconds <= 0:
            return []
        names = {_name(c) for c in sent}
        left = [c for c in candidates if _name(c) not in names]
        rng.shuffle(left)
        return left[: max(0, int(self.seconds / max(each, 1e-6)) - len(names))]


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
