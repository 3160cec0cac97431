"""The mains fail in every state of a connector: what is told afterwards is true, and the station works."""

from contextlib import suppress

import pytest
from ocpp_proof import ALL, Inconclusive, NotApplicable, by_version, case, check, given, step

from ocpp_testcases.common.boot_reason import check_boot_reason
from ocpp_testcases.edge.states.connector_reports import statuses_told
from ocpp_testcases.edge.states.out_of_service import back_in_service, out_of_service
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession, open_transactions
from ocpp_testcases.edge.states.reservations import cancel_reservation, reserved
from ocpp_testcases.edge.states.restart import POWER, can_restart, restarted
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import adjusted
from ocpp_testcases.edge.states.tx_profiles import PROFILE_IDS, limited

CONNECTION_TIMEOUT = "ConnectionTimeOut", "TxCtrlr.EVConnectionTimeOut"
TOLD = {"1.6": "1.6 §4.9", "2": "B01.FR.05"}
STILL_RESERVED = {"1.6": "1.6 §4.9", "2": "B01.FR.13"}
STILL_UNAVAILABLE = {"1.6": "1.6 §5.2", "2": "G03.FR.08"}
CLOSED = {"1.6": "1.6 §4.10 stop", "2": "session reported"}
REASON = {"1.6": "1.6 §4.10 reason", "2": "reason of a power loss"}
STARTS = {"1.6": "starts as before", "2": "remote start accepted"}
STARTED = "idle", "authorized", "charging", "suspended"
STATES = "idle", "cable in", "authorized", "charging", "suspended", "reserved", "out of service"


class Place:
    """The connector of a case in one of the states, and how it comes out of it."""

    def __init__(self, csms, sut, state):
        self.csms, self.sut, self.state = csms, sut, state
        self.tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
        self.reservation = 0

    async def reached(self):
        """The connector is in the state in which the mains fail"""
        csms, sut, tx = self.csms, self.sut, self.tx
        match self.state:
            case "idle":  # a transaction shows what the station does as long as nothing has failed
                await tx.start_charging()
                await tx.request_stop()
                await tx.unplug()
                await tx.over()
                await csms.wait_until_quiet()
            case "cable in":
                await tx.plug_in()
            case "authorized":
                await adjusted(csms, sut, CONNECTION_TIMEOUT, sut.short_interval)
                await tx.have_started()
                await csms.wait_until_quiet()
            case "charging":
                await tx.start_charging()
            case "suspended":
                await tx.start_charging()
                await self._suspended()
            case "reserved":
                self.reservation = await reserved(csms, sut)
            case "out of service":
                await out_of_service(csms, sut)

    async def _suspended(self):
        """The EVSE gives the vehicle nothing, by a profile of the transaction."""
        if not self.sut.claims("Smart Charging"):
            raise NotApplicable("the station does not claim smart charging, by which it could be made to suspend")
        await limited(self.csms, self.sut, self.tx, self.sut.number(*PROFILE_IDS), limit=0.0)
        try:
            await self.csms.wait_until(self._tells_suspended, self.csms.timing.event, "SuspendedEVSE")
        except TimeoutError:
            raise NotApplicable("a limit of 0 does not have the station tell SuspendedEVSE") from None

    def _tells_suspended(self):
        if self.tx.v16:
            return bool(self.csms.received("StatusNotification", status="SuspendedEVSE", **self.tx.place))
        return any(event.at("transactionInfo.chargingState") == "SuspendedEVSE" for event in self.tx.events())

    def fits(self, status):
        """Whether a status is true of the connector now: of a cable, or of nobody there."""
        if self.state == "out of service":
            return status == "Unavailable"
        if self.tx.plugged:
            return status not in ("Available", "Reserved", "Unavailable", "Faulted")
        if self.state == "reserved" and self.sut.ocpp == "1.6":  # nothing says what becomes of a reservation
            return status in ("Reserved", "Available")
        return status == ("Reserved" if self.state == "reserved" else "Available")

    async def left(self):
        """Nobody is there any more: what went on is stopped, the cable is out, nothing keeps the connector."""
        csms, sut = self.csms, self.sut
        if self.tx.id is not None and not await self.tx.over():
            await self.tx.request_stop()
            await csms.wait_until_quiet()
        if self.tx.plugged:
            await self.tx.unplug()
        if self.reservation:
            await cancel_reservation(csms, sut, self.reservation)
        if self.state == "out of service":
            await back_in_service(csms, sut)
        await csms.wait_until_quiet()


