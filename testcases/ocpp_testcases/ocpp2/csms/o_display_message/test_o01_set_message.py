"""O01 - Set a display message."""

from ocpp_proof import STEP, case, check_fields, given, on_undo, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_O_01_CSMS")
async def test_set(station, sut):
    """A message for drivers who are charging must not stand on every idle station, nor be lost behind others."""
    await given(booted, station, sut)
    wish = {
        "priority": "InFront",
        "state": "Charging",
        "message": {"format": "UTF8", "language": "en", "content": f"Notice {sut.text()}"},
    }
    with step("The CSMS sets a message for the time of charging"):
        request = await asked(
            station,
            sut,
            "SetDisplayMessage",
            message=wish,
            matching={"message.priority": "InFront", "message.state": "Charging", "message.message.format": "UTF8"},
        )
        on_undo("Clear the message", lambda: asked(station, sut, "ClearDisplayMessage", id=request.at("message.id")))
        check_fields(STEP, request, {"message.id": Pattern("a number", lambda id: isinstance(id, int))})
