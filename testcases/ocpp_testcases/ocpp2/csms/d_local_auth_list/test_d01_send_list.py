"""D01 - Send the local authorization list."""

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ABOVE_ZERO
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.d_local_auth_list import (
    NOT_EMPTY,
    changes_asked_for,
    check_tokens_once,
    full_list_sent,
)

TAKES_OFF = Pattern(
    "a list with an entry without idTokenInfo",
    lambda entries: any("idTokenInfo" not in entry for entry in entries or ()),
)


@case("TC_D_01_CSMS")
async def test_full(station, sut):
    """A station that was offline with a broken list turns away every driver, or takes cards without a verdict."""
    await given(booted, station, sut)
    with step("The CSMS sends a full local authorization list"):
        request = await full_list_sent(station, sut)
        check_fields("D01.FR.18", request, {"versionNumber": ABOVE_ZERO})
        entries = request.localAuthorizationList or []
        bare = [e for e in entries if not e.get("idTokenInfo")]
        check(STEP, not bare, expected="idTokenInfo in every entry", received=bare)
        check_tokens_once(entries)


@case("TC_D_02_CSMS")
async def test_differential_update(station, sut):
    """A card that was handed out today is turned away wherever the network is down."""
    await given(booted, station, sut)
    since = await given(full_list_sent, station, sut)
    with step("The CSMS sends changes of the list"):
        added = {"idToken": sut.tokens.second.payload, "idTokenInfo": {"status": "Accepted"}}
        await changes_asked_for(station, sut, since, [added], NOT_EMPTY, STEP)


@case("TC_D_03_CSMS")
async def test_differential_remove(station, sut):
    """A card that was reported as stolen charges on wherever the network is down."""
    await given(booted, station, sut)
    since = await given(full_list_sent, station, sut)
    stolen = sut.tokens.valid.payload
    with step("The CSMS takes a token off the list: an entry without idTokenInfo"):
        await changes_asked_for(station, sut, since, [{"idToken": stolen}], TAKES_OFF, STEP)


@case("TC_D_04_CSMS")
async def test_full_and_empty(station, sut):
    """A station that is handed over to somebody else keeps the drivers of its first owner."""
    await given(booted, station, sut)
    with step("The CSMS sends a full local authorization list without tokens"):
        request = await asked(
            station,
            sut,
            "SendLocalList",
            updateType="Full",
            matching={"updateType": "Full", "localAuthorizationList": None},
        )
        check_fields("D01.FR.18", request, {"versionNumber": ABOVE_ZERO})
