"""2.13 Power failure."""

from ocpp_proof import case, check, given, step
from ocpp_proof.states.configuration16 import connectors
from ocpp_proof.states.station16 import charging, connector_status, reported


@case("TC_032_1_CS", condition="backup power")
async def test_stop_before_going_down(csms, sut):
    """What was charged before the mains failed must not be lost to billing."""
    numbers = range(await given(connectors, csms) + 1)
    tx = await given(charging, csms, sut)

    with step("The mains fail: the transaction stops before the charge point goes down"):
        await sut.power_cycle()
        stopped = await csms.expect("StopTransaction", requirement="1.6 §4.10 stop", transactionId=tx.id)
        tx.ended = True
        check("scenario", stopped.reason == "PowerLoss", expected="reason PowerLoss", received=dict(stopped.payload))
        await connector_status(csms, "Finishing", tx.connectorId)

    with step("The mains are back: the charge point boots and reports its connectors"):
        await csms.boot(requirement="1.6 §4.2 boot")
        await reported(csms, numbers, special={tx.connectorId: ("Finishing", "Preparing")})
