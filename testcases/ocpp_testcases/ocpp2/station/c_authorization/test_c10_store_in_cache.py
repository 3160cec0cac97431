"""C10 - Store authorization data in the authorization cache."""

from ocpp_proof import STEP, case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import booted, configured
from ocpp_testcases.ocpp2.station.states.c_authorization import (
    LIFE_TIME,
    cable_first,
    cache_used,
    check_not_asked,
    driver_asks,
    id_token_cached,
    leave,
    unused_for,
    visit,
)
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_refused import deauthorized, refuse_transactions, stops_when_token_refused
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    Session,
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)

INVALID = {"status": "Invalid"}


@case("TC_C_32_CS")
async def test_kept_over_a_restart(csms, sut):
    """After a power failure, with the network not yet back, a site knows none of its drivers."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token)

    with step("The station is switched off and on"):
        await booted(csms, sut)
    tx = await given(visit, csms, sut, token)
    with step("The driver presents the cached token"):
        await authorized(csms, sut, tx, cached=True)
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
        check_not_asked(csms, tx, "C10.FR.02")
        tx.check_sequence()


@case("TC_C_33_CS")
async def test_stored_when_authorized(csms, sut):
    """A station that remembers nobody makes the same driver wait for a slow network every day."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(configured, csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_writable=True)
    tx = await given(visit, csms, sut, token)

    with step("A driver whom the station does not know is authorized by the CSMS, charges and leaves"):
        await authorized(csms, sut, tx)
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
    again = await given(come_again, csms, sut, tx)
    with step("The driver presents the same token, and is authorized without a question to the CSMS"):
        await authorized(csms, sut, again, cached=True)
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, again)
        await energy_transfer_started(csms, sut, again)
        check_not_asked(csms, again, "C10.FR.04")


async def come_again(csms: Csms, sut: Sut, tx: Session) -> Session:
    """The driver has left, and comes again"""
    await charge_for_a_while(csms, tx)
    await leave(csms, tx)
    csms.match_from_now_on()
    return await visit(csms, sut, tx.token)


@case("TC_C_34_CS")
async def test_updated_by_transaction(csms, sut):
    """A driver whose contract has ended goes on charging wherever he was seen before."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(configured, csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_writable=True)
    await given(stops_when_token_refused, csms)
    await given(id_token_cached, csms, sut, token)
    tx = await given(visit, csms, sut, token)
    await given(cable_first, csms, sut, tx)
    refuse_transactions(csms, token)

    with step("The driver presents the cached token; the CSMS does not accept it any more"):
        await authorized(csms, sut, tx, cached=True)
        if not (tx.started or tx.plugged):  # which a lock may make impossible once the driver is refused
            await ev_connected_pre_session(csms, sut, tx)
        if not tx.started:
            await tx.begin()
    with step("The station ends the authorization"):
        await deauthorized(tx)
    again = await given(come_again, csms, sut, tx)
    csms.answer("Authorize", where={"idToken__idToken": ignoring_case(token.idToken)}, idTokenInfo=INVALID)
    with step("The driver presents the token again: the station asks the CSMS, which refuses it"):
        await driver_asks(csms, sut, again, "C10.FR.05")


@case("TC_C_36_CS")
async def test_not_used_while_online(csms, sut):
    """An operator who has every driver checked finds that some are not."""
    token = sut.tokens.get("cached")
    await given(implemented, csms, "AuthCtrlr.LocalPreAuthorize")
    await given(cache_used, csms, sut, token, pre_authorizes=False)
    await given(id_token_cached, csms, sut, token)
    tx = await given(visit, csms, sut, token)
    csms.answer("Authorize", where={"idToken__idToken": ignoring_case(token.idToken)}, idTokenInfo=INVALID)

    with step("The driver presents the cached token: the station asks the CSMS, which refuses it"):
        await driver_asks(csms, sut, tx, STEP)


@case("TC_C_46_CS")
async def test_life_time(csms, sut):
    """A card that was lost a year ago still charges, since nobody has used it since."""
    token = sut.tokens.get("cached")
    life_time = sut.short_interval
    await given(implemented, csms, LIFE_TIME)
    await given(cache_used, csms, sut, token)
    await given(configured, csms, {LIFE_TIME: str(life_time)}, if_implemented=True)
    await given(id_token_cached, csms, sut, token)
    tx = await given(visit, csms, sut, token)
    await given(cable_first, csms, sut, tx)

    with step("Nobody uses the token for as long as it is kept in the cache"):
        await unused_for(csms, life_time + interval_tolerance(sut, life_time))
    with step("The driver presents the token: the station asks the CSMS"):
        await authorized(csms, sut, tx, asking="C10.FR.08")
        if not tx.plugged:  # without a vehicle some transactions never end
            await ev_connected_pre_session(csms, sut, tx)
