"""E11 - Connection loss during a transaction."""

from ocpp_proof import STEP, case, check_fields, given, step

from ocpp_testcases.common.offline import keep_offline
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.e_offline import samples_offline, told_before
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started


@case("TC_E_40_CS")
async def test_queued_events(csms, sut):
    """A station that forgets what it measured while off line cannot be billed for it."""
    offline = 3 * sut.short_interval
    await given(samples_offline, csms, sut, offline)
    tx = await given(energy_transfer_started, csms, sut)

    connections = len(csms.connections)
    with step("The CSMS closes the connection and refuses the station for a while"):
        await keep_offline(csms, offline)
        known = told_before(csms, tx, connections)

    with step("The station comes back and tells what it measured meanwhile"):
        await tx.event(
            requirement="E11.FR.01",
            triggerReason="MeterValuePeriodic",
            offline=True,
            seqNo=lambda number: number not in known,
        )
        # one that had happened before the station noticed is online too, so that the queue is seen to end by the second
        for _ in range(2):
            online = await tx.event(requirement="J02.FR.11", offline=(None, False), seqNo=lambda n: n not in known)
        new = csms.received("TransactionEvent", transactionInfo__transactionId=tx.id, seqNo=lambda n: n not in known)
        queued = [event.seqNo for event in new if event.offline]
        for event in new:
            if event.index < online.index and min(queued) <= event.seqNo <= max(queued):
                check_fields("E11.FR.02", event, {"offline": True})
                check_fields(STEP, event, {"eventType": "Updated", "meterValue": PRESENT})
        tx.check_sequence()
