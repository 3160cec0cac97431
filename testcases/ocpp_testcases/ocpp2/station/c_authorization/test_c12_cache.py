"""C12 - Start of a transaction with a cached token."""

from ocpp_proof import STEP, case, check, given, not_judged, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.c_authorization import (
    cable_first,
    cache_used,
    check_not_asked,
    driver_asks,
    id_token_cached,
    visit,
)
from ocpp_testcases.ocpp2.station.states.c_local_start import driver_presents
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_C_08_CS")
async def test_cached_token(csms, sut):
    """A station that asks for every token it knows makes drivers wait for a slow network."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token)
    tx = await given(visit, csms, sut, token)
    await given(cable_first, csms, sut, tx)

    with step("The driver presents the cached token, and is authorized without a question to the CSMS"):
        await authorized(csms, sut, tx, cached=True)
    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        check_not_asked(csms, tx, "C12.FR.02")
        tx.check_sequence()


@case("TC_C_13_CS")
async def test_cached_token_before_the_cable(csms, sut):
    """A driver whom the station knows stands at it with the cable in the hand, and waits for the network."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token)
    tx = await given(visit, csms, sut, token)

    with step("The driver presents the cached token, and is authorized without a question to the CSMS"):
        await authorized(csms, sut, tx, cached=True)
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
        check_not_asked(csms, tx, "C12.FR.02")
        tx.check_sequence()


# --- tokens that the cache does not accept


async def refused_again(csms: Csms, sut: Sut, token: Token, status: str) -> None:
    """The CSMS has refused this token, and does so again when it is presented."""
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token, status=status)
    tx = await given(visit, csms, sut, token)
    csms.answer("Authorize", where={"idToken__idToken": ignoring_case(token.idToken)}, idTokenInfo={"status": status})
    with step(f"The driver presents the token that the cache has as {status}: the station asks the CSMS"):
        await driver_asks(csms, sut, tx, "C12.FR.05")


@case("TC_C_09_CS")
async def test_cached_as_invalid(csms, sut):
    """A card that was unknown yesterday and is in the books today is turned away unasked."""
    await refused_again(csms, sut, sut.tokens.invalid, "Invalid")


@case("TC_C_10_CS")
async def test_cached_as_blocked(csms, sut):
    """A driver who has paid the bill stays blocked wherever the card was presented before."""
    await refused_again(csms, sut, sut.tokens.blocked, "Blocked")


@case("TC_C_11_CS")
async def test_cached_as_expired(csms, sut):
    """A contract that was renewed stays expired wherever the card was presented before."""
    await refused_again(csms, sut, sut.tokens.expired, "Expired")


@case("TC_C_12_CS")
async def test_accepted_by_now(csms, sut):
    """A driver whose card is valid by now is asked for, and does not get any energy all the same."""
    token = sut.tokens.invalid
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token, status="Invalid")
    tx = await given(visit, csms, sut, token)

    with step("The driver presents the token that the cache has as Invalid: the station asks, and it is accepted"):
        await authorized(csms, sut, tx, asking="C12.FR.05")
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_C_57_CS")
async def test_not_asked_again(csms, sut):
    """On a slow network each wrong card keeps the reader busy, though the station knows what the answer will be."""
    token = sut.tokens.invalid
    await given(implemented, csms, "AuthCacheCtrlr.DisablePostAuthorize")
    await given(cache_used, csms, sut, token, post_authorizes=False)
    await given(id_token_cached, csms, sut, token, status="Invalid")
    tx = await given(visit, csms, sut, token)

    with step("The driver presents the token that the cache has as Invalid, and is refused without a question"):
        await driver_presents(csms, sut, tx, refused=True)
        await csms.expect_none("Authorize", within=csms.timing.message, idToken__idToken=ignoring_case(token.idToken))
        told = csms.received("TransactionEvent", triggerReason="Authorized")
        check(STEP, not told, expected="no event Authorized", received=[message.payload for message in told])
    if sut.claims("AQ-2"):
        not_judged("C01.FR.01", because="a lock keeps the cable out of whoever is not authorized")
        return
    with step("The driver plugs in, and no energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await csms.expect_none(
            "TransactionEvent",
            requirement="C01.FR.01",
            within=csms.timing.transaction,
            transactionInfo__chargingState="Charging",
        )
