"""B06 - Get variables."""

from ocpp_proof import CannotTell, case, check, given, not_judged, step
from ocpp_proof.states.csms2 import booted
from ocpp_proof.states.csms2_asked import asked

COMPONENT, VARIABLE = "OCPPCommCtrlr", "OfflineThreshold"


@case("TC_B_06_CSMS")
async def test_single_value(station, sut):
    """An operator who cannot read a single setting cannot find out why a station behaves as it does."""
    await given(booted, station, sut)
    value = str(sut.number(61, 9999))
    wanted = {"component": {"name": COMPONENT}, "variable": {"name": VARIABLE}}
    accepted = {**wanted, "attributeStatus": "Accepted", "attributeValue": value}
    station.answer("GetVariables", getVariableResult=[accepted])

    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        request = await asked(station, sut, "GetVariables", getVariableData=[wanted])
        entries = [
            e
            for e in request.getVariableData or []
            if e["component"] == wanted["component"] and e["variable"] == wanted["variable"]
        ]
        check("scenario", bool(entries), expected=f"{COMPONENT}.{VARIABLE}", received=dict(request.payload))
        types = [e.get("attributeType", "Actual") for e in entries]
        check("scenario", "Actual" in types, expected="attributeType Actual or absent", received=types)

    with step("The CSMS knows the value that the station told"):
        try:
            known = await sut.variable(COMPONENT, VARIABLE, value=value)
        except CannotTell as error:
            not_judged("scenario", because=f"{error}; the CSMS has to show {VARIABLE} = {value}")
        else:
            check("scenario", known == value, expected=f"{VARIABLE} = {value}", received=known)
