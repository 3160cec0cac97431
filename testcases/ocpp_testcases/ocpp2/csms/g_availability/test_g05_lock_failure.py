"""G05 - Lock failure."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.event_ids import new_event_id

from ocpp_testcases.common.clock import now
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_G_20_CSMS")
async def test_lock_failure(station, sut):
    """A lock that fails is mended only where the CSMS takes in what the station tells of it."""
    await given(booted, station, sut)
    event = {
        "eventId": new_event_id(),
        "timestamp": now(),
        "trigger": "Delta",
        "actualValue": "true",
        "eventNotificationType": "HardWiredNotification",
        "component": {
            "name": "ConnectorPlugRetentionLock",
            "evse": {"id": sut.evseId, "connectorId": sut.connectorId},
        },
        "variable": {"name": "Problem"},
    }
    with step("The station tells that a lock has failed"):
        await station.call("NotifyEvent", requirement="G05.FR.03", generatedAt=now(), seqNo=0, eventData=[event])
