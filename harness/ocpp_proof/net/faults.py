"""A TCP proxy that spoils connections on purpose: late, slow, in pieces, corrupted, cut, dead.

It is seeded, so that a run can be repeated, and it can act at a named moment: before or after a given CALL or its
answer passes (on plain ws without compression, where messages can be read).
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from ocpp_proof.net.real_link import RealLink
from ocpp_proof.net.relayed_messages import MessageSplitter, RelayedMessage

__all__ = ["Conditions", "Fault", "FaultProxy", "Link", "Moment"]

_READ = 65536
_QUEUE = 256
_LINGER_RESET = struct.pack("ii", 1, 0)
_PIECE_TIME = 0.02  # seconds of a limited rate that go out at once
_TURN = 0.005  # seconds in which pieces without a pause go out before others have their turn
_PAUSED = 2.0  # seconds for which what was read at once goes out with pauses: a busy machine makes each one longer

Side = Literal["client", "target"]
When = Literal["before_call", "after_call", "before_answer", "after_answer"]


@dataclass
class Conditions:
    """How one direction of every connection behaves. They may be changed while it runs."""

    latency: float = 0.0  # seconds
    jitter: float = 0.0  # seconds, more or less, the order is kept
    rate: float | None = None  # bytes a second
    chop: int | None = None  # bytes a piece
    pause: float = 0.0  # seconds between two pieces, so that a reader finds one at a time; not for longer than 2 s
    corrupt: float = 0.0  # share of bytes of which a bit is turned
    limit: int | None = None  # bytes until the connection is cut


@dataclass(frozen=True)
class Moment:
    """A point in the conversation: relative to the `occurrence`-th CALL of `action`, or to its answer."""

    when: When
    action: str
    occurrence: int = 1


Fault = Callable[["Link"], None]
"""What happens at a moment, for instance Link.reset or Link.blackhole."""


@dataclass
class _Trap:
    moment: Moment
    fault: Fault
    sprung: asyncio.Future[None]
    seen: int = 0


@dataclass
class _Parcel:
    due: float
    data: bytes
    before: list[_Trap] = field(default_factory=list)
    after: list[_Trap] = field(default_factory=list)


class Link:
    """One connection through the proxy."""

    def __init__(self, client: asyncio.StreamWriter, target: asyncio.StreamWriter) -> None:
        self._writers: dict[Side, asyncio.StreamWriter] = {"client": client, "target": target}
        self._flowing = asyncio.Event()
        self._flowing.set()
        self.calls: dict[str, str] = {}  # message id -> action, of CALLs without an answer yet
        for writer in (client, target):
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def writer(self, side: Side) -> asyncio.StreamWriter:
        """The stream towards one side."""
        return self._writers[side]

    def reset(self, *sides: Side) -> None:
        """RST towards the named sides, or both. What was sent a moment before may be lost with it."""
        for side in sides or ("client", "target"):
            writer = self._writers[side]
            raw = writer.get_extra_info("socket")
            if raw is not None and raw.fileno() >= 0:
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            writer.transport.abort()

    def cut(self) -> None:
        """FIN towards both sides after everything that was sent."""
        for writer in self._writers.values():
            writer.close()

    def half_close(self, side: Side) -> None:
        """FIN towards one side only."""
        if self._writers[side].can_write_eof():
            self._writers[side].write_eof()

    def blackhole(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._flowing.clear()

    def restore(self) -> None:
        """Everything passes again, also what was held back."""
        self._flowing.set()

    async def flowing(self) -> None:
        """Wait until something may pass."""
        await self._flowing.wait()


class FaultProxy:
    """Listens on a port of its own and passes everything on to `host`:`port`, as spoiled as it is told."""

    def __init__(self, host: str, port: int, *, seed: int = 0) -> None:
        self._target = (host, port)
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._server: asyncio.Server | None = None
        self._traps: list[_Trap] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.up = Conditions()
        """Towards the target."""
        self.down = Conditions()
        """Towards the client."""
        self.refuse: Literal["reset", "close", "hang"] | None = None
        """What happens to new connections instead of being passed on."""
        self.links: set[Link] = set()
        self._refused: set[asyncio.StreamWriter] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0, *, link: RealLink | None = None) -> FaultProxy:
        """Begin to listen, at the harness's end of a real `link` where one is given; returns itself."""
        if link is None:
            self._server = await asyncio.start_server(self._connected, host, port)
        else:
            self._server = await asyncio.start_server(self._connected, sock=link.listening(port))
        return self

    @property
    def port(self) -> int:
        """The port that clients connect to."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
        for writer in self._refused:
            writer.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def at(self, moment: Moment, fault: Fault) -> asyncio.Future[None]:
        """Have `fault` happen at `moment`, once; the future tells when it did."""
        trap = _Trap(moment, fault, asyncio.get_running_loop().create_future())
        self._traps.append(trap)
        return trap.sprung

    def blackhole(self) -> None:
        """Every connection goes dead."""
        for link in self.links:
            link.blackhole()

    def restore(self) -> None:
        """Every connection works again."""
        for link in self.links:
            link.restore()

    def reset(self) -> None:
        """RST to both ends of every connection."""
        for link in tuple(self.links):
            link.reset()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self.refuse is None:
                await self._pass(reader, writer)
            else:
                await self._turn_away(self.refuse, reader, writer)
        except asyncio.CancelledError:
            pass  # closing down; the streams are closed below
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _turn_away(self, how: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if how == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RESET)
            writer.transport.abort()
        elif how == "hang":
            self._refused.add(writer)
            while await reader.read(_READ):
                pass
            self._refused.discard(writer)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            from_target, to_target = await asyncio.open_connection(*self._target)
        except OSError:
            return
        link = Link(writer, to_target)
        self.links.add(link)
        try:
            async with asyncio.TaskGroup() as directions:
                directions.create_task(self._pump(link, reader, "target"))
                directions.create_task(self._pump(link, from_target, "client"))
        except* OSError:
            link.reset()
        finally:
            self.links.discard(link)
            to_target.close()

    async def _pump(self, link: Link, reader: asyncio.StreamReader, side: Side) -> None:
        conditions = self.up if side == "target" else self.down
        parcels: asyncio.Queue[_Parcel | None] = asyncio.Queue(_QUEUE)
        splitter = MessageSplitter()
        sender = asyncio.create_task(self._send(link, parcels, side, conditions))
        loop, last = asyncio.get_running_loop(), 0.0
        try:
            while data := await reader.read(_READ):
                delay = conditions.latency + self._random.uniform(-conditions.jitter, conditions.jitter)
                last = max(last, loop.time() + max(0.0, delay))
                for parcel in self._parcels(link, splitter, self._corrupted(data, conditions), last):
                    await parcels.put(parcel)
            if rest := splitter.rest():
                await parcels.put(_Parcel(last, rest))
            await parcels.put(None)
            await sender
        finally:
            sender.cancel()

    def _parcels(self, link: Link, splitter: MessageSplitter, data: bytes, due: float) -> list[_Parcel]:
        parcels = []
        for piece, message in splitter.feed(data):
            parcel = _Parcel(due, piece)
            if message is not None:
                self._set_off(link, message, parcel)
            parcels.append(parcel)
        return parcels

    def _set_off(self, link: Link, message: RelayedMessage, parcel: _Parcel) -> None:
        """Find the traps that this message is the moment of."""
        if message.action is not None:
            moments, action = ("before_call", "after_call"), message.action
            link.calls[message.message_id] = action
        else:
            moments, action = ("before_answer", "after_answer"), link.calls.pop(message.message_id, "")
        for trap in self._traps:
            if trap.sprung.done() or trap.moment.action != action or trap.moment.when not in moments:
                continue
            trap.seen += 1
            if trap.seen == trap.moment.occurrence:
                (parcel.before if trap.moment.when.startswith("before") else parcel.after).append(trap)

    async def _send(
        self, link: Link, parcels: asyncio.Queue[_Parcel | None], side: Side, conditions: Conditions
    ) -> None:
        writer, loop, passed = link.writer(side), asyncio.get_running_loop(), 0
        turn = loop.time()
        while (parcel := await parcels.get()) is not None:
            if (wait := parcel.due - loop.time()) > 0:
                await asyncio.sleep(wait)
            _spring(link, parcel.before)
            begun = loop.time()
            for piece in _pieces(parcel.data, conditions):
                await link.flowing()
                if conditions.limit is not None and passed + len(piece) >= conditions.limit:
                    writer.write(piece[: max(0, conditions.limit - passed)])
                    link.cut()
                    return
                writer.write(piece)
                await writer.drain()
                passed += len(piece)
                pause = len(piece) / conditions.rate if conditions.rate else 0
                if loop.time() - begun < _PAUSED:
                    pause += conditions.pause
                # a turn of the loop for each of thousands of pieces would take as long as the other cases are busy
                if pause or loop.time() - turn > _TURN:
                    await asyncio.sleep(pause)
                    turn = loop.time()
            _spring(link, parcel.after)
        if writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()

    def _corrupted(self, data: bytes, conditions: Conditions) -> bytes:
        if not conditions.corrupt:
            return data
        return bytes(byte ^ 1 if self._random.random() < conditions.corrupt else byte for byte in data)


def _pieces(data: bytes, conditions: Conditions) -> list[bytes]:
    size = conditions.chop or (max(1, int(conditions.rate * _PIECE_TIME)) if conditions.rate else len(data))
    return [data[start : start + size] for start in range(0, len(data), size)]


def _spring(link: Link, traps: list[_Trap]) -> None:
    for trap in traps:
        trap.fault(link)
        if not trap.sprung.done():
            trap.sprung.set_result(None)
