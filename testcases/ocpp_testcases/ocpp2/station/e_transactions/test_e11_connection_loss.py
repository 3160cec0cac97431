"""E11 - Connection loss during a transaction."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.common.offline import keep_offline
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started


@case("TC_E_40_CS")
async def test_queued_events(csms, sut):
    """A station that forgets what it measured while off line cannot be billed for it."""
    interval = sut.short_interval
    offline = 3 * interval
    await given(configured, csms, {"SampledDataCtrlr.Enabled": "true"}, if_implemented=True)
    await given(configured, csms, {"SampledDataCtrlr.TxUpdatedInterval": str(interval)})
    await given(
        configured,
        csms,
        {
            "OCPPCommCtrlr.OfflineThreshold": str(offline + 60),
            "OCPPCommCtrlr.RetryBackOffWaitMinimum": str(offline),
            "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
        },
    )
    tx = await given(energy_transfer_started, csms, sut)

    last = len(csms.connections)
    with step("The CSMS closes the connection and refuses the station for a while"):
        await keep_offline(csms, offline)
        told = {m.timestamp for m in csms.inbox if m.action == "TransactionEvent" and m.connection < last}

    with step("The station comes back and tells what it measured meanwhile"):
        event = await tx.event(
            requirement="E11.FR.01", triggerReason="MeterValuePeriodic", timestamp=lambda time: time not in told
        )
        check("E11.FR.02", event.offline is True, expected="offline true", received=event.offline)
        check_fields("E11.FR.01", event, {"eventType": "Updated"})
        check(
            "E11.FR.01",
            bool(event.meterValue),
            expected="meterValue, as SampledDataTxUpdatedMeasurands asks",
            received=event.meterValue or "none",
        )
        online = await tx.event(requirement="J02.FR.11", offline=(None, False), timestamp=lambda t: t not in told)
        queued = [m for m in csms.received("TransactionEvent") if m.index < online.index and m.timestamp not in told]
        check(
            "E11.FR.02",
            all(m.offline is True for m in queued),
            expected="offline true in every event that was queued",
            received=[(m.seqNo, m.offline) for m in queued],
        )
        tx.check_sequence()
