"""L, firmware: an update of a station at which drivers charge."""

from __future__ import annotations

import contextlib

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, not_applicable, not_judged
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, authorized, energy_transfer_started, session
from ocpp_testcases.ocpp2.station.states.g_availability import Place, expect_status_of_each
from ocpp_testcases.ocpp2.station.states.l_firmware import FirmwareUpdate, reboots

__all__ = [
    "CANNOT",
    "FREE",
    "another_charges",
    "check_download_waited",
    "check_no_boot_meanwhile",
    "check_not_while_charging",
    "expect_others_unavailable",
    "goes_on_without",
    "sessions_allowed",
]

ALLOWS = "ChargingStation.AllowNewSessionsPendingFirmwareUpdate"
CANNOT = "AQ-7 in [features] says that it cannot"
FREE = ("Available", "Unavailable")
"""What the last connector is once the cable is out, when the update goes on: it may be kept from the next driver."""


async def another_charges(csms: Csms, sut: Sut, places: list[Place]) -> Session:
    """EnergyTransferStarted for another driver at another EVSE

    The CSMS starts: a reader of the whole station would take the second card for one that stops.
    """
    other = next((place for place in places if place[0] != sut.evseId), None)
    if other is None:
        raise Inconclusive("the station has no second EVSE in service: HFS-8 in [features] says that it has one")
    tx = await session(csms, sut, sut.tokens.fresh(), evseId=other[0], connectorId=other[1])
    tx = await authorized(csms, sut, tx, by="remote" if tx.asks else None)
    return await energy_transfer_started(csms, sut, tx)


async def sessions_allowed(csms: Csms, *, allowed: bool) -> None:
    """New sessions are allowed while an update waits, or they are not, as where the station has no variable for it"""
    if allowed and await get_variable(csms, ALLOWS) is None:
        raise not_applicable(f"the station has no {ALLOWS}: new sessions are not allowed (L01.FR.07)")
    await configured(csms, {ALLOWS: "true" if allowed else "false"}, if_implemented=True)


def goes_on_without(sut: Sut, feature: str, does: str) -> None:
    """The station does not wait with its update for those who charge: NotApplicable where nobody said that it does.

    What [features] says is judged by the checks that follow.
    """
    if not sut.says(feature):
        raise not_applicable(f"the station {does} while somebody charges, which [features] {feature} does not claim")


async def expect_others_unavailable(csms: Csms, sut: Sut, update: FirmwareUpdate, tx: Session) -> None:
    """The station sets what nobody uses to Unavailable while it waits

    One that can install meanwhile, without a boot, need not (C-43).
    """
    others = [place for place in update.places if place[0] != tx.evseId]
    if not others:
        not_judged("L01.FR.07", because="the station has no other EVSE in service")
        return

    def ended() -> bool:
        return all(map(update.was_away, others)) or bool(update.told("Installed"))

    with contextlib.suppress(TimeoutError):
        await csms.wait_until(ended, csms.timing.long, "the other connectors to be Unavailable")
    away = all(map(update.was_away, others))
    if not away and update.told("Installed") and await expect_no_boot(csms):
        goes_on_without(sut, "C-43", "installs firmware")
    await expect_status_of_each(csms, "Unavailable", others, requirement="L01.FR.07")


def check_not_while_charging(message: Message, sessions: list[Session], requirement: str, note: str = "") -> None:
    """Judge that this was not told of before the last transaction had ended."""
    what = message.status or message.action
    check(
        requirement,
        not _while_charging(message, sessions),
        expected=f"{what} after the end of the transactions",
        received=f"{what} while a transaction went on" if _while_charging(message, sessions) else "after it",
        note=note,
    )


def _while_charging(message: Message, sessions: list[Session]) -> bool:
    return message.index < max((event.index for tx in sessions for event in tx.events), default=0)


def check_download_waited(sut: Sut, begun: Message, sessions: list[Session]) -> None:
    """Judge that the download did not begin before the last transaction had ended; AQ-7 says that it may."""
    if _while_charging(begun, sessions):
        goes_on_without(sut, "AQ-7", "downloads firmware")
    check_not_while_charging(begun, sessions, STEP, CANNOT)


async def check_no_boot_meanwhile(csms: Csms, waits: Message) -> None:
    """Where the station installs while somebody charges it is given time for that, and does not boot."""
    if waits.status == "Installing":
        await expect_no_boot(csms)


async def expect_no_boot(csms: Csms) -> bool:
    """Judge that the station does not boot as long as somebody charges; returns whether it did not."""
    within = csms.timing.event
    with contextlib.suppress(TimeoutError):
        await csms.wait_until(lambda: reboots(csms), within, "a reboot")
    boots = reboots(csms)
    return check("L01.FR.33", not boots, expected=f"no boot for {within:g} s", received=boots or "none")
