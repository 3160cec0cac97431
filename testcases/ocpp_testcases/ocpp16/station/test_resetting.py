"""2.6 Reset."""

from ocpp_proof import case, check, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.states.configuration16 import connectors
from ocpp_proof.states.station16 import connector_status, reported


async def change_availability(csms: Csms, connectorId: int, to: str) -> None:
    """Judge that the charge point takes a connector out of service or back into it."""
    answer = await csms.call("ChangeAvailability", connectorId=connectorId, type=to)
    check("1.6 §5.2", answer.status == "Accepted", expected="status Accepted", received=dict(answer))


@case("TC_013_CS")
async def test_hard_reset(csms, sut):
    """A connector that was taken out of service and is in service again after a reset endangers people."""
    numbers = range(await given(connectors, csms) + 1)
    here = sut.connectorId

    with step("The Central System takes a connector out of service"):
        on_undo(
            "Put the connector back into service",
            lambda: csms.attempt("ChangeAvailability", connectorId=here, type="Operative"),
        )
        await change_availability(csms, here, "Inoperative")
        await connector_status(csms, "Unavailable", here, requirement="1.6 §5.2")

    with step("The Central System resets the charge point"):
        answer = await csms.call("Reset", type="Hard")
        check("1.6 §5.14", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
        await csms.boot(requirement="1.6 §4.2 boot")

    with step("The connector is still out of service, and the others are not"):
        await reported(csms, numbers, special={here: "Unavailable"})

    with step("The Central System puts it back into service"):
        await change_availability(csms, here, "Operative")
        await connector_status(csms, "Available", here, requirement="1.6 §5.2")
