"""One wrong message for each kind of schema keyword: none is answered as if it were right."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, step
from ocpp_proof.ocppj.error_codes import fitting_codes
from ocpp_proof.ocppj.mutations import mutations
from ocpp_proof.ocppj.samples import build
from ocpp_proof.states.anyversion import boot, still_answers

# the action that is harmless even for a SUT that acts on it, by keyword
TO_STATION = {
    "1.6": {
        "required": "TriggerMessage",
        "type": "GetConfiguration",
        "enum": "TriggerMessage",
        "maxLength": "GetConfiguration",
        "additionalProperties": "GetConfiguration",
        "format": "GetDiagnostics",
    },
    "2": {
        "required": "GetVariables",
        "type": "GetVariables",
        "enum": "GetVariables",
        "maxLength": "GetVariables",
        "minItems": "GetVariables",
        "additionalProperties": "GetVariables",
    },
}
TO_CSMS = {
    "1.6": {
        "required": "Authorize",
        "type": "Authorize",
        "enum": "StatusNotification",
        "maxLength": "Authorize",
        "additionalProperties": "Authorize",
        "format": "StatusNotification",
    },
    "2": {
        "required": "Authorize",
        "type": "Authorize",
        "enum": "StatusNotification",
        "maxLength": "Authorize",
        "minItems": "MeterValues",
        "additionalProperties": "Authorize",
        "format": "StatusNotification",
    },
}
KEYWORDS = ["required", "type", "enum", "maxLength", "minItems", "additionalProperties", "format"]


async def refuses(peer, sut, table, keyword):
    """Send a message that breaks one keyword of its schema; silence or a CALLERROR is right, an answer is not."""
    actions = table["1.6" if sut.ocpp == "1.6" else "2"]
    if keyword not in actions:
        raise NotApplicable(f"no harmless request of OCPP {sut.ocpp} has the keyword {keyword}")
    action = actions[keyword]
    sound = build(sut.ocpp, action, "request", full=True)
    wrong = [m for m in mutations(sut.ocpp, action, "request", sound) if m.keyword == keyword]
    mutation = wrong[sut.rng.randrange(len(wrong))]
    with step(f"{action} arrives with {mutation.path} breaking {keyword}"):
        answer = await peer.outcome_of(action, mutation.payload)
        if answer is None:
            check("OCPP-J 4.1.7", True, expected="a CALLERROR, or the message dropped", received="dropped")
        else:
            check(
                "OCPP-J 4.1.7",
                answer.error is not None,
                expected=f"a CALLERROR for {action} with {mutation.path} breaking {keyword}",
                received=answer.error or dict(answer),
                note=f"sent: {mutation.payload}",
            )
        if answer is not None and answer.error is not None:
            codes = fitting_codes(sut.ocpp, keyword)
            check("OCPP-J 4.3", answer.error in codes, expected=f"one of {', '.join(codes)}", received=answer.error)
    with step("The next valid CALL is answered on the same connection"):
        await still_answers(peer)


@case(
    "X_SCHEMA_01_CS",
    ocpp=ALL,
    sut="station",
    title="A message that breaks its schema is not acted on",
)
@pytest.mark.parametrize("keyword", KEYWORDS, ids=KEYWORDS)
async def test_station_refuses(csms, sut, keyword):
    """A station that acts on a wrong message does what nobody asked for."""
    await refuses(csms, sut, TO_STATION, keyword)


@case(
    "X_SCHEMA_01_CSMS",
    ocpp=ALL,
    sut="csms",
    title="A message that breaks its schema is not accepted",
)
@pytest.mark.parametrize("keyword", KEYWORDS, ids=KEYWORDS)
async def test_csms_refuses(station, sut, keyword):
    """A CSMS that takes wrong messages books what never happened."""
    await given(boot, station, sut)
    await refuses(station, sut, TO_CSMS, keyword)
