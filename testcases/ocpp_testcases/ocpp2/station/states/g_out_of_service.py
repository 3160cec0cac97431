"""G, availability: a station under test, an EVSE or a connector of it is taken out of service, and put back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, given, not_judged, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.e_stops import (
    charge_for_a_while,
    ev_connected_post_session,
    ev_disconnected,
    parking_bay_unoccupied,
    stop_authorized,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started
from ocpp_testcases.ocpp2.station.states.g_availability import (
    Place,
    expect_any_status,
    expect_status_of_each,
    last_statuses,
    statuses_told,
)
from ocpp_testcases.ocpp2.station.states.g_connector_state import condition, modelled_state

__all__ = [
    "Level",
    "Outage",
    "becomes_available",
    "becomes_unavailable",
    "expect_available",
    "expect_persistent",
    "expect_unavailable",
    "in_service",
    "out_of_service_after_transaction",
    "places_of",
    "restarted",
    "stays_available",
    "stays_unavailable",
    "stays_unavailable_over_reset",
    "tells_places_apart",
    "unavailable",
]

Level = Literal["station", "EVSE", "connector"]
"""What a ChangeAvailability is about."""
LEVELS: tuple[Level, ...] = ("station", "EVSE", "connector")
DONE = ("Accepted", "Scheduled")
OUT_OF_ORDER = ("Unavailable", "Faulted")
IN_SERVICE = ("Available", "Occupied", "Reserved")
NO_EVSE = 999


def _named(sut: Sut, level: Level) -> dict[str, Any]:
    """How a ChangeAvailability names it: the station by naming no EVSE (G04.FR.01)."""
    if level == "station":
        return {}
    return {"evse": {"id": sut.evseId} | ({"connectorId": sut.connectorId} if level == "connector" else {})}


def places_of(sut: Sut, level: Level, places: list[Place]) -> list[Place]:
    """Those of these connectors that belong to it."""
    if level == "connector":
        return [(sut.evseId, sut.connectorId)]
    return [place for place in places if level == "station" or place[0] == sut.evseId]


async def in_service(csms: Csms, sut: Sut, *, to_be_opened: bool = False) -> list[Place]:
    """The connectors that can be used are known: those that are Available, as far as the station tells

    The one that is tested is among them. Where it is Unavailable, station, EVSE and connector are put into service, and
    stay there: nobody knows which of them somebody has taken out of it. With `to_be_opened` it may be so still, where
    the station has told in this run that it was Available: what has closed it was a case.
    """
    places, tested = await connectors(csms, sut), (sut.evseId, sut.connectorId)
    if await condition(csms, tested) == "Unavailable":
        await _open(csms, sut)
    state = await condition(csms, tested) or "Available"
    stays_closed = state == "Unavailable" and tested in csms.connector_statuses.served
    if state != "Available" and not (to_be_opened and stays_closed):
        raise Inconclusive(f"connector {sut.connectorId} of EVSE {sut.evseId} is {state}")
    return [place for place in places if place == tested or await condition(csms, place) in ("Available", None)]


async def _open(csms: Csms, sut: Sut) -> None:
    """Every level at which the connector may be out of service is put into it, whatever the station answers."""
    since, tested = csms.next_index, (sut.evseId, sut.connectorId)
    for level in LEVELS:
        await csms.attempt("ChangeAvailability", operationalStatus="Operative", **_named(sut, level))
    with suppress(TimeoutError):
        await csms.wait_until(
            lambda: set(statuses_told(csms, tested, since=since)) - {"Unavailable"}, csms.timing.event, "its new state"
        )


async def tells_places_apart(csms: Csms) -> None:
    """What the station says to a ChangeAvailability means something: it does not agree for an EVSE that it lacks"""
    nowhere = {"id": NO_EVSE}
    answer = await csms.attempt("ChangeAvailability", operationalStatus="Operative", evse=nowhere)
    if answer.status in DONE:
        raise Inconclusive(f"{answer.status} is also the answer for an EVSE that does not exist, and says nothing")


# --- out of service, and back


@dataclass
class Outage:
    """What a case may have taken out of service. `over`: the station has agreed to put it back."""

    csms: Csms
    sut: Sut
    level: Level
    over: bool = False

    async def begin(self) -> Answer:
        """The CSMS takes it out of service; it is put back when the case ends, if that was not done before."""
        on_undo(f"Put the {self.level} back into service", self.put_back)
        self.over = False
        return await self._change("Inoperative")

    async def end(self) -> Answer:
        """The CSMS puts it into service."""
        answer = await self._change("Operative")
        self.over = answer.status in DONE
        return answer

    async def _change(self, operationalStatus: str) -> Answer:
        named = _named(self.sut, self.level)
        return await self.csms.call("ChangeAvailability", operationalStatus=operationalStatus, **named)

    async def put_back(self) -> None:
        """In service again, whatever has happened; a station that is just booting may refuse once."""
        csms = self.csms
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        out = [place for place, status in last_statuses(csms).items() if status == "Unavailable"]
        if self.over and not out:
            return
        named = _named(self.sut, self.level)
        answer = await csms.attempt("ChangeAvailability", operationalStatus="Operative", **named)
        if answer.status not in DONE:
            await csms.wait_until_quiet()
            answer = await csms.attempt("ChangeAvailability", operationalStatus="Operative", **named)
        if answer.status not in DONE:
            raise Inconclusive(f"the {self.level} stays out of service: {answer.error or answer.status}")
        with suppress(TimeoutError):  # the next case must not hear of it
            await csms.wait_until(
                lambda: not any(last_statuses(csms)[place] == "Unavailable" for place in out),
                csms.timing.event,
                "the new states",
            )


async def expect_unavailable(csms: Csms, level: Level, places: list[Place]) -> None:
    """The station reports each of these connectors as Unavailable."""
    left = await expect_any_status(
        csms, "Unavailable", places, requirement="G04.FR.05" if level == "station" else "G03.FR.04"
    )
    await expect_status_of_each(
        csms, "Unavailable", left, requirement="G04.FR.07" if level == "station" else "G03.FR.06"
    )


async def expect_available(csms: Csms, level: Level, places: list[Place]) -> None:
    """The station reports each of these connectors as Available, as it was before."""
    left = await expect_any_status(
        csms, "Available", places, requirement="G04.FR.05" if level == "station" else "G03.FR.04"
    )
    await expect_status_of_each(csms, "Available", left, requirement="G04.FR.08" if level == "station" else "G03.FR.07")


async def unavailable(csms: Csms, sut: Sut, level: Level, places: list[Place]) -> Outage:
    """Unavailable: the CSMS has taken it out of service, and the station reports each of its connectors so

    One that was Unavailable before need not be told of again: nothing has changed.
    """
    changing = [place for place in places_of(sut, level, places) if await condition(csms, place) not in OUT_OF_ORDER]
    outage = Outage(csms, sut, level)
    answer = await outage.begin()
    check_fields("G04.FR.03" if level == "station" else "G03.FR.02", answer, {"status": "Accepted"})
    if changing:
        await expect_unavailable(csms, level, changing)
    return outage


async def becomes_unavailable(csms: Csms, sut: Sut, level: Level) -> None:
    """What is in service is taken out of it."""
    places = await given(in_service, csms, sut)
    with step(f"The CSMS takes the {level} out of service, and the station reports each of its connectors"):
        await unavailable(csms, sut, level, places)


async def becomes_available(csms: Csms, sut: Sut, level: Level) -> None:
    """What is out of service is put back into it."""
    places = await given(in_service, csms, sut, to_be_opened=True)
    outage = await given(unavailable, csms, sut, level, places)
    with step(f"The CSMS puts the {level} back into service"):
        answer = await outage.end()
        check_fields("G04.FR.03" if level == "station" else "G03.FR.02", answer, {"status": "Accepted"})
    with step("The station reports each of its connectors as Available"):
        await expect_available(csms, level, places_of(sut, level, places))


async def stays_available(csms: Csms, sut: Sut, level: Level) -> None:
    """What is in service is asked to be: the station agrees, and nothing changes.

    The post scenario validation of a status for each connector cannot be meant to come now: only what has changed is
    told (G03.FR.04, G04.FR.05).
    """
    places = await given(in_service, csms, sut)
    if level != "station" and all([await condition(csms, place) is None for place in places_of(sut, level, places)]):
        await given(tells_places_apart, csms)
    with step(f"The CSMS puts the {level} into service, which it is"):
        since = csms.next_index
        outage = Outage(csms, sut, level)
        on_undo(f"Put the {level} back into service", outage.put_back)
        answer = await outage.end()
        check_fields("G04.FR.04" if level == "station" else "G03.FR.03", answer, {"status": "Accepted"})
    with step("It stays in service"):
        await _check_unchanged(csms, level, IN_SERVICE, places_of(sut, level, places), since)


async def stays_unavailable(csms: Csms, sut: Sut, level: Level) -> None:
    """What is out of service is taken out of it once more: the station agrees, and nothing changes.

    A status that is told meanwhile is the same as before; TC_G_13_CS has one for each connector, which only a change
    brings (G04.FR.05).
    """
    places = await given(in_service, csms, sut)
    outage = await given(unavailable, csms, sut, level, places)
    with step(f"The CSMS takes the {level} out of service, which it is"):
        since = csms.next_index
        answer = await outage.begin()
        check_fields("G04.FR.04" if level == "station" else "G03.FR.03", answer, {"status": "Accepted"})
    with step("It stays out of service"):
        await _check_unchanged(csms, level, OUT_OF_ORDER, places_of(sut, level, places), since)


async def _check_unchanged(csms: Csms, level: Level, right: tuple[str, ...], places: list[Place], since: int) -> None:
    """Judge that these connectors have such a state, by what the device model has and by what the station says."""
    states, told = await _states(csms, right, places, since, csms.timing.quiet)
    known = {place: state for place, state in states.items() if state is not None}
    if not known:
        not_judged(STEP, because="the device model has no AvailabilityState of connectors")
    wrong = {place: state for place, state in known.items() if state not in right}
    wrong |= {place: ", ".join(said) for place, said in told.items() if set(said) - set(right)}
    check(
        "G04.FR.03" if level == "station" else "G03.FR.02",
        not wrong,
        expected=f"{' or '.join(right)} (evseId and connectorId: {places})",
        received=wrong or "no other state",
    )


async def _states(
    csms: Csms, right: tuple[str, ...], places: list[Place], since: int, within: float
) -> tuple[dict[Place, str | None], dict[Place, list[str]]]:
    """What the device model has, and what was told of these connectors: after so many seconds, or when one is wrong."""

    def told() -> dict[Place, list[str]]:
        return {place: statuses_told(csms, place, since=since) for place in places}

    with suppress(TimeoutError):
        await csms.wait_until(lambda: any(set(s[-1:]) - set(right) for s in told().values()), within, "another state")
    return {place: await modelled_state(csms, place) for place in places}, told()


# --- out of service over a restart


async def stays_unavailable_over_reset(csms: Csms, sut: Sut, level: Level) -> None:
    """What is out of service is so after a reset."""
    places = await given(in_service, csms, sut)
    await given(unavailable, csms, sut, level, places)
    with step("The station is reset"):
        boot = await restarted(csms)
    with step(f"The {level} is out of service still, and those of other EVSEs are not"):
        await expect_persistent(csms, sut, level, places, boot)


async def restarted(csms: Csms) -> Message:
    """The station was reset, now or soon, and boots. Whether it can reset itself is for other cases."""
    csms.match_from_now_on()
    answer = await csms.attempt("Reset", type="Immediate")
    if answer.status not in DONE:
        raise Inconclusive(f"Reset is answered with {answer.error or answer.status}")
    return await csms.boot(requirement="B11.FR.03")


async def expect_persistent(csms: Csms, sut: Sut, level: Level, places: list[Place], boot: Message) -> None:
    """The station has booted: what was out of service is so still, and all else is Available."""
    out = places_of(sut, level, places)
    persists = "G04.FR.09" if level == "station" else "G03.FR.08"
    within, since = csms.timing.long, boot.index  # what it said while it went down is no evidence
    await expect_status_of_each(csms, "Unavailable", out, requirement=persists, within=within, since=since)
    others = [place for place in places if place[0] != sut.evseId and level != "station"]
    others = [place for place in others if "Available" not in statuses_told(csms, place, since=since)]
    await expect_status_of_each(csms, "Available", others, requirement="B01.FR.05", within=within, since=since)
    await csms.expect(
        "SecurityEventNotification",
        requirement=STEP,
        type=("StartupOfTheDevice", "ResetOrReboot"),
        within=within,
    )
    while_it_tests_itself = csms.timing.transaction  # when all of them may be Unavailable
    states, told = await _states(csms, ("Unavailable",), out, since, while_it_tests_itself)
    check(
        persists,
        all(said[-1:] == ["Unavailable"] for said in told.values()) and set(states.values()) <= {"Unavailable", None},
        expected="Unavailable, and no other state after it",
        received=f"told {told}; in the device model {states}",
    )


# --- out of service when a transaction is over


async def out_of_service_after_transaction(csms: Csms, sut: Sut, level: Level) -> None:
    """What charges is taken out of service: that waits for the end of the transaction.

    When a connector is Unavailable is left to the station: when the transaction ends, or when the cable is out
    (G01.FR.05). So is whether EVSEs without a transaction wait for it (G04.FR.06).
    """
    places = await given(in_service, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)
    with step(f"The CSMS takes the {level} out of service, and the station puts it off"):
        since = csms.next_index
        answer = await Outage(csms, sut, level).begin()
        scheduled = "G04.FR.06" if level == "station" else "G03.FR.05"
        if not check_fields(scheduled, answer, {"status": "Scheduled"}):
            return
    with step("The transaction goes on for a while, and its connector stays in service"):
        await charge_for_a_while(csms, tx)
        early = statuses_told(csms, (tx.evseId, tx.connectorId), since=since)
        said = "transaction over" if tx.over() else early or "nothing"
        check(
            scheduled,
            "Unavailable" not in early and not tx.over(),
            expected="no Unavailable, and no end of the transaction",
            received=said,
        )
        if tx.over():
            return
    with step("The driver stops, takes the cable out and leaves: the transaction has ended"):
        free = await _leave(csms, sut, tx)
    with step(f"The connectors of the {level} are Unavailable, and none of them is Available after that"):
        out = places_of(sut, level, places)
        await expect_unavailable(csms, level, out)
        await _check_unavailable_at_last(csms, [place for place in out if place[0] == tx.evseId], since, free)


async def _check_unavailable_at_last(csms: Csms, places: list[Place], since: int, free: int) -> None:
    """Judge that the last status of these connectors is Unavailable: the next driver meets it.

    The official state EVDisconnected has Available first, which G01.FR.05 has not: before Unavailable it is no failure.
    """

    def told() -> dict[Place, list[str]]:
        return {place: statuses_told(csms, place, since=since) for place in places}

    def closed() -> bool:
        return all(said[-1:] == ["Unavailable"] for said in told().values())

    with suppress(TimeoutError):
        await csms.wait_until(closed, csms.timing.event, "Unavailable as the last status")
    if check("G01.FR.05", closed(), expected="Unavailable as the last status", received=told()):
        between = [place for place in places if "Available" in statuses_told(csms, place, since=free)]
        if between:
            not_judged("G01.FR.05", because=f"the official EVDisconnected has Available first, as {between} had")


async def _leave(csms: Csms, sut: Sut, tx: Session) -> int:
    """The driver stops and leaves; returns the index from which nothing keeps the connector from being Unavailable."""
    await stop_authorized(csms, sut, tx, charged=True)
    await ev_connected_post_session(csms, sut, tx)
    unplugged = csms.next_index
    await ev_disconnected(csms, sut, tx, becomes=None)
    ended_by_then = tx.ended
    await parking_bay_unoccupied(csms, sut, tx)
    if not tx.ended:
        raise Inconclusive("the transaction goes on when cable and vehicle are gone, which other cases judge")
    end = next(event.index for event in tx.events if event.eventType == "Ended")
    return min(unplugged, end) if ended_by_then else end
