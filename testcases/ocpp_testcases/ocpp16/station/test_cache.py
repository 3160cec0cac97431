"""2.4 Authorization cache."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp16.station.states.cache import id_tag_cached
from ocpp_testcases.ocpp16.station.states.charging_session import (
    authorized,
    expect_available_again,
    plugged_in,
    session,
    transaction_started,
    waiting_for_cable,
)
from ocpp_testcases.ocpp16.station.states.configuration import configurable, configured
from ocpp_testcases.ocpp16.station.states.remote_actions import remotely_authorized, remotely_started

CACHE = {"AuthorizationCacheEnabled": "true", "LocalPreAuthorize": "true"}
ASKED_REMOTELY = {"AuthorizeRemoteTxRequests": "true"}


def check_unasked(csms: Csms) -> None:
    """Judge that the charge point started without asking."""
    asked = [dict(m.payload) for m in csms.received("Authorize")]
    check("1.6 §9.1.13", not asked, expected="no Authorize: the token is in the cache", received=asked or "none")


@case("TC_007_1_CS")
async def test_cached(csms, sut):
    """Where the network is slow a regular driver waits for every start, although the charge point knows the card."""
    await given(id_tag_cached, csms, sut, sut.tokens.valid)
    await given(configured, csms, CACHE)
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that is in the cache: the transaction starts at once"):
        await sut.present_token(tx.token)
        await transaction_started(csms, tx)
        check_unasked(csms)


@case("TC_007_2_CS")
async def test_cached_remotely(csms, sut):
    """A remote start for a card that the charge point knows must not wait for another answer."""
    await given(configurable, csms, ASKED_REMOTELY)
    await given(id_tag_cached, csms, sut, sut.tokens.valid)
    await given(configured, csms, CACHE | ASKED_REMOTELY)
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The Central System starts a transaction for a token that is in the cache"):
        await remotely_started(csms, tx)
        await transaction_started(csms, tx)
        check_unasked(csms)


async def cache(csms: Csms) -> None:
    """The cache is used, and knows nobody yet"""
    await configured(csms, CACHE)
    await csms.attempt("ClearCache")


async def clear_cache(csms: Csms) -> None:
    """Judge that the charge point clears its cache."""
    answer = await csms.call("ClearCache")
    check_fields("1.6 §5.4", answer, {"status": "Accepted"})


@case("TC_061_1_CS")
async def test_clear(csms, sut):
    """A card that was reported stolen charges on, for the cache that was cleared still knows it."""
    await given(cache, csms)
    tx = await given(waiting_for_cable, csms, sut)

    with step("The driver presents a token, which the charge point now knows"):
        await authorized(csms, sut, tx)

    with step("The driver gives up: the connector is available again"):
        await expect_available_again(csms, sut, tx)

    with step("The Central System clears the cache"):
        await clear_cache(csms)

    with step("The driver presents the token again: the charge point has to ask"):
        await authorized(csms, sut, tx)


@case("TC_061_2_CS")
async def test_clear_remotely(csms, sut):
    """A remote start for a card that is no longer good goes through, for the cache that was cleared still knows it."""
    await given(configurable, csms, ASKED_REMOTELY)
    await given(cache, csms)
    await given(configured, csms, ASKED_REMOTELY)
    tx = await given(waiting_for_cable, csms, sut)

    with step("The Central System starts a transaction for a token, which the charge point now knows"):
        await remotely_authorized(csms, tx)

    with step("Nobody plugs in: the connector is available again"):
        await expect_available_again(csms, sut, tx, present=False)

    with step("The Central System clears the cache"):
        await clear_cache(csms)

    with step("The Central System starts a transaction for the token again: the charge point has to ask"):
        await remotely_authorized(csms, tx)
