"""B, provisioning: resets of a station under test, and what they do to its transactions and connectors (B11 to B13)."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.errors import Inconclusive, NonConformance, NotApplicable
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import free, get_variable
from ocpp_testcases.ocpp2.station.states.e_stops import (
    ev_connected_post_session,
    ev_disconnected,
    parking_bay_unoccupied,
    stop_authorized,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started, session
from ocpp_testcases.ocpp2.station.states.g_availability import Place, Statuses, expect_statuses, statuses_told

__all__ = [
    "Resets",
    "charging_at_another_evse",
    "expect_connectors_after_reset",
    "expect_ended_by_reset",
    "expect_evse_back",
    "expect_no_boot_of_evse",
    "expect_still",
    "expect_transaction_goes_on",
    "resets_no_evse",
    "resets_seen_through",
    "stop_as_far_as_needed",
]


class Resets:
    """The resets that a case asks for. `connections`: how many there had been before the newest."""

    def __init__(self, csms: Csms) -> None:
        self._csms = csms
        self._since: int | None = None
        self.connections = len(csms.connections)

    async def ask(self, type: str, status: str, *, requirement: str, evseId: int | None = None) -> None:
        """Ask for a reset of the station, or of an EVSE, and judge the status of the answer."""
        csms = self._csms
        self.connections = len(csms.connections)
        csms.match_from_now_on()
        request: dict[str, Any] = {"type": type} | ({} if evseId is None else {"evseId": evseId})
        answer = await csms.call("Reset", **request)
        agreed = answer.status in ("Accepted", "Scheduled")
        if agreed and evseId is None:
            self._since = len(csms.inbox)
        check_fields(requirement, answer, {"status": status})
        if status != "Rejected" and not agreed:
            raise NonConformance("the station does not reset itself")

    async def expect_boot(self, reason: str | tuple[str, ...], *, requirement: str = "B11.FR.03") -> Message:
        """The station boots, on a new connection, and says why."""
        boot = await self._csms.boot(requirement=requirement)
        anew = boot.connection >= self.connections
        check(
            "B01.FR.03",
            anew,
            expected="BootNotification on a new connection",
            received="a new connection" if anew else "the connection of the reset",
        )
        check_fields("B01.FR.09", boot, {"reason": reason})
        return boot

    def _over(self) -> bool:
        booted = any(m.action == "BootNotification" for m in self._csms.inbox[self._since or 0 :])
        return self._since is None or booted

    async def see_through(self) -> None:
        """Wait until a reset that the station agreed to has happened."""
        if not self._over():
            await self._csms.wait_until(self._over, self._csms.timing.long, "the reset that the station agreed to")
        if self._since is not None:
            await self._csms.wait_until_quiet()


async def resets_seen_through(csms: Csms) -> Resets:
    """The station is accepted, and a reset that it agrees to happens before the next case: this one waits for it."""
    await csms.wait_until(lambda: csms.state.registered == "Accepted", csms.timing.long, "the station to be accepted")
    resets = Resets(csms)
    on_undo("See the reset through", resets.see_through)
    return resets


async def resets_no_evse(csms: Csms, sut: Sut) -> None:
    """The station does not say that it resets the EVSE: one that does (B11.FR.10) is not what the case is for"""
    if (await get_variable(csms, f"EVSE[{sut.evseId}].AllowReset") or "").lower() == "true":
        raise NotApplicable(f"EVSE[{sut.evseId}].AllowReset is true: it is reset, which C-13 claims")


async def charging_at_another_evse(csms: Csms, sut: Sut, places: list[Place]) -> Session:
    """EnergyTransferStarted at an EVSE that is not the bench's, for another driver."""
    place = next((place for place in places if place[0] != sut.evseId), None)
    if place is None:
        raise Inconclusive("the station has one EVSE, and [features] has more (HFS-8)")
    tx = await session(csms, sut, sut.tokens.second, evseId=place[0], connectorId=place[1])
    return await energy_transfer_started(csms, sut, tx)


