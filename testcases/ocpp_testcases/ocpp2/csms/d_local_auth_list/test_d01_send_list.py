"""D01 - Send the local authorization list."""

from typing import Any

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ABOVE_ZERO
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


def wished_entries(sut: Sut) -> list[dict[str, Any]]:
    """What the list is to hold at least, where the operator has to say it: who may charge, and who may not."""
    entries = {sut.tokens.valid: "Accepted"}
    if sut.tokens.given("blocked"):
        entries[sut.tokens.blocked] = "Blocked"
    return [{"idToken": token.payload, "idTokenInfo": {"status": status}} for token, status in entries.items()]


@case("TC_D_01_CSMS")
async def test_full(station, sut):
    """A station that was offline with a broken list turns away every driver, or takes cards without a verdict."""
    await given(booted, station, sut)
    with step("The CSMS sends a full local authorization list"):
        request = await asked(
            station,
            sut,
            "SendLocalList",
            updateType="Full",
            localAuthorizationList=wished_entries(sut),
            matching={"updateType": "Full"},
            requirement="D01.FR.01",
        )
        check_fields("D01.FR.18", request, {"versionNumber": ABOVE_ZERO})
        entries = request.localAuthorizationList or []
        check(STEP, bool(entries), expected="a list that is not empty", received=dict(request.payload))
        bare = [e for e in entries if not e.get("idTokenInfo")]
        check(STEP, not bare, expected="idTokenInfo in every entry", received=bare)
        names = [(e["idToken"]["idToken"].casefold(), e["idToken"]["type"]) for e in entries]
        check("D01.FR.06", len(names) == len(set(names)), expected="every token once", received=names)
