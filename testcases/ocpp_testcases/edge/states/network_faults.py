"""Trouble on the line to the SUT: a link that is down, connections that end in every way, a line that spoils."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.net.endpoint import Endpoint
from ocpp_proof.net.faults import Conditions, FaultProxy
from ocpp_proof.net.outcome import Refuse, Verdict
from ocpp_proof.net.waiting import timeout
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.edge.states.probe import probe_request

__all__ = [
    "ENDINGS",
    "LOST",
    "answers_ping",
    "back_again",
    "connection_refused_until",
    "cut_off",
    "disturb_traffic",
    "disturbed_csms_connection",
    "disturbed_station_connection",
    "drop_silently",
    "end_connection",
    "expect_reconnected",
    "is_pinged",
    "link_down",
    "link_up",
    "lose_after_sending",
    "offline_for",
    "recorded_texts",
]

LOST = "OCPP-J reconnect"
"""A duty of stations."""
SERVED_AGAIN = "known station"
"""What a CSMS owes to a station that comes back."""
SECOND = "OCPP-J second connection"
ENDINGS = ("reset", "half-close", "close frame")
"""The ways in which a connection may end so that the SUT hears of it: RST, FIN from this side only, a close frame.

Without a word it dies in `drop_silently`.
"""
FIRST_PAUSE = 1.0
"""Seconds that the harness' station waits when it was refused, doubled each time (a RetryBackOff of its own)."""


def link_down(peer: Peer) -> None:
    """The link to the SUT goes down: nothing passes any more, and nobody is told."""
    peer.blackhole()


def link_up(peer: Peer) -> None:
    """The link works again; what was sent meanwhile on a connection that is still open arrives late."""
    peer.restore()


def lose_after_sending(station: Station) -> None:
    """The connection is lost behind what was sent: that arrives for sure, and no answer to it is read.

    FIN and not RST, which may destroy what is still on its way.
    """
    endpoint = station.connection
    endpoint.pause_reading()
    endpoint.half_close()


async def back_again(station: Station) -> None:
    """The station connects again, and is served; whether its CSMS has noticed that the old connection is gone or not.

    Refused it waits and tries again, as a station has to (2.x Part 4, 5.3). To be let in after the first pause, and
    not to be refused for anything else than a connection that seems open, is a SHOULD; to be let in within the time of
    a reconnection is a MUST.
    """
    asking = probe_request(station)
    refusals, answer, refused, for_now = await let_in(
        station, station.credentials, asking=asking, pause=FIRST_PAUSE, within=station.timing.long
    )
    soon = (station.connected or answer is not None) and for_now and refused < 2
    expected = f"let in {FIRST_PAUSE:g} s later at the latest"
    check(SECOND, soon, expected=expected, received="as expected" if soon else refusals)
    if not station.connected:
        ended = closing_text(station.connections[-1]) if answer is not None else refusals
        expected = f"{station.identity} let in again, and served"
        check(SERVED_AGAIN, False, expected=expected, received=ended)
        raise Inconclusive(f"the CSMS does not serve the station any more: {ended}")


async def expect_reconnected(csms: Csms, connections: int, *, within: float | None = None) -> None:
    """The station has come back by itself, with more than so many connections since the beginning, and answers.

    One that boots again should not, but may; until that is answered it need not do what it is asked.
    """
    await csms.expect_reconnected(connections=connections, requirement=LOST, within=within)
    action, payload = probe_request(csms)
    answer = await csms.send_call(action, payload, judge=False)
    newest = len(csms.connections) - 1
    boots = [m for m in csms.inbox if m.action == "BootNotification" and m.connection == newest]
    if answer.error is not None:
        check("OCPP-J no boot", not boots, expected="no BootNotification", received=[dict(m.payload) for m in boots])
        answer = await csms.send_call(action, payload, judge=False)
    check("survival", answer.error is None, expected=f"{action} answered", received=answer.error or dict(answer))


def drop_silently(peer: Peer) -> None:
    """The connection goes dead for good, without a word to the SUT; a new one can be made."""
    old = peer.connection
    peer.blackhole()
    if peer.real_link is not None:
        old.reset()  # nobody hears it: the link is down
        peer.real_link.up()


def end_connection(peer: Peer, how: str) -> None:
    """End the connection that is in use in one of the ways of ENDINGS."""
    endpoint = peer.connection
    match how:
        case "reset":
            peer.drop()
        case "half-close":
            on_undo("Cut what is left of the connection", partial(_cut, endpoint, peer.timing.message))
            endpoint.half_close()
        case "close frame":
            endpoint.close(1001, "going away")


def recorded_texts(endpoint: Endpoint) -> list[str]:
    """What comes on one connection from now on, message by message, beside what is done with it."""
    came: list[str] = []
    before = endpoint.on_text

    def hear(text: str) -> None:
        came.append(text)
        before(text)

    endpoint.on_text = hear
    return came


