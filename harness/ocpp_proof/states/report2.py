"""The reports of a station under test about its variables, OCPP 2.0.1 and 2.1."""

from __future__ import annotations

from ..engine.words import check
from ..roles.csms import Csms
from ..sut.sut import Sut

__all__ = ["base_report"]

Name = tuple[str, str]


async def base_report(csms: Csms, sut: Sut, reportBase: str, *, requirement: str = "B07.FR.01") -> list[Name]:
    """Ask for a base report and take all its parts; returns the names of component and variable.

    Judges the answer, and that every part has the request's id and the next sequence number.
    """
    request = sut.number()
    answer = await csms.call("GetBaseReport", requestId=request, reportBase=reportBase)
    check(requirement, answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    if answer.status != "Accepted":
        return []
    names: list[Name] = []
    part, more = 0, True
    while more:
        report = await csms.expect("NotifyReport", requirement="B07.FR.04", within=csms.timing.long, requestId=request)
        if not check("B07.FR.10", report.seqNo == part, expected=f"seqNo {part}", received=report.seqNo):
            break
        names += [(str(d["component"]["name"]), str(d["variable"]["name"])) for d in report.reportData or []]
        part, more = part + 1, report.tbc is True
    return names
