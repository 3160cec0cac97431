"""C13 - Authorization through the local authorization list, while the station is offline."""

from ocpp_proof import STEP, case, check_fields, given, not_judged, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.offline import Outage, check_done_offline, stay_offline
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_authorization import id_token_cached
from ocpp_testcases.ocpp2.station.states.c_local_list import (
    arrive_offline,
    cache_enabled,
    expect_not_authorized,
    expect_start_told_later,
    list_used_offline,
    listed,
)
from ocpp_testcases.ocpp2.station.states.c_local_start import forgotten
from ocpp_testcases.ocpp2.station.states.e_offline import start_offline, while_offline
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied, stop_authorized
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, ev_connected_pre_session, session


@case("TC_C_21_CS")
async def test_accepted(csms, sut):
    """Without a connection the list is all that a fleet's drivers have."""
    token = sut.tokens.valid
    await given(list_used_offline, csms, sut)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, "Accepted")
    tx = await given(session, csms, sut, token)

    with step("The connection is lost; a driver who is on the list presents the token, and plugs in"):
        outage = await arrive_offline(csms, sut, tx)
    with step("The station comes back and tells of the transaction, as of one that was started offline"):
        await expect_start_told_later(csms, sut, tx, outage, "C13.FR.02")
    with step("The driver presents the token again, and the transaction is stopped"):
        await stop_authorized(csms, sut, tx, by="local", charged=True)
    with step("The cable is taken out, and the vehicle leaves"):
        await parking_bay_unoccupied(csms, sut, tx, by="local")
        tx.check_sequence()


async def refused(csms: Csms, sut: Sut, token: Token, status: str) -> None:
    """Without a connection somebody presents a token that is on the list, and may not charge."""
    await given(list_used_offline, csms, sut)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, status)
    tx = await given(session, csms, sut, token)
    csms.match_from_now_on()

    with step(f"The connection is lost; a driver presents a token that the list has as {status}"):
        since = csms.next_index
        outage = await arrive_offline(csms, sut, tx, plugs_in=False)
        tx.authorized = False
    with step("The station comes back: nobody was authorized"):
        await expect_told_of_bay(csms, sut, tx, outage)
        await expect_not_authorized(csms, token, since, "C13.FR.02")
    await plug_in_late(csms, sut, tx)


async def expect_told_of_bay(csms: Csms, sut: Sut, tx: Session, outage: Outage) -> None:
    """A transaction that starts with the vehicle in its bay was started, offline."""
    if "ParkingBayOccupancy" not in tx.start:
        return
    event = await tx.event(requirement="E01.FR.01", within=csms.timing.long, eventType="Started")
    check_fields(STEP, event, {"triggerReason": "EVDetected", "offline": True})
    check_done_offline(sut, event, outage)


async def plug_in_late(csms: Csms, sut: Sut, tx: Session) -> None:
    """Where an authorization alone starts no transaction, only the cable shows whether there is one."""
    if "Authorized" in tx.start:
        return
    with step("The driver plugs in, and no energy flows"):
        if sut.claims("AQ-2"):
            not_judged("C13.FR.02", because="a lock keeps the cable out of whoever is not authorized")
            return
        await ev_connected_pre_session(csms, sut, tx)
        await expect_not_authorized(csms, tx.token, csms.next_index, "C13.FR.02")


@case("TC_C_22_CS")
async def test_invalid(csms, sut):
    """A token that the operator has struck off charges wherever the network is down."""
    await refused(csms, sut, sut.tokens.invalid, "Invalid")


@case("TC_C_23_CS")
async def test_blocked(csms, sut):
    """A stolen card charges wherever the network is down."""
    await refused(csms, sut, sut.tokens.blocked, "Blocked")


@case("TC_C_24_CS")
async def test_expired(csms, sut):
    """A contract that has ended goes on wherever the network is down."""
    await refused(csms, sut, sut.tokens.expired, "Expired")


@case("TC_C_25_CS")
async def test_list_before_cache(csms, sut):
    """A card that was stolen yesterday is in the cache of each station where its owner has charged."""
    token = sut.tokens.valid
    await given(cache_enabled, csms)
    await given(implemented, csms, "AuthCtrlr.OfflineTxForUnknownIdEnabled")
    await given(list_used_offline, csms, sut, unknown=True)
    await given(configured, csms, {"TxCtrlr.StopTxOnInvalidId": "false"}, if_writable=True)
    await given(id_token_cached, csms, sut, token)
    await given(listed, csms, sut, token, "Invalid")
    tx = await given(session, csms, sut, token)
    if not sut.claims("AQ-2"):  # a lock keeps the cable out until the driver is authorized
        await given(ev_connected_pre_session, csms, sut, tx)
    csms.match_from_now_on()

    with step("The connection is lost; the driver presents the token that cache and list have"):
        since = csms.next_index
        await while_offline(csms, lambda: start_offline(sut, tx), lambda: stay_offline(csms))
    with step("The station comes back: the list has refused the driver"):
        await expect_not_authorized(csms, token, since, "C13.FR.01")