async def is_pinged(peer: Peer, within: float) -> bool:
    """Whether the SUT sends a WebSocket ping within this many seconds."""
    came = asyncio.Event()
    peer.connection.on_ping = lambda _: came.set()
    return await _in_time(came, within)


async def answers_ping(peer: Peer, data: bytes) -> bool:
    """Send a WebSocket ping; whether the SUT answers it in time, with the same data."""
    came = asyncio.Event()
    peer.connection.on_pong = lambda pong: came.set() if pong == data else None
    peer.connection.ping(data)
    return await _in_time(came, peer.timing.message)


async def _in_time(event: asyncio.Event, within: float) -> bool:
    try:
        async with timeout(within):
            return await event.wait()
    except TimeoutError:
        return False


async def _cut(endpoint: Endpoint, within: float) -> None:
    if not endpoint.closed.done():
        endpoint.reset()
        async with timeout(within):
            await asyncio.shield(endpoint.closed)


@asynccontextmanager
async def connection_refused_until(
    csms: Csms, over: Callable[[], bool], *, status: int = 503, within: float
) -> AsyncIterator[None]:
    """Cut the connection; while the block runs and until `over` says so the station is refused with this HTTP status.

    The block begins when the station has noticed. Afterwards this waits, at most `within` seconds, until it has come
    back by itself.
    """
    number, tried, inside = len(csms.connections), len(csms.handshakes), True

    def judge(_: Handshake) -> Verdict | None:
        return Refuse(status, reason="not now") if inside or not over() else None

    with csms.answering_handshakes(judge):
        csms.drop()
        await csms.expect_attempt(since=tried, requirement=LOST, within=within)  # now it knows
        yield
        inside = False
        await csms.expect_reconnected(connections=number, requirement=LOST, within=within)


@asynccontextmanager
async def cut_off(csms: Csms) -> AsyncIterator[None]:
    """Cut the connection and refuse the station while the block runs, which begins at once; then it comes back."""
    number, inside = len(csms.connections), True

    def judge(_: Handshake) -> Verdict | None:
        return Refuse(503, reason="not now") if inside else None

    with csms.answering_handshakes(judge):
        csms.drop()
        yield
        inside = False
        await csms.expect_reconnected(connections=number, requirement=LOST)


@asynccontextmanager
async def offline_for(csms: Csms, seconds: float) -> AsyncIterator[None]:
    """Cut the connection and refuse the station while the block runs, and for `seconds` after it."""
    loop = asyncio.get_running_loop()
    ended = float("inf")
    async with connection_refused_until(
        csms, lambda: loop.time() - ended >= seconds, within=seconds + csms.timing.long
    ):
        yield
        ended = loop.time()


DISTURBANCES: dict[str, dict[str, float | int]] = {
    "one byte at a time": {"chop": 1, "pause": 0.001},
    "in segments of one byte": {"chop": 1},
    "1 kB/s": {"rate": 1000.0},
}
"""What a line does to everything that passes, in either direction.

One byte at a time comes 1 ms after the one before. Without that pause a reader may find several; but the thousands of
bytes of a TLS handshake would take longer than whoever dials has to wait.
"""


def disturb_traffic(proxy: FaultProxy, how: str) -> None:
    """From now on the line does this to what passes; "" ends it."""
    for conditions in (proxy.up, proxy.down):
        for name, value in (vars(Conditions()) | DISTURBANCES.get(how, {})).items():
            setattr(conditions, name, value)


@asynccontextmanager
async def disturbed_station_connection(csms: Csms) -> AsyncIterator[FaultProxy]:
    """While the block runs a proxy stands at the address to which the station under test connects.

    The station notices nothing but that its connection is lost, twice: it comes to the same address.
    """
    host, port = csms.address
    number = len(csms.connections)
    csms.drop()
    with csms.unreachable():
        await csms.listen("127.0.0.1", 0)
        proxy = FaultProxy(*csms.address)
    try:
        await proxy.start(host, port, link=csms.real_link)
        await expect_reconnected(csms, number)
        yield proxy
    finally:
        number = len(csms.connections)
        proxy.reset()
        await proxy.close()
        with csms.unreachable():
            await csms.listen(host, port)
    await expect_reconnected(csms, number)


@asynccontextmanager
async def disturbed_csms_connection(station: Station) -> AsyncIterator[FaultProxy]:
    """While the block runs the harness' station connects to the CSMS under test through a proxy, with the same URL."""
    url = urlsplit(station.url)
    port = url.port or (443 if url.scheme == "wss" else 80)
    here = station.real_link.sut_address if station.real_link else "127.0.0.1"
    proxy = await FaultProxy(url.hostname or "", port).start(here)
    await station.close()
    station.by_way_of = (here, proxy.port)
    try:
        yield proxy
    finally:
        station.by_way_of = None
        await proxy.close()
