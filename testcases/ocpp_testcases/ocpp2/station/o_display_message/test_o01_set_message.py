"""O01 - Set a display message."""

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.o_display_message import (
    display_message,
    expect_reported_messages,
    set_display_message,
)


@case("TC_O_01_CS")
async def test_set(csms, sut):
    """A driver who stands before a broken station is told so on its screen, or not at all."""
    message = await given(display_message, csms, sut)
    with step("The CSMS sets a message"):
        answer = await set_display_message(csms, message)
        check_fields(STEP, answer, {"status": "Accepted"})
    with step("The CSMS asks for it, and the station reports it as it was sent"):
        reported = await expect_reported_messages(csms, sut, id=[message["id"]])
        check("O04.FR.03", len(reported) == 1, expected="one message", received=reported)
        told = reported[0] if reported else {}
        check_fields(
            "O04.FR.03",
            told,
            {
                "id": message["id"],
                "priority": message["priority"],
                "message.format": message["message"]["format"],
                "message.content": message["message"]["content"],
            },
        )
