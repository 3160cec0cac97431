"""B02 - Cold boot of a charging station that is not accepted yet."""

from ocpp_proof import case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    OFFLINE_THRESHOLD,
    connectors,
    expect_connectors_reported,
    get_variable,
)
from ocpp_testcases.ocpp2.station.states.b_registration import kept_pending
from ocpp_testcases.ocpp2.station.states.b_reports import base_report
from ocpp_testcases.ocpp2.station.states.b_variables import get_variables, set_variables, threshold, wanted
from ocpp_testcases.ocpp2.station.states.e_transactions import session


@case("TC_B_02_CS")
async def test_pending(csms, sut):
    """A station that does not wait until it is accepted charges with settings that nobody has checked."""
    interval = int(sut.value("heartbeat_interval", 300))
    places = await given(connectors, csms, sut)
    tx = await given(session, csms, sut)
    value = threshold(other_than=await given(get_variable, csms, OFFLINE_THRESHOLD))
    await given(kept_pending, csms, sut, interval)

    with step("The station boots, is told to wait, and is silent"):
        await sut.power_cycle()
        boot = await csms.boot(requirement="B01.FR.01")
        connections = len(csms.connections)
        await csms.expect_none("BootNotification", requirement="B02.FR.04")
        said = [m.action for m in csms.inbox if m.index > boot.index and m.action != "BootNotification"]
        check("B02.FR.02", not said, expected="silence until the CSMS asks", received=said or "silence")

    with step("The CSMS sets and reads a variable"):
        (result,) = await set_variables(csms, [wanted(OFFLINE_THRESHOLD, value=value)])
        check_fields("B02.FR.01", result, {"attributeStatus": "Accepted"})
        (result,) = await get_variables(csms, [wanted(OFFLINE_THRESHOLD)])
        check_fields("B02.FR.01", result, {"attributeStatus": "Accepted", "attributeValue": value})

    with step("The CSMS asks for the full inventory"):
        await base_report(csms, sut, "FullInventory", requirement="B02.FR.01", reason=False)

    with step("The CSMS asks for a transaction, which comes too early"):
        answer = await csms.call(
            "RequestStartTransaction",
            idToken=tx.token.payload,
            remoteStartId=sut.number(),
            evseId=sut.evseId,
        )
        tx.requested(answer)
        check_fields("B02.FR.05", answer, {"status": "Rejected"})

    with step("The CSMS asks for a boot, accepts it, and the station reports its connectors"):
        csms.match_from_now_on()
        csms.answer("BootNotification", status="Accepted")
        answer = await csms.call("TriggerMessage", requestedMessage="BootNotification")
        check_fields("F06.FR.05", answer, {"status": ("Accepted", "NotImplemented")})
        triggered = answer.status == "Accepted"
        boot = await csms.boot(
            requirement="F06.FR.10" if triggered else "B02.FR.08",
            within=csms.timing.event if triggered else interval + csms.timing.long,
        )
        if triggered:
            check_fields("B01.FR.09", boot, {"reason": "Triggered"})
        check(
            "B02.FR.06",
            len(csms.connections) == connections,
            expected="the connection stays open while the station is pending",
            received="it was closed" if len(csms.connections) != connections else "open",
        )
        await expect_connectors_reported(csms, sut, places)
