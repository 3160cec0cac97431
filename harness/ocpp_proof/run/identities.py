"""The stations that the cases in front of a CSMS come as: one each at a time, and further ones on loan."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator

from ..cases.errors import Inconclusive
from ..sut.config import Connection
from .share import WHOLE, Share

__all__ = ["Identities"]

PATTERN = 1100
"""How many stations a pattern names."""


class Identities:
    """The names in sut.toml that are this process's, of which the free ones wait in a queue."""

    def __init__(self, connection: Connection, share: Share = WHOLE) -> None:
        pattern, named = connection.pattern, dict.fromkeys(connection.identities)
        self.names = share.taken([pattern.format(n=n) for n in range(1, PATTERN + 1)] if pattern else list(named))
        self._free: asyncio.Queue[str] = asyncio.Queue()
        self._unchanged = set(self.names)
        for name in self.names:
            self._free.put_nowait(name)

    @property
    def free(self) -> int:
        """How many nobody has now."""
        return self._free.qsize()

    async def take(self) -> str:
        """A station that no other case has, as soon as there is one."""
        return await self._free.get()

    def give_back(self, identity: str) -> None:
        """The case that had it has ended. One that was changed for good is kept only where there is no other."""
        if identity in self._unchanged or not self._unchanged:
            self._free.put_nowait(identity)

    @contextlib.contextmanager
    def lend(self, count: int) -> Iterator[list[str]]:
        """So many further stations, for one case; Inconclusive where sut.toml names fewer."""
        free = self._free.qsize()
        if free < count:
            raise Inconclusive(
                f"it needs {count} more stations, and connection.identities leaves {free}: name more, or a pattern"
            )
        names = self._all(count)
        try:
            yield names
        finally:
            for name in names:
                self.give_back(name)

    @contextlib.contextmanager
    def lend_one(self, fits: Callable[[str], bool]) -> Iterator[str]:
        """A further station, for one case: one that `fits`, if there is one. Inconclusive where none is left."""
        names = self._all(self._free.qsize())
        if not names:
            raise Inconclusive("it needs a second station; name more in connection.identities of sut.toml")
        lent = next(filter(fits, names), names[-1])
        names.remove(lent)
        for name in names:
            self.give_back(name)
        try:
            yield lent
        finally:
            self.give_back(lent)

    def changed_for_good(self, identity: str) -> None:
        """The CSMS lets this station in otherwise than before, until somebody sets it back: at a higher security
        profile, or with a password that nobody could take back. No other case of the run gets it."""
        self._unchanged.discard(identity)
        for name in self._all(self._free.qsize()):
            self.give_back(name)

    def _all(self, count: int) -> list[str]:
        return [self._free.get_nowait() for _ in range(count)]
