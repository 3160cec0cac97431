"""B04 - Offline behaviour of an idle charging station."""

import time

from ocpp_proof import case, check, given, not_judged, step
from ocpp_proof.cases.fields import payload_matches
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.offline import offline, stay_offline
from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    configured,
    connectors,
    free,
    get_variable,
)
from ocpp_testcases.ocpp2.station.states.e_offline import plug_in_offline, quiet_about_statuses
from ocpp_testcases.ocpp2.station.states.e_transactions import session
from ocpp_testcases.ocpp2.station.states.g_availability import Place, status_outcomes

STATES = ("Available", "Occupied", "Reserved", "Unavailable", "Faulted")
LONGER = 1.5
"""By how much the outage is longer than OfflineThreshold."""


async def plugged_in_offline(csms: Csms, sut: Sut, seconds: float = 0.0) -> tuple[Place, float]:
    """The connection is taken away, a vehicle is connected, and after `seconds` the station can come back.

    Returns its connector, and the most seconds that it was offline.
    """
    tx = await given(session, csms, sut)
    csms.match_from_now_on()
    begin = time.monotonic()
    with step("The connection is lost, and a vehicle is connected"):
        async with offline(csms):
            await plug_in_offline(sut, tx)
            await stay_offline(csms, seconds or None)
    return (tx.evseId, tx.connectorId), time.monotonic() - begin


async def expect_status(csms: Csms, place: Place, *statuses: str, requirement: str) -> None:
    """The station reports one of these statuses of a connector; one NotifyEvent may tell of several connectors."""
    if reported(csms, place, *statuses):
        return
    outcomes = [outcome for status in statuses for outcome in status_outcomes(status, *place)]
    what = f"the status {' or '.join(statuses)} of connector {place[1]} of EVSE {place[0]}"
    await csms.expect_one_of(*outcomes, requirement=requirement, within=csms.timing.long, note=what)


def reported(csms: Csms, place: Place, *statuses: str) -> bool:
    """Whether the station has told one of these statuses of a connector."""
    outcomes = [outcome for status in statuses for outcome in status_outcomes(status, *place)]
    return any(payload_matches(m.payload, o.fields) for o in outcomes for m in csms.received(o.action))


@case("TC_B_51_CS")
async def test_longer_than_threshold(csms, sut):
    """A CSMS that was cut off for long offers drivers connectors that have been in use for hours."""
    places = await given(connectors, csms, sut)
    threshold = sut.short_interval
    await given(configured, csms, {OFFLINE_THRESHOLD: str(threshold)})
    here, _ = await plugged_in_offline(csms, sut, LONGER * threshold)
    with step("The station comes back after more than OfflineThreshold and reports every connector"):
        await expect_status(csms, here, "Occupied", requirement="B04.FR.01")
        for place in [place for place in places if place != here]:
            beside = place[0] == here[0]  # where one EVSE is shared, the other cable may be of no use (2.1's table)
            statuses = ("Available", "Unavailable") if beside else free(sut)
            await expect_status(csms, place, *statuses, requirement="B04.FR.01")


@case("TC_B_52_CS")
async def test_shorter_than_threshold(csms, sut):
    """A vehicle that was connected while the network was down for a moment must not go unnoticed."""
    places = await given(connectors, csms, sut)
    await given(quiet_about_statuses, csms)
    threshold = float(await given(get_variable, csms, OFFLINE_THRESHOLD) or 0)
    here, seconds = await plugged_in_offline(csms, sut)
    with step("The station comes back before OfflineThreshold and reports the connector whose status has changed"):
        await expect_status(csms, here, "Occupied", requirement="B04.FR.02")
        await csms.wait_until_quiet()
        others = [place for place in places if place[0] != here[0]]
        if seconds >= threshold:
            not_judged("B04.FR.02", because=f"it was away for {seconds:.0f} s, OfflineThreshold is {threshold:.0f} s")
        elif not csms.received("BootNotification"):  # what boots reports every connector (B01.FR.05)
            told = [place for place in others if reported(csms, place, *STATES)]
            check("B04.FR.02", not told, expected="the status of no other EVSE", received=told or "of none")
