"""B06 - Get variables."""

from ocpp_proof import CannotTell, case, check, given, not_judged, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

COMPONENT, VARIABLE = "OCPPCommCtrlr", "OfflineThreshold"
WANTED = {"component": {"name": COMPONENT}, "variable": {"name": VARIABLE}}


def is_wanted(entry):
    """Whether an entry names the variable that the case is about."""
    return all(entry.get(name) == wanted for name, wanted in WANTED.items())


def telling(value):
    """An answer in which the station tells this value, and knows nothing else."""

    def result(entry):
        named = {"component": entry["component"], "variable": entry["variable"]}
        kind = entry.get("attributeType", "Actual")
        if not is_wanted(entry):
            return {**named, "attributeStatus": "UnknownVariable", "attributeType": kind}
        if kind != "Actual":
            return {**named, "attributeStatus": "NotSupportedAttributeType", "attributeType": kind}
        return {**named, "attributeStatus": "Accepted", "attributeType": kind, "attributeValue": value}

    return lambda message: {"getVariableResult": [result(entry) for entry in message.getVariableData]}


@case("TC_B_06_CSMS")
async def test_single_value(station, sut):
    """An operator who cannot read a single setting cannot find out why a station behaves as it does."""
    await given(booted, station, sut)
    value = str(sut.number(61, 9999))
    station.answer("GetVariables", telling(value))

    with step("The CSMS asks for OCPPCommCtrlr.OfflineThreshold"):
        request = await asked(station, sut, "GetVariables", getVariableData=[WANTED])
        types = [e.get("attributeType", "Actual") for e in request.getVariableData or [] if is_wanted(e)]
        check("scenario", bool(types), expected=f"{COMPONENT}.{VARIABLE}", received=dict(request.payload))
        check("scenario", "Actual" in types, expected="attributeType Actual or absent", received=types)

    with step("The CSMS knows the value that the station told"):
        try:
            known = await sut.variable(COMPONENT, VARIABLE, value=value)
        except CannotTell as error:
            not_judged("scenario", because=f"{error}; the CSMS has to show {VARIABLE} = {value}")
        else:
            check("scenario", known == value, expected=f"{VARIABLE} = {value}", received=known)
