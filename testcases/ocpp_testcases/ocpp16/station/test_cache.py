"""2.4 Authorization cache."""

from typing import Literal

from ocpp_proof import case, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.cache import id_tag_cached
from ocpp_testcases.ocpp16.station.states.charging_session import (
    authorized,
    expect_available_again,
    expect_started_without_authorize,
    start_remotely,
    waiting_for_cable,
)
from ocpp_testcases.ocpp16.station.states.configuration import AUTHORIZE_REMOTE_TX_REQUESTS, configurable, configured
from ocpp_testcases.ocpp16.station.states.idle import authorization_cache_empty, idle
from ocpp_testcases.ocpp16.station.states.session import plugged_in, session

CACHE = {"AuthorizationCacheEnabled": "true", "LocalPreAuthorize": "true"}


@case("TC_007_1_CS")
async def test_cached(csms, sut):
    """Where the network is slow a regular driver waits for every start, although the charge point knows the card."""
    await given(idle, csms, sut)
    await given(id_tag_cached, csms, sut, sut.tokens.valid)
    await given(configured, csms, CACHE)
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The driver presents a token that is in the cache: the transaction starts at once"):
        await sut.present_token(tx.token)
        await expect_started_without_authorize(csms, tx)


@case("TC_007_2_CS")
async def test_cached_remotely(csms, sut):
    """A remote start for a card that the charge point knows must not wait for another answer."""
    await given(configurable, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    await given(idle, csms, sut)
    await given(id_tag_cached, csms, sut, sut.tokens.valid)
    await given(configured, csms, CACHE | AUTHORIZE_REMOTE_TX_REQUESTS)
    tx = session(csms, sut)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)

    with step("The Central System starts a transaction for a token that is in the cache"):
        await start_remotely(csms, tx)
        await expect_started_without_authorize(csms, tx)


async def cache_empty(csms: Csms, sut: Sut) -> None:
    """The cache is used, and knows nobody yet"""
    await idle(csms, sut)
    await configured(csms, CACHE)
    await authorization_cache_empty(csms)


async def cache_cleared(csms: Csms, sut: Sut, *, by: Literal["local", "remote"], identified: str) -> None:
    """TC_061: a token that the cache knew has to be asked for again, once the cache was cleared.

    `by`: how the driver is authorized, which `identified` puts into words.
    """
    tx = await given(waiting_for_cable, csms, sut)

    with step(f"{identified}, which the charge point now knows"):
        await authorized(csms, sut, tx, by=by)

    with step("The driver does not plug in: the connector is available again"):
        await expect_available_again(csms, sut, tx, present=by == "local")

    with step("The Central System clears the cache"):
        answer = await csms.call("ClearCache")
        check_fields("1.6 §5.4", answer, {"status": "Accepted"})
        csms.match_from_now_on()

    with step(f"{identified} again: the charge point has to ask"):
        await authorized(csms, sut, tx, by=by)


@case("TC_061_1_CS")
async def test_clear(csms, sut):
    """A card that was reported stolen charges on, for the cache that was cleared still knows it."""
    await given(cache_empty, csms, sut)
    await cache_cleared(csms, sut, by="local", identified="The driver presents the token")


@case("TC_061_2_CS")
async def test_clear_remotely(csms, sut):
    """A remote start for a card that is no longer good goes through, for the cache that was cleared still knows it."""
    await given(configurable, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    await given(cache_empty, csms, sut)
    await given(configured, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    await cache_cleared(csms, sut, by="remote", identified="The Central System starts a transaction for the token")
