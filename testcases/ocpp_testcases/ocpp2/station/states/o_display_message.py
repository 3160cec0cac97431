"""O, display messages of a station under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable

__all__ = ["display_message", "expect_reported_messages", "set_display_message"]

Info = dict[str, Any]


async def _first(csms: Csms, name: str, preferred: str) -> str:
    """The preferred member of a list of what the station supports, else its first."""
    members = [m.strip() for m in (await get_variable(csms, name) or preferred).split(",")]
    return preferred if preferred in members else members[0]


async def display_message(csms: Csms, sut: Sut) -> Info:
    """A message that the station can show, with a fresh text; in the script of some language where it takes UTF-8."""
    format = await _first(csms, "DisplayMessageCtrlr.SupportedFormats", "UTF8")
    language, content = sut.fresh.display_text() if format == "UTF8" else ("en", f"Out of order {sut.text()}")
    message: Info = {
        "id": sut.number(),
        "priority": await _first(csms, "DisplayMessageCtrlr.SupportedPriorities", "NormalCycle"),
        "message": {
            "format": format,
            "language": language,
            "content": content,
        },
    }
    if (display := sut.value("display_component")) is not None:
        message["display"] = {"name": display} if isinstance(display, str) else display
    return message


async def set_display_message(csms: Csms, message: Info) -> Answer:
    """Set a display message; returns the answer. It is cleared when the case ends."""

    async def clear() -> None:
        await csms.attempt("ClearDisplayMessage", id=message["id"])

    on_undo("Clear the display message", clear)
    return await csms.call("SetDisplayMessage", message=message)


async def expect_reported_messages(csms: Csms, sut: Sut, **criteria: Any) -> list[Info]:
    """Ask for display messages and take all reports. Judges answer and request ids."""
    request = sut.number()
    answer = await csms.call("GetDisplayMessages", requestId=request, **criteria)
    check_fields("O04.FR.01", answer, {"status": "Accepted"})
    if answer.status != "Accepted":
        return []
    found: list[Info] = []
    more = True
    while more:
        report = await csms.expect("NotifyDisplayMessages", requirement="O04.FR.03", requestId=request)
        found += report.messageInfo or []
        more = report.tbc is True
    return found
