"""Several CALLs of one sender at once, which OCPP-J forbids: whoever gets them keeps them apart and goes on."""

from contextlib import nullcontext

import pytest
from ocpp_proof import ALL, CannotTell, by_version, case, check, given, not_judged, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.charging_session import StartedSession, token_payload
from ocpp_testcases.edge.states.concurrent_calls import (
    READABLE,
    TWO,
    call_concurrently,
    expect_conversation,
    named_settings,
    setting_asked,
    setting_request,
    settings_written,
)
from ocpp_testcases.edge.states.connector_reports import expect_report, holding_reports
from ocpp_testcases.edge.states.operator import requested, requested_if
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.transaction_messages import everybody_may_charge, token_known, token_status

OWN = "OCPP-J 4.2.2"


async def answers_alone(csms, sut):
    """What the station says of each setting when it is asked for this one only"""
    told = {}
    for name in READABLE:
        action, payload = setting_request(sut.ocpp, name)
        told[name] = named_settings(await csms.attempt(action, **payload))
    return told


@case("X_SIM_03_CS", ocpp=ALL, sut="station", title="The CSMS sends several CALLs at once")
@pytest.mark.parametrize("how", ["two", "ten", "two while it waits itself"])
async def test_station_gets_several(csms, sut, how):
    """A CSMS of several servers does this by mistake; a station that mixes its answers up is misunderstood for good."""
    await given(sessions_shown, csms, sut)
    names = READABLE * (5 if how == "ten" else 1)
    waits = how == "two while it waits itself"
    alone = await given(answers_alone, csms, sut)
    with holding_reports(csms) if waits else nullcontext():
        if waits:
            with step("The station waits for the answer to the report of a connector"):
                await StartedSession(csms, sut).plug_in()
                await expect_report(csms)
        with step(f"{len(names)} CALLs come at once, each of which asks for another setting than the one before"):
            answers = await call_concurrently(csms, [setting_request(sut.ocpp, name) for name in names])
        with step("Each answer is the one to its CALL"):
            if len({tuple(told) for told in alone.values()}) < len(alone):
                not_judged(OWN, because="the station answers the same whichever setting it is asked for")
                names = []
            for name, answer in zip(names, answers, strict=False):
                if answer is not None and answer.error is None:
                    own = named_settings(answer) == alone[name]
                    check(OWN, own, expected=f"the answer about {name}: {alone[name]}", received=dict(answer))
    with step("The conversation goes on, on this connection or on a new one"):
        await expect_conversation(csms, TWO)


@case("X_SIM_02_CSMS", ocpp=ALL, sut="csms", title="The station sends several CALLs at once")
@pytest.mark.parametrize("number", [2, 10], ids=["two", "ten"])
async def test_csms_gets_several(station, sut, number):
    """A station that has much to tell after a night without a connection may not wait; nobody is to pay for another."""
    await given(booted, station, sut)
    everybody = await given(everybody_may_charge, station, sut)
    await given(token_known, station, sut)
    tokens = [sut.tokens.valid, sut.tokens.invalid] * (number // 2)
    with step(f"{number} CALLs come at once: for a token that is known, and one that nobody knows, in turn"):
        answers = await call_concurrently(station, [("Authorize", token_payload(sut.ocpp, token)) for token in tokens])
    with step("Each answer is the one to its CALL"):
        for token, answer in zip(tokens, answers, strict=True):
            if answer is not None and answer.error is None:
                good = token_status(answer) == "Accepted"
                expected = f"the verdict on {token.idToken}"
                check(OWN, good is (everybody or token == sut.tokens.valid), expected=expected, received=dict(answer))
    with step("The conversation goes on, on this connection or on a new one"):
        await expect_conversation(station, TWO)


@case("X_SIM_03_CSMS", ocpp=ALL, sut="csms", title="The operator asks twice at once")
async def test_operator_asks_twice(station, sut):
    """Two people look at the same station: what it says to one is not what the other asked for."""
    await given(booted, station, sut)
    values = {name: str(sut.number(1000, 9999)) for name in READABLE}
    action = setting_request(sut.ocpp, READABLE[0])[0]

    for name, value in values.items():
        station.has(name if sut.ocpp == "1.6" else f"OCPPCommCtrlr.{name}", value)
    first, second = ((setting_asked(sut.ocpp, name), setting_request(sut.ocpp, name)[1]) for name in READABLE)
    with step(f"The operator asks for two settings; the answer to the first {action} is kept back"):
        with station.holding(action, **first[0]):
            await requested(station, sut, action, first[1], matching=first[0])
            within = station.timing.quiet
            early = await requested_if(station, sut, action, second[1], within=within, matching=second[0])
        waited = early is None
        check(
            by_version({"1.6": "1.6 one call", "2": "OCPP-J 4.1.1"}),
            waited,
            expected=f"the second {action} after the answer to the first",
            received="it came before" if early else "it has waited",
        )
        if waited:
            await station.expect(action, requirement="operator request", **second[0])
    await expect_probe_answered(station)
    with step("It has learned what the station said of each"):
        for name, value in values.items():
            if name in settings_written(station):
                not_judged("OCPP-J answer mixed up", because=f"the CSMS has set {name} itself meanwhile")
                continue
            component = "" if sut.ocpp == "1.6" else "OCPPCommCtrlr"
            try:
                known = await sut.variable(component, name, value=value)
            except CannotTell as cannot:
                raise CannotTell(f"what the CSMS learned is what this case is about: {cannot}") from None
            check("OCPP-J answer mixed up", known == value, expected=f"{name} {value}", received=known)
