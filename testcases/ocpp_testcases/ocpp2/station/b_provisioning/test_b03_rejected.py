"""B03 - Cold boot of a charging station that is rejected."""

from ocpp_proof import case, check, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, expect_connectors_reported
from ocpp_testcases.ocpp2.station.states.b_registration import check_waited, refused_once


@case("TC_B_03_CS")
async def test_rejected(csms, sut):
    """A station that is not known yet must neither flood the CSMS nor give up until somebody comes."""
    places = await given(connectors, csms, sut)
    interval = await given(refused_once, csms, sut)
    with step("The station is switched off and on, boots, and is rejected"):
        await sut.power_cycle()
        refused = await csms.boot(requirement="B01.FR.01")

    with step("It boots again after the interval, and is silent until then"):
        again = await csms.boot(requirement="B03.FR.06", within=interval + csms.timing.long)
        check_waited(sut, refused, again, interval, requirement="B03.FR.02")
        said = [m.action for m in csms.inbox if refused.index < m.index < again.index]
        check("B03.FR.02", not said, expected="silence until the interval has passed", received=said or "silence")

    with step("It is accepted, and reports its connectors"):
        await expect_connectors_reported(csms, sut, places)


@case("TC_B_30_CS")
async def test_security_error(csms, sut):
    """A station that works for a CSMS which has rejected it would work for anybody who answers at that address."""
    await given(refused_once, csms, sut)  # and sees that it is accepted in the end
    with step("The station is switched off and on, boots, and is rejected"):
        await sut.power_cycle()
        refused = await csms.boot(requirement="B01.FR.01")

    with step("The CSMS, which has rejected it, asks for a report"):
        connection = csms.connections[refused.connection]
        request = {"requestId": sut.number(), "reportBase": "FullInventory"}
        answer = None
        if connection.is_open:
            answer = await csms.outcome_of("GetBaseReport", request, within=csms.timing.message)
        if answer is None and not connection.is_open:
            not_judged("B03.FR.08", because="the station has closed the connection, as B03.FR.04 allows")
        else:
            told = "no answer" if answer is None else answer.error or dict(answer)
            check("B03.FR.08", told == "SecurityError", expected="CALLERROR SecurityError", received=told)