@case("X_RESTART_06_CS", ocpp=ALL, sut="station", title="The mains fail in every state", disruptive=True)
@pytest.mark.parametrize("state", STATES)
async def test_power_loss(csms, sut, state):
    """Mains fail when they like; a charger that stands wrong afterwards is found by the next driver."""
    await given(can_restart, csms, sut, POWER)
    await given(sessions_shown, csms, sut)
    place = Place(csms, sut, state)
    await given(place.reached)
    with step(f"The mains fail and come back ({state}): the station boots, and says why"):
        since = csms.next_index
        boot = await restarted(csms, sut, POWER)
        if sut.ocpp != "1.6":
            check_boot_reason(boot)
    with step("It tells the state that the connector is in"):
        await true_status(csms, sut, place, boot)
        check_reasons(csms, since)
    with step("What it had begun comes to its end"):
        await place.left()
        await all_over(csms, sut, boot)
    with step("It works: a transaction starts and stops"):
        await works(csms, sut, has_started=state in STARTED)
    await expect_probe_answered(csms)


async def true_status(csms, sut, place, boot):
    """The last status told of the connector since the boot is true; a driver who was awaited may be so for a while."""
    within = csms.timing.long + sut.short_interval

    def told():
        return statuses_told(csms, sut, since=boot.index)

    with suppress(TimeoutError):
        await csms.wait_until(lambda: any(map(place.fits, told()[-1:])), within, "the state of the connector")
    await csms.wait_until_quiet()
    right = any(map(place.fits, told()[-1:]))
    what = "a cable is in" if place.tx.plugged else place.state
    if place.state == "reserved":
        requirement = by_version(STILL_RESERVED)
    elif place.state == "out of service":
        requirement = by_version(STILL_UNAVAILABLE)
    else:
        requirement = by_version(TOLD)
    check(requirement, right, expected=f"a status that fits: {what}", received=told() or "no status")


def check_reasons(csms, since):
    """What the mains ended says so; a transaction may go on instead, and end for want of a cable."""
    ends = [m for m in csms.inbox if m.index >= since and m.action == "StopTransaction"]
    ends += [m for m in csms.inbox if m.index >= since and m.action == "TransactionEvent" and m.eventType == "Ended"]
    told = [m.reason if m.action == "StopTransaction" else m.at("transactionInfo.stoppedReason") for m in ends]
    right = all(reason in ("PowerLoss", "Timeout") for reason in told)  # nobody plugged in after it went on
    check(by_version(REASON), right, expected="PowerLoss for each that has ended", received=told or "none has ended")


async def all_over(csms, sut, boot):
    """No transaction of which the station told before the mains failed is open for ever."""
    with suppress(TimeoutError):
        await csms.wait_until(
            lambda: not open_transactions(csms, sut.ocpp, before=boot.index), csms.timing.long, "the end of each"
        )
    open_ones = open_transactions(csms, sut.ocpp, before=boot.index)
    check(by_version(CLOSED), not open_ones, expected="the end of each transaction", received=open_ones or "so")


def charges(csms, since):
    """Whether it was told since then that somebody charges."""
    told = [message for message in csms.inbox if message.index >= since]
    flowing = any(message.at("transactionInfo.chargingState") == "Charging" for message in told)
    return flowing or any(message.action == "StartTransaction" for message in told)


async def works(csms, sut, *, has_started):
    """A transaction starts remotely, and stops as the CSMS asks.

    `has_started`: whether one was started so before the mains failed; otherwise the station may be one that will not.
    """
    tx, since = RemotelyStartedSession(csms, sut, sut.tokens.valid), csms.next_index
    await tx.plug_in()
    if has_started:
        answer = await tx.request_start()
        right = answer.status == "Accepted"
        if not right and charges(csms, since):
            raise Inconclusive("whoever plugs in charges: the EVSE is in use before the CSMS can have it start")
        check(by_version(STARTS), right, expected="Accepted, as before", received=answer.error or dict(answer))
        if not right:
            return
    else:
        await tx.have_started()
    await tx.expect_started()
    answer = await tx.request_stop()
    requirement = by_version({"1.6": "1.6 §5.12", "2": "F03.FR.07"})
    check(requirement, answer.status == "Accepted", expected="Accepted", received=answer.error or dict(answer))
    await tx.stopped()
    await tx.unplug()
