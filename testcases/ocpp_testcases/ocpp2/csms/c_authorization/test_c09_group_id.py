"""C09 - Authorization by GroupId: what a CSMS says of tokens of one group."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.c_authorization import (
    check_one_group,
    expect_group_authorized,
    expect_group_in_event,
    of_one_group,
    transaction_of,
)
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    Transaction,
    energy_transfer_started,
    ev_connected_post_session,
    ev_connected_pre_session,
    ev_disconnected,
)


async def plugged_in_by_a_member(station: Station, sut: Sut) -> Transaction:
    """EVConnectedPreSession, and two tokens of one group."""
    await given(booted, station, sut)
    await given(of_one_group, sut, "member", "sibling")
    return await given(ev_connected_pre_session, station, sut, transaction_of(station, sut, sut.tokens.get("member")))


async def started_by_the_member(station: Station, sut: Sut, tx: Transaction) -> Answer:
    """The member of the group starts, and energy flows; returns what the CSMS said of the token."""
    with step("The station tells that the first driver of the group is authorized"):
        answer = await expect_group_in_event(sut, tx, "Authorized", tx.token)
        tx.authorized = True
    with step("EnergyTransferStarted: energy flows"):
        await energy_transfer_started(station, sut, tx)
    return answer


async def stopped_by_the_sibling(station: Station, sut: Sut, tx: Transaction, told: list[Answer]) -> None:
    """The other token of the group stops, and the cable is taken out. `told`: what the CSMS has said of both."""
    with step("The station tells that the second driver of the group stops"):
        answer = await expect_group_in_event(sut, tx, "StopAuthorized", sut.tokens.get("sibling"))
        check_one_group([*told, answer])
    with step("EVConnectedPostSession: energy flows no longer"):
        await ev_connected_post_session(station, sut, tx)
    with step("EVDisconnected: the cable is out, and the transaction has ended"):
        await ev_disconnected(station, sut, tx)


@case("TC_C_39_CSMS")
async def test_group(station, sut):
    """A family shares one car: whoever drives it away stops what somebody else has started."""
    tx = await plugged_in_by_a_member(station, sut)
    with step("The second driver of the group presents a token"):
        before = await expect_group_authorized(station, sut, sut.tokens.get("sibling"))
    start = await started_by_the_member(station, sut, tx)
    with step("The second driver of the group presents a token again"):
        again = await expect_group_authorized(station, sut, sut.tokens.get("sibling"))
    await stopped_by_the_sibling(station, sut, tx, [before, start, again])


@case("TC_C_40_CSMS")
async def test_group_in_local_list(station, sut):
    """A station that knows both drivers from its list asks for neither: the CSMS hears of them in events alone."""
    tx = await plugged_in_by_a_member(station, sut)
    start = await started_by_the_member(station, sut, tx)
    await stopped_by_the_sibling(station, sut, tx, [start])


@case("TC_C_43_CSMS")
async def test_group_invalid_in_local_list(station, sut):
    """A list that is older than a contract says no to a driver: the station asks, and the CSMS knows better."""
    tx = await plugged_in_by_a_member(station, sut)
    start = await started_by_the_member(station, sut, tx)
    with step("The second driver of the group presents a token"):
        before = await expect_group_authorized(station, sut, sut.tokens.get("sibling"))
    await stopped_by_the_sibling(station, sut, tx, [start, before])
