"""What else a station is to remember over a restart: settings, reservations, the authorization cache."""

import pytest
from ocpp_proof import ALL, Inconclusive, NotApplicable, by_version, case, check, given, step

from ocpp_testcases.edge.states.charging_session import StartedSession, transaction_message
from ocpp_testcases.edge.states.connector_reports import expect_status
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.reservations import reserved
from ocpp_testcases.edge.states.restart import POWER, RESET, WAYS, can_restart, restarted
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import adjusted, configured, restored_afterwards, set_to, setting

SAMPLES = "MeterValueSampleInterval", "SampledDataCtrlr.TxUpdatedInterval"
CACHE = "AuthorizationCacheEnabled", "AuthCacheCtrlr.Enabled"
KNOWN_ARE_NOT_ASKED_FOR = "LocalPreAuthorize", "AuthCtrlr.LocalPreAuthorize"
SET = {"1.6": "1.6 setting kept", "2": "writable variables kept"}
CACHED = {"1.6": "1.6 §3.5.1 persist", "2": "C10.FR.02"}
RESERVED = {RESET: "B11.FR.05", POWER: "B01.FR.13"}


@case("X_RESTART_05_CS", ocpp=ALL, sut="station", title="The memory of a station over a restart", disruptive=True)
@pytest.mark.parametrize(
    ("what", "how"), [(what, how) for what in ("a setting", "a reservation", "the cache") for how in WAYS]
)
async def test_memory(csms, sut, what, how):
    """What an operator has set once must not be set again after each power failure: nobody tells that it is gone."""
    await given(can_restart, csms, sut, how)
    if what == "a setting":
        value, status = await given(another_value, csms, sut)
        with step(f"The station restarts ({how}): the setting has the value that it was given"):
            await restarted(csms, sut, how)
            found = await setting(csms, sut, SAMPLES)
            requirement = "1.6 §5.3 reboot" if status == "RebootRequired" and sut.ocpp == "1.6" else by_version(SET)
            check(requirement, found == value, expected=value, received=found)
    elif what == "a reservation":
        if sut.ocpp == "1.6":
            raise NotApplicable("OCPP 1.6 does not say what becomes of a reservation")
        await given(reserved, csms, sut)
        with step(f"The station restarts ({how}): its EVSE is still reserved"):
            boot = await restarted(csms, sut, how)
            await expect_status(csms, sut, "Reserved", since=boot.index, requirement=RESERVED[how])
    else:
        await given(cached, csms, sut)
        with step(f"The station restarts ({how}): it does not ask for the token that it knew"):
            await restarted(csms, sut, how)
            await cache_used(csms, sut)  # whether settings are kept is judged for itself
            asked = await charged(csms, sut)
            check(by_version(CACHED), not asked, expected="no Authorize", received=asked or "none")
    await expect_probe_answered(csms)


async def another_value(csms, sut):
    """How often samples are taken was changed; it is set back when the case ends. The value, and what was answered"""
    name, before = SAMPLES[sut.ocpp != "1.6"], await setting(csms, sut, SAMPLES)
    if before is None:
        raise NotApplicable(f"the station does not have {name}")
    await restored_afterwards(csms, sut, SAMPLES, before)
    minutes = sut.number(10, 50)
    value = str(60 * (minutes + (str(60 * minutes) == before)))  # some take whole minutes only
    status = await set_to(csms, sut, SAMPLES, value)
    if status not in ("Accepted", "RebootRequired"):
        raise Inconclusive(f"{name} cannot be set: {status}")
    return value, status


async def cached(csms, sut):
    """The station has seen that the CSMS accepts the token, and asks for it no more"""
    if not sut.claims("authorization cache or C-49"):
        raise NotApplicable("the station does not claim an authorization cache")
    await sessions_shown(csms, sut)
    await cache_used(csms, sut)
    await charged(csms, sut)
    if await charged(csms, sut):
        raise NotApplicable("the station asks for a token that it knows as well, so that its cache does not show")


async def cache_used(csms, sut):
    """The cache is in use, and who is in it is not asked for."""
    await configured(csms, sut, CACHE, "true")
    await adjusted(csms, sut, KNOWN_ARE_NOT_ASKED_FOR, "true")


async def charged(csms, sut):
    """A driver charges with the token and leaves; the Authorizes with which the station has asked for it."""
    session, since = StartedSession(csms, sut), csms.next_index
    await session.begin()
    action, fields = transaction_message(sut.ocpp)
    start = await csms.expect_optional(action, within=csms.timing.event, since=since, **fields)
    if start is None:
        raise Inconclusive("no transaction starts for the token")
    await csms.wait_until_quiet()
    await session.stop()
    await csms.wait_until_quiet()
    return [dict(m.payload) for m in csms.inbox if m.action == "Authorize" and m.index >= since]
