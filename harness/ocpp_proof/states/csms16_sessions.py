"""What is judged of a Central System under test beside the official flow of a session, OCPP 1.6.

A driver whom nobody knows, a second session at the same time, the record of a session, and life going on afterwards.
"""

from __future__ import annotations

from ..engine.errors import CannotTell
from ..engine.words import check, not_applicable, not_judged, on_undo
from ..roles.message import Answer
from ..roles.station import Station
from ..sut.sut import Sut, Token
from .csms2 import check_time, now, recorded
from .csms16 import Transaction, authorized, report, start, stays_connected, stop

__all__ = [
    "admitted",
    "ended",
    "goes_on",
    "known_token",
    "recorded_start",
    "refused_start",
    "second_session",
    "turned_away",
]


async def turned_away(station: Station, sut: Sut) -> Answer:
    """Turned away: the Central System does not accept a token that it does not know."""
    answer = await station.call("Authorize", idTag=sut.tokens.invalid.idToken)
    check(
        "1.6 §4.1",
        answer.at("idTagInfo.status") not in ("Accepted", None),
        expected="idTagInfo.status other than Accepted: nobody knows the token",
        received=dict(answer),
        note="values.tokens.invalid in sut.toml has to name a token that the Central System does not know",
    )
    return answer


async def admitted(station: Station, sut: Sut) -> None:
    """Admitted: a driver whom nobody knows is turned away, and one with a known token is authorized."""
    await turned_away(station, sut)
    await authorized(station, sut)


def known_token(sut: Sut, name: str) -> Token:
    """A token that the Central System has on its books under this name; NotApplicable where sut.toml gives none."""
    if not sut.tokens.given(name):
        raise not_applicable(f"values.tokens.{name} in sut.toml names no token that the Central System has as {name}")
    return sut.tokens.get(name)


async def second_session(station: Station, sut: Sut, tx: Transaction) -> Transaction | None:
    """Another driver charges at another connector: a session of its own, with an id of its own."""
    if not sut.tokens.given("second"):
        not_judged("1.6 §4.8 id", because="values.tokens.second in sut.toml names no second token that may charge")
        return None
    await authorized(station, sut, sut.tokens.second)
    other = await start(station, sut, sut.tokens.second, connectorId=2 if tx.connectorId == 1 else 1)
    await report(station, other.connectorId, "Charging")
    check(
        "1.6 §4.8 id",
        other.id != tx.id,
        expected=f"a transactionId other than {tx.id}, which is still running",
        received=other.id,
    )
    return other


async def refused_start(
    station: Station, sut: Sut, token: Token, *, connectorId: int | None = None, timestamp: str = "", status: str = ""
) -> Transaction:
    """Send StartTransaction for a token that may not charge: it gets an id and a verdict, `status` or any refusal."""
    tx = Transaction(station, token, connectorId or sut.connectorId, sut.number(1, 10**6))
    answer = await station.call(
        "StartTransaction",
        connectorId=tx.connectorId,
        idTag=token.idToken,
        meterStart=tx.meter,
        timestamp=timestamp or now(),
    )
    tx.id, tx.running = answer.transactionId, True
    on_undo("Stop the transaction that is still running", tx.give_up)
    verdict = answer.at("idTagInfo.status")
    check(
        "1.6 §7.2" if status else "1.6 §4.8 token",
        verdict == status if status else verdict not in ("Accepted", None),
        expected=f"idTagInfo.status {status or 'other than Accepted'} for {token.idToken}",
        received=dict(answer),
    )
    return tx


async def ended(sut: Sut, tx: Transaction, reason: str, *, beside: Transaction | None = None) -> None:
    """Stopped: the Central System takes the end of the transaction, and only of this one."""
    begin = tx.meter
    await stop(tx, reason=reason)
    await recorded(sut, tx, active=False, stoppedReason=reason, meterStart=begin, meterStop=tx.meter)
    if beside is not None:
        await recorded(sut, beside, active=True)


async def recorded_start(sut: Sut, tx: Transaction, started: str) -> None:
    """Judge that the Central System keeps the time at which a transaction started, however late it heard of it."""
    requirement = "1.6 §3.7 late"
    try:
        found = await sut.transaction(tx.id)
    except CannotTell as error:
        not_judged(requirement, because=str(error))
        return
    if not found or "started" not in found:
        not_judged(requirement, because="what the Central System tells of a transaction has no started")
        return
    check_time(requirement, sut, "started", found["started"], expected=started)


async def goes_on(station: Station, sut: Sut) -> None:
    """The Central System goes on as before: it keeps the connection and answers with the time."""
    await stays_connected(station)
    beat = await station.call("Heartbeat")
    check_time("1.6 §4.6", sut, "currentTime", beat.currentTime)
