"""After something odd the SUT still answers: on the same connection, or on the next where it may close the first.

Who needs which:

expect_probe_answered   the connection has to be the same, whatever the version and the role say about closing
expect_survival         closing is judged: a station of 2.x keeps its connection, everybody else better does
expect_recovery         closing is an answer, as to a message that is too long
"""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check
from ocpp_proof.net.endpoint import Endpoint
from ocpp_proof.ocppj.frames import CallError, CallResult, encode
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station

from ocpp_testcases.edge.states.probe import expect_probe_answered, has_booted_here, probe_request

__all__ = ["expect_new_connection", "expect_recovery", "expect_survival"]


async def expect_survival(peer: Peer) -> None:
    """The SUT answers the next valid CALL, on the connection that it has.

    A station of 2.x keeps its connection open all the time (Part 4, 3.1). No sentence asks it of a CSMS, nor of anybody
    in 1.6: who closes there is warned, and fails where nothing is answered on the next connection either.
    """
    if await _answers_here(peer):
        return
    ended, connections = peer.connections[-1], len(peer.connections)
    try:
        await _next_connection(peer, connections, "survival")
    finally:
        restarted = any(m.action == "BootNotification" and m.connection >= connections for m in peer.inbox)
        check(
            "OCPP-J connection" if isinstance(peer, Csms) else "connection kept",
            False,
            expected="the connection stays open",
            received=closing_text(ended) + ("; then the SUT booted" if restarted else ""),
        )
    await expect_probe_answered(peer)


async def expect_recovery(peer: Peer) -> None:
    """The SUT may have closed the connection: it answers the next valid CALL, on this connection or on the next."""
    if await _answers_here(peer):
        return
    await expect_new_connection(peer, len(peer.connections))
    await expect_probe_answered(peer)


async def expect_new_connection(peer: Peer, connections: int) -> None:
    """After a connection has ended there is a new one: a station comes by itself, a CSMS lets the harness in.

    1.6 does not tell a charge point to come back: where it stays away nothing more can be judged (Inconclusive).
    """
    if isinstance(peer, Csms) and peer.ocpp == "1.6":
        try:
            await peer.wait_until(
                lambda: len(peer.connections) > connections and peer.connected, peer.timing.long, "a new connection"
            )
        except TimeoutError:
            seconds = f"within {peer.timing.long:g} s"
            check("1.6 comes back", False, expected=f"a new connection {seconds}", received="it did not come back")
            raise Inconclusive(f"the charge point did not come back {seconds}") from None
    await _next_connection(peer, connections, "OCPP-J reconnect")


async def _next_connection(peer: Peer, connections: int, requirement: str) -> None:
    """There are more than `connections` connections, and the newest is open.

    A station may have something to say first, even boot, before it takes CALLs.
    """
    if isinstance(peer, Csms):
        await peer.expect_reconnected(connections=connections, requirement=requirement)
        await peer.wait_until_quiet()
    elif isinstance(peer, Station):
        await peer.connect(requirement=requirement)


async def _answers_here(peer: Peer) -> bool:
    """Judge the answer to the next valid CALL on this connection; False when the SUT has closed it, or does so now.

    A station that boots on this connection may refuse until that was answered: then it is asked once more.
    """
    endpoint = peer.connections[-1]
    if not endpoint.is_open:
        return False
    came = await _probed(peer, endpoint)
    if isinstance(came, CallError) and has_booted_here(peer) and endpoint.is_open:
        came = await _probed(peer, endpoint)
    if came is None and not endpoint.is_open:
        return False
    check(
        "survival",
        isinstance(came, CallResult),
        expected=f"{probe_request(peer)[0]} answered with a CALLRESULT",
        received="no answer, and the connection is open" if came is None else encode(came),
    )
    return True


async def _probed(peer: Peer, endpoint: Endpoint) -> CallResult | CallError | None:
    """What the next valid CALL on the connection is answered with; None where it is not, or the connection ends."""
    message_id = peer.send_unanswered(*probe_request(peer))

    def answer() -> CallResult | CallError | None:
        mine = (f for f in peer.strays if isinstance(f, CallResult | CallError) and f.message_id == message_id)
        return next(mine, None)

    try:
        await peer.wait_until(
            lambda: answer() or not endpoint.is_open, peer.timing.message, "an answer, or the connection's end"
        )
    except TimeoutError:
        peer.rules.given_up(message_id)
    came = answer()
    peer.strays[:] = [f for f in peer.strays if f is not came]
    return came
