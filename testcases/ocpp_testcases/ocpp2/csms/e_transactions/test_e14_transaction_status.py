"""E14 - Check transaction status: whether a transaction runs, and whether events of it wait at the station."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT, ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, energy_transfer_started
from ocpp_testcases.ocpp2.csms.states.j_meter_values import reading
from ocpp_testcases.ocpp2.csms.states.offline import offline_for_a_while


async def asked_for_status(station: Station, sut: Sut, tx: Transaction) -> None:
    """The operator has the CSMS ask about this transaction; the station answers how it stands with it."""
    await asked(
        station,
        sut,
        "GetTransactionStatus",
        transactionId=tx.id,
        matching={"transactionId": ignoring_case(tx.id)},
    )


async def asked_for_queue(station: Station, sut: Sut) -> None:
    """The operator has the CSMS ask whether events of any transaction wait; the station answers that."""
    await asked(station, sut, "GetTransactionStatus", matching={"transactionId": None})


async def sampled_offline(station: Station, sut: Sut, tx: Transaction) -> tuple[int, str]:
    """The connection is lost, the meter is read meanwhile, and the station comes back; returns reading and time."""
    tx.queued = 1
    lost, _ = await offline_for_a_while(station)
    return sut.number(1000, 900_000), lost


async def sent_late(sut: Sut, tx: Transaction, wh: int, moment: str) -> None:
    """The event that waited is sent, and the CSMS takes it."""
    tx.queued = 0
    readings = reading(wh, "Sample.Periodic", moment=moment)
    await tx.event("MeterValuePeriodic", offline=True, timestamp=moment, meterValue=readings, requirement=STEP)
    await check_recorded(sut, tx, active=True, evseId=tx.evseId, meterStop=wh, missingSeqNos=[])


@case("TC_E_29_CSMS")
async def test_ongoing_with_queue(station, sut):
    """A CSMS that takes a silent transaction for one that has ended bills the driver too little, and stops counting."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The connection is lost for a while, and the meter is read meanwhile"):
        wh, moment = await sampled_offline(station, sut, tx)
    with step("The CSMS asks for the status of the transaction: it runs, and an event of it waits"):
        await asked_for_status(station, sut, tx)
    with step("The station sends the event that waited"):
        await sent_late(sut, tx, wh, moment)


@case("TC_E_30_CSMS")
async def test_ongoing_without_queue(station, sut):
    """An operator who is asked about a session wants to know whether it still runs, before ending it."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS asks for the status of the transaction: it runs, and no event of it waits"):
        await asked_for_status(station, sut, tx)


@case("TC_E_31_CSMS")
async def test_ended_with_queue(station, sut):
    """A bill made at the last event is wrong where earlier ones are still on their way."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    first = tx.seqNo
    with step("The connection is lost for a while; the driver stops meanwhile, and takes the cable out"):
        tx.queued, tx.over = 3, True
        stopped, unplugged = await offline_for_a_while(station)
    with step("The connector is available"):
        await station.call(
            "StatusNotification",
            timestamp=now(),
            connectorStatus="Available",
            evseId=tx.evseId,
            connectorId=tx.connectorId,
            requirement=STEP,
        )
        tx.occupied = False
    with step("The end of the transaction is told before the two events that came before it"):
        await tx.event(
            "EVCommunicationLost",
            eventType="Ended",
            chargingState="Idle",
            offline=True,
            timestamp=unplugged,
            seqNo=first + 2,
            requirement=STEP,
        )
        tx.queued = 2
    with step("The CSMS asks for the status of the transaction: it has ended, and events of it wait"):
        await asked_for_status(station, sut, tx)
    with step("The station tells that the driver had stopped"):
        late = {"eventType": "Updated", "offline": True, "timestamp": stopped}
        tx.queued = 1
        answer = await tx.event("StopAuthorized", token=True, seqNo=first, **late)
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": PRESENT})
    with step("The station tells that the charging had ended"):
        tx.queued = 0
        await tx.event("ChargingStateChanged", chargingState="EVConnected", seqNo=first + 1, requirement=STEP, **late)
        await check_recorded(sut, tx, active=False, evseId=tx.evseId, missingSeqNos=[])


@case("TC_E_33_CSMS")
async def test_any_with_queue(station, sut):
    """Before an operator closes the books of a day, nothing of it may wait at a station."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The connection is lost for a while, and the meter is read meanwhile"):
        wh, moment = await sampled_offline(station, sut, tx)
    with step("The CSMS asks whether any events wait: one does"):
        await asked_for_queue(station, sut)
    with step("The station sends the event that waited"):
        await sent_late(sut, tx, wh, moment)


@case("TC_E_34_CSMS")
async def test_any_without_queue(station, sut):
    """An operator also asks a station on which nothing runs."""
    await given(booted, station, sut)
    with step("The CSMS asks whether any events wait: none does"):
        await asked_for_queue(station, sut)
