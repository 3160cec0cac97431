"""F06 - Trigger message."""

from ocpp_proof import case, check_fields, step


@case("TC_F_20_CS")
async def test_heartbeat(csms, sut):
    """Who cannot make a station speak cannot tell a silent one from a dead one."""
    with step("The CSMS asks for a heartbeat"):
        answer = await csms.call("TriggerMessage", requestedMessage="Heartbeat")
        check_fields("F06.FR.05", answer, {"status": "Accepted"})
    with step("The station sends one"):
        await csms.expect("Heartbeat", requirement="F06.FR.10")
