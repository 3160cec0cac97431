"""O01 - Set a display message."""

from ocpp_proof import case, check, given, on_undo, step

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
        request = await asked(station, sut, "SetDisplayMessage", message=wish)
        got = request.at("message.id")
        on_undo("Clear the message", lambda: asked(station, sut, "ClearDisplayMessage", id=got))
        check("scenario", isinstance(got, int), expected="message.id", received=got)
        for path in ("priority", "state", "message.format"):
            wanted = wish["message"]["format"] if path == "message.format" else wish[path]
            got_value = request.at(f"message.{path}")
            check("scenario", got_value == wanted, expected=f"message.{path} {wanted}", received=got_value)