async def expect_transaction_goes_on(csms: Csms, *, requirement: str) -> None:
    """No transaction ends, and nothing boots, for the transaction duration."""
    await csms.expect_none(
        "TransactionEvent", requirement=requirement, within=csms.timing.transaction, eventType="Ended"
    )
    boots = [dict(boot.payload) for boot in csms.received("BootNotification")]
    check(requirement, not boots, expected="no BootNotification", received=boots or "none")


async def stop_as_far_as_needed(csms: Csms, sut: Sut, tx: Session) -> None:
    """StopAuthorized, EVConnectedPostSession, EVDisconnected, ParkingBayUnoccupied, until the transaction ends.

    What the connector is without the cable is judged after the boot: the station may keep it Unavailable (B12, 3a), or
    boot before it tells.
    """
    for state in (stop_authorized, ev_connected_post_session):
        if not tx.ended:
            await state(csms, sut, tx)
    if not tx.ended:
        await ev_disconnected(csms, sut, tx, becomes=None)
    if not tx.ended:
        await parking_bay_unoccupied(csms, sut, tx)
    tx.cable_kept = tx.plugged  # it may stay locked over the reset


async def expect_ended_by_reset(csms: Csms, tx: Session, requirement: str) -> Message:
    """The reset ends the transaction, with the cable in: it says so, and that no energy flows any more."""
    tx.cable_kept = True  # who holds the lock after it is the station's
    ended = await tx.event(requirement=requirement, eventType="Ended")
    check_fields(STEP, ended, {"triggerReason": "ResetCommand"})
    check_fields("E06.FR.08", ended, {"transactionInfo.stoppedReason": "ImmediateReset"})
    events = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id)
    told = [m.at("transactionInfo.chargingState") for m in events if m.index <= ended.index]
    state = next((state for state in reversed(told) if state), "none since the reset")
    check("E02.FR.13", state == "EVConnected", expected="chargingState EVConnected", received=state)
    tx.check_sequence()
    return ended


async def expect_connectors_after_reset(
    csms: Csms,
    sut: Sut,
    boot: Message,
    places: list[Place],
    here: Statuses | None = None,
    *,
    beside: tuple[str, ...] = ("Available", "Unavailable"),
    requirement: str = "B01.FR.05",
) -> None:
    """Every connector is reported after the boot: those of `here` as it says, the others as free.

    `beside`: what others of the same EVSE may be; where one is in use, they may be of no use (2.1's tables).
    """
    here = here or {}
    evses = {evseId for evseId, _ in here}
    others: Statuses = {place: beside if place[0] in evses else free(sut) for place in places if place not in here}
    within = csms.timing.long
    await expect_statuses(csms, {**here, **others}, requirement=requirement, within=within, since=boot.index)


async def expect_still(csms: Csms, boot: Message, places: list[Place], status: str, requirement: str) -> None:
    """The connectors had this status before the reset: the last that is told of them after the boot is the same."""
    await csms.wait_until_quiet()
    told = {place: statuses_told(csms, place, since=boot.index) for place in places}
    check(
        requirement,
        all(said[-1:] == [status] for said in told.values()),
        expected=f"{status}, and no other state after it",
        received=f"told {told}",
    )


async def expect_no_boot_of_evse(csms: Csms, sut: Sut, places: list[Place], requirement: str) -> None:
    """An EVSE was reset, and not the station. Where it is the only one that may be the same, and is seen through."""
    if all(place[0] == sut.evseId for place in places):
        not_judged(requirement, because="the station has one EVSE: its reset may be that of the station")
        await csms.expect_optional("BootNotification", within=csms.timing.transaction)
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        await csms.wait_until_quiet()
    else:
        await csms.expect_none("BootNotification", requirement=requirement, within=csms.timing.transaction)


async def expect_evse_back(csms: Csms, sut: Sut, places: list[Place], requirement: str) -> None:
    """An EVSE was reset: it is Available, or will be."""
    await csms.wait_until_quiet()
    here = [place for place in places if place[0] == sut.evseId]
    state = await get_variable(csms, f"EVSE[{sut.evseId}].AvailabilityState")
    if state is None:
        not_judged(requirement, because="the station does not have AvailabilityState of the EVSE")
    elif state != "Available":
        await expect_statuses(csms, dict.fromkeys(here, "Available"), requirement=requirement, within=csms.timing.long)
