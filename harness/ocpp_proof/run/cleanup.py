"""What cases did to the SUT is taken back: when they end, in whatever way, and later where that could not be then.

An undo that fails because the connection is gone is tried once more over a new one. What still cannot be taken back is
tried again before the next case, once, and when the run ends; then the run says so.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from ocpp_reports.model import CaseResult

from ..cases.errors import Inconclusive, NonConformance
from ..cases.evidence import CaseRun, running
from ..cases.timing import Timing
from ..net.waiting import timeout
from ..roles.csms import Csms
from ..roles.peer import Peer
from ..roles.station import Station
from ..roles.station_connects import wait_for_station
from ..sut.sut import Sut

__all__ = ["INTERRUPTED", "Cleanup"]

INTERRUPTED = 0.7
"""Seconds that an interrupted case has to take back what it did. The run is to end, with reports, within two seconds;
what cannot be taken back in this time it names."""


class _Interrupted(Exception):
    """There was no time for it."""

    def __str__(self) -> str:
        return "the run was interrupted"


_CHARGING = ("Charging", "SuspendedEV", "SuspendedEVSE")


@dataclass(slots=True)
class _Left:
    """What could not be taken back yet, of which case and over which peer."""

    case: str
    title: str
    undo: Callable[[], Awaitable[Any]]
    peer: Peer
    error: BaseException
    tried_again: bool = False


class Cleanup:
    """Takes back what the cases of one run did. `left` is what is still to be done."""

    def __init__(self, timing: Timing) -> None:
        self.timing = timing
        self.left: list[_Left] = []
        self.still_running: dict[Any, str] = {}

    async def take_back(self, run: CaseRun, peer: Peer) -> None:
        """Take back what the states of a case did, last first, each in its own time (`long` at most)."""
        if not run.undo:
            return
        peer.answers.clear()
        with self.unjudged(run), run.open("Clean up", "given"):
            while run.undo:
                title, undo = run.undo.pop()
                try:
                    error = await self._undone(run, title, undo)
                    if error is not None and not peer.connected and await self._connected(peer):
                        error = await self._undone(run, f"{title}, over a new connection", undo)
                except asyncio.CancelledError:  # no time is left: the run names this one and the rest
                    rest = [(title, undo), *reversed(run.undo)]
                    run.undo.clear()
                    self.left += [_Left(run.result.key, t, u, peer, _Interrupted()) for t, u in rest]
                    raise
                if error is not None:
                    self.left.append(_Left(run.result.key, title, undo, peer, error))

    def put_off(self, run: CaseRun, peer: Peer, error: BaseException) -> None:
        """Leave what the states of a case did until the run ends, because of `error`."""
        while run.undo:
            title, undo = run.undo.pop()
            self.left.append(_Left(run.result.key, title, undo, peer, error))

    async def end_transactions(self, run: CaseRun, csms: Csms, sut: Sut) -> None:
        """Stop what a case left running, once, so that the next does not begin with it.

        When a case has ended, and before the next, as there may have been no connection then. A station that does not
        know the transaction any more says so; one that goes on with it, whatever it answers, is told of.
        """
        while csms.transactions.open and csms.connected:
            transaction, place = next(iter(csms.transactions.open.items()))
            stop = partial(self._stop, csms, transaction, sut, sut.place(*place))
            with self.unjudged(run):
                error = await self._undone(run, f"Stop the transaction {transaction}, which runs on", stop)
            if error is None:
                csms.transactions.forget(transaction)
            else:
                csms.transactions.leave(transaction)
                self.still_running[transaction] = f"{run.result.key}: the transaction {transaction} runs on: {error}"

    async def _stop(self, csms: Csms, transaction: Any, sut: Sut, place: dict[str, int]) -> None:
        """Stop a transaction over OCPP, and where that is not the end of it take the cable out."""

        async def is_over(what: str) -> None:
            await csms.wait_until(lambda: transaction not in csms.transactions.open, csms.timing.event, what)

        if await self._asked_to_stop(csms, transaction):
            with contextlib.suppress(TimeoutError):
                await is_over("the end of the transaction")
                return
        elif not await self._goes_on(csms, transaction):
            return
        await sut.unplug(**place)
        try:
            await is_over("the end of the transaction, with the cable out")
        except TimeoutError:  # it may have ended without a word
            if await self._asked_to_stop(csms, transaction) or await self._goes_on(csms, transaction):
                raise
        with contextlib.suppress(TimeoutError):  # this may be told after the end of the transaction
            free = partial(csms.state.starts.is_free, (place["evseId"], place["connectorId"]))
            await csms.wait_until(free, csms.timing.event, "the connector to be free")

    async def _asked_to_stop(self, csms: Csms, transaction: Any) -> bool:
        """Ask the station to stop a transaction; whether it agrees. One that does not know it refuses."""
        action = "RemoteStopTransaction" if csms.ocpp == "1.6" else "RequestStopTransaction"
        answer = await csms.attempt(action, transactionId=transaction)
        return answer.error is None and answer.status == "Accepted"

    async def _goes_on(self, csms: Csms, transaction: Any) -> bool:
        """Whether a station that refuses to stop a transaction says that it runs, and not that another does."""
        if csms.ocpp != "1.6":
            told = await csms.attempt("GetTransactionStatus", transactionId=transaction)
            return told.error is None and told.get("ongoingIndicator") is True
        connectorId = csms.transactions.open[transaction][1]
        there = [place for place in csms.transactions.open.values() if place[1] == connectorId]
        return csms.connector_statuses.last.get(connectorId or 0) in _CHARGING and len(there) == 1

    async def try_again(self, result: CaseResult, peer: Peer | None = None, *, at_end: bool = False) -> None:
        """Take back what could not be taken back before, over `peer` or the peer that each has.

        Between cases each is tried once, as one that never works would make every case wait for it; `at_end` all are.
        `result` names the version and the SUT; nothing is judged.
        """
        due = [one for one in self.left if at_end or not one.tried_again]
        self.left = [one for one in self.left if one.tried_again and not at_end]
        gone: list[Peer] = []
        while due:
            one = due[0]
            one.tried_again = True
            over = peer or one.peer
            run = CaseRun(result)
            with running(run), self.unjudged(run):
                over.begin(run)
                error: BaseException | None = one.error
                try:
                    if over.connected or (over not in gone and await self._connected(over)):
                        error = await self._undone(run, one.title, one.undo)
                    else:
                        gone.append(over)  # it is waited for once
                except asyncio.CancelledError:  # no time is left: the run names this one and the rest
                    self.left += due
                    raise
                over.end()
                if isinstance(over, Station):
                    await over.close()
            due.pop(0)
            if error is not None:
                one.error = error
                self.left.append(one)

    def told(self, stuck: Collection[Any] = ()) -> list[str]:
        """What could not be taken back in this run, in a line each, and why; `stuck`: transactions that run on."""
        left, self.left = self.left, []
        running = [text for transaction, text in self.still_running.items() if transaction in stuck]
        self.still_running.clear()
        return running + [f"{one.case}: could not take back: {one.title}: {one.error}" for one in left]

    async def _undone(self, run: CaseRun, title: str, undo: Callable[[], Awaitable[Any]]) -> BaseException | None:
        """Run one undo in a step of its own; the exception that ended it, or None."""
        try:
            async with timeout(self.timing.long) as limit:
                with run.limited(limit), run.open(title, "given"):
                    await undo()
        except TimeoutError as error:
            return TimeoutError(str(error) or f"it took more than {self.timing.long:g} s")
        except Exception as error:
            return error
        return None

    async def _connected(self, peer: Peer) -> bool:
        """Whether there is a connection to the SUT again: a station is waited for, a CSMS is connected to."""
        try:
            if isinstance(peer, Csms):
                await wait_for_station(peer, self.timing.long)
            elif isinstance(peer, Station):
                await peer.connect()
        except (NonConformance, Inconclusive):
            return False
        return peer.connected

    @contextlib.contextmanager
    def unjudged(self, run: CaseRun) -> Iterator[None]:
        """What is done inside is no part of the case: nothing is judged."""
        before, run.cleaning_up = run.cleaning_up, True
        run.givens += 1
        try:
            yield
        finally:
            run.givens -= 1
            run.cleaning_up = before
