"""E14 - Check transaction status."""

from ocpp_proof import STEP, Inconclusive, case, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.offline import keep_offline
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.e_offline import (
    expect_told_later,
    quiet_about_statuses,
    samples_offline,
    stop_by_vehicle_offline,
    stop_offline,
    told_before,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_points import stops_without_vehicle, unlocks_without_vehicle
from ocpp_testcases.ocpp2.station.states.e_stops import (
    charge_for_a_while,
    has_fixed_cable,
    parking_bay_unoccupied,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.station.states.e_ways import way_to_start, way_to_stop

STATUS = "GetTransactionStatus"


@case("TC_E_28_CS")
async def test_unknown_transaction(csms, sut):
    """A CSMS that asks after a crash must not be told that something goes on that never was."""
    with step("The CSMS asks about a transaction that the station never had"):
        answer = await csms.call(STATUS, transactionId=sut.text(36))
        check_fields("E14.FR.01", answer, {"ongoingIndicator": False, "messagesInQueue": False})


@case("TC_E_30_CS")
async def test_ongoing(csms, sut):
    """A CSMS that has lost track of a transaction asks, before it bills."""
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks about the transaction that goes on"):
        await csms.wait_until_quiet()  # what is being told still counts as waiting
        answer = await csms.call(STATUS, transactionId=tx.id)
        check_fields("E14.FR.02", answer, {"ongoingIndicator": True})
        check_fields("E14.FR.05", answer, {"messagesInQueue": False})


@case("TC_E_32_CS")
async def test_ended(csms, sut):
    """A CSMS that has missed the end of a transaction asks, before it bills."""
    tx = await given(energy_transfer_started, csms, sut)
    await given(parking_bay_unoccupied, csms, sut, tx)
    with step("The CSMS asks about the transaction that has ended"):
        await csms.wait_until_quiet()  # what is being told still counts as waiting
        answer = await csms.call(STATUS, transactionId=tx.id)
        check_fields("E14.FR.03", answer, {"ongoingIndicator": False})
        check_fields("E14.FR.05", answer, {"messagesInQueue": False})
        tx.check_sequence()


async def tells_questions_apart(csms: Csms, sut: Sut) -> None:
    """What the station says of its queue means something: asked about a transaction it says whether that goes on

    Whether it is right about one that it never had is for TC_E_28_CS to judge.
    """
    answer = await csms.attempt(STATUS, transactionId=sut.text(36))
    if answer.ongoingIndicator is None:
        raise Inconclusive("it says nothing of a transaction that it is asked about, so an empty queue means nothing")


@case("TC_E_34_CS")
async def test_nothing_queued(csms, sut):
    """A CSMS that wants to close its books asks whether anything is still on the way."""
    await given(tells_questions_apart, csms, sut)
    with step("The CSMS asks whether messages about transactions wait"):
        answer = await csms.call(STATUS)
        check_fields("E14.FR.06", answer, {"ongoingIndicator": None})
        check_fields("E14.FR.08", answer, {"messagesInQueue": False})


async def queued_while_ongoing(csms: Csms, sut: Sut, *, by_id: bool) -> None:
    """TC_E_29_CS and TC_E_33_CS; `by_id`: the CSMS names the transaction.

    What was sampled offline is not answered before the CSMS has asked, so that it still waits.
    """
    offline = 3 * sut.short_interval
    await given(samples_offline, csms, sut, offline)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS closes the connection and refuses the station for a while"):
        connections = len(csms.connections)
        with csms.holding("TransactionEvent"):
            await keep_offline(csms, offline)
            known = told_before(csms, tx, connections)
            await csms.wait_until_quiet()  # a station may have to be accepted again
            answer = await csms.call(STATUS, **({"transactionId": tx.id} if by_id else {}))

    with step("It asks at once when the station is back: the transaction goes on, and messages wait"):
        check_fields("E14.FR.02" if by_id else "E14.FR.06", answer, {"ongoingIndicator": True if by_id else None})
        check_fields("E14.FR.04" if by_id else "E14.FR.07", answer, {"messagesInQueue": True})

    with step("The station tells what it measured meanwhile"):
        event = await tx.event(requirement="E11.FR.02", offline=True, seqNo=lambda number: number not in known)
        check_fields(STEP, event, {"eventType": "Updated", "meterValue": PRESENT})
        tx.check_sequence()


@case("TC_E_29_CS")
async def test_ongoing_with_queue(csms, sut):
    """A CSMS that bills before the queue is empty bills too little."""
    await queued_while_ongoing(csms, sut, by_id=True)


@case("TC_E_33_CS")
async def test_queue(csms, sut):
    """A CSMS that closes its books before the queue is empty bills too little."""
    await queued_while_ongoing(csms, sut, by_id=False)


@case("TC_E_31_CS")
async def test_ended_with_queue(csms, sut):
    """A transaction that has ended is not known to the CSMS as such while the end waits in the queue."""
    local = way_to_start(sut) == way_to_stop(sut) == "local"
    await given(quiet_about_statuses, csms)
    await given(unlocks_without_vehicle, csms, True, if_writable=True)
    tx = await given(energy_transfer_started, csms, sut)
    if not local and tx.stop == {"Authorized"}:  # which only a lost vehicle can reach
        await given(stops_without_vehicle, csms, True)
    fixed = await has_fixed_cable(csms, sut, tx.evseId, tx.connectorId)
    await charge_for_a_while(csms, tx)
    connections = len(csms.connections)
    leaves = (
        (lambda: stop_offline(csms, sut, tx))
        if local
        else (lambda: stop_by_vehicle_offline(csms, sut, tx, fixed=fixed))
    )
    with (
        step("The connection is lost; the driver, or else the vehicle, stops, unplugs and leaves"),
        csms.holding("TransactionEvent"),
    ):
        outage = await while_offline(csms, leaves)
        known = told_before(csms, tx, connections)
        await csms.wait_until_quiet()
        answer = await csms.call(STATUS, transactionId=tx.id)

    with step("The CSMS asks at once when the station is back: the transaction is over, and messages wait"):
        check_fields("E14.FR.03", answer, {"ongoingIndicator": False})
        check_fields("E14.FR.04", answer, {"messagesInQueue": True})

    with step("The station tells how the transaction ended"):
        stopper = tx.token if local else None
        await expect_told_later(csms, sut, tx, outage, known=known, requirement="E12.FR.02", stopped_by=stopper)
