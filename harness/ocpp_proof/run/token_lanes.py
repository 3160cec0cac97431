"""Which tokens a case in front of a CSMS uses: no other case that runs at the same time has those of its lane."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Sequence
from typing import Any

from ..cases.errors import OcppProofError
from ..sut.config import SutConfig
from ..sut.drivers import Driver, Job, Unsupported
from ..sut.field_values import FieldValues
from ..sut.token_plans import lanes_of, shared, tokens_of
from .share import WHOLE, Share

__all__ = ["TokenLanes"]

KNOWN = ("valid", "second")
"""Tokens that may charge; what is expired, blocked or of a group only the user can say."""


class TokenLanes:
    """Lanes are numbered from 1, and the lowest free one is taken: a CSMS need not know more tokens than are in use.

    `share`: which of them are this process's.
    """

    def __init__(self, config: SutConfig, *, most: int, seed: int, share: Share = WHOLE) -> None:
        self.count = lanes_of(config.token_plans, most)
        self._config, self._seed = config, seed
        self._free = share.taken(range(1, self.count + 1))
        self._added: dict[int, dict[str, dict[str, str]]] = {}
        self._can_add = "reference" not in config.drivers  # that one has what sut.toml gives

    def all_tokens(self) -> list[tuple[str, dict[str, str]]]:
        """Every token of every lane, with its name."""
        found = [
            entry for lane in range(1, self.count + 1) for entry in tokens_of(self._config.token_plans, lane).items()
        ]
        return list({token["idToken"]: (name, token) for name, token in found}.values())

    def take(self) -> int:
        """A lane that is free."""
        return heapq.heappop(self._free)

    def give_back(self, lane: int) -> None:
        """The case has ended."""
        heapq.heappush(self._free, lane)

    def shared(self) -> frozenset[str]:
        """The names whose token other cases may be charging with."""
        return shared(self._config.token_plans, self.count)

    def certain(self, lane: int) -> frozenset[str]:
        """The names of the tokens that the CSMS is known to have: a driver put them on its books, or it is embedded."""
        embedded = "reference" in self._config.drivers
        return frozenset(self._added.get(lane, ())) | frozenset(self._config.token_plans if embedded else ())

    async def tokens(self, lane: int, drivers: Sequence[Driver]) -> dict[str, dict[str, str]]:
        """The tokens of a lane by name. Where sut.toml gives none that may charge and a driver can put one on the
        books of the CSMS (`add_token`), that is done, once for each lane."""
        given = tokens_of(self._config.token_plans, lane)
        if lane not in self._added:
            self._added[lane] = {}
            values = FieldValues.of(random.Random(f"{self._seed}/tokens/{lane}"))  # noqa: S311 - test data
            for name in KNOWN:
                token = {"idToken": values.id_tag(reader=True), "type": "ISO14443"}
                if name not in given and await self._add(token, drivers):
                    self._added[lane][name] = token
        return given | self._added[lane]

    async def _add(self, token: dict[str, str], drivers: Sequence[Driver]) -> bool:
        arguments: dict[str, Any] = {**token, "status": "Accepted", "group": ""}
        for driver in drivers:
            if not self._can_add or driver.name == "manual":  # nobody is asked to type in dozens of tokens
                continue
            try:
                async with asyncio.timeout(self._config.timing.driver):
                    await driver.do(Job("add_token", arguments))
            except Unsupported:
                continue
            except (OcppProofError, TimeoutError):
                return False
            return True
        self._can_add = False
        return False
