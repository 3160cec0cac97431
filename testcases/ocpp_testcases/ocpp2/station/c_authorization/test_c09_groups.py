"""C09 - Authorization by the group that tokens have in common."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_authorization import id_token_cached
from ocpp_testcases.ocpp2.station.states.c_groups import (
    cache_used,
    expect_stop_by_other,
    expect_unplugged,
    goes_on_after_refusal,
    group_of,
    group_starts,
    plugged_in,
    present_other,
    refusal_cached,
    tokens_of_group,
)
from ocpp_testcases.ocpp2.station.states.c_local_list import list_used
from ocpp_testcases.ocpp2.station.states.c_local_start import check_not_asked_first, expect_authorize
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import id_token_in_local_list, list_installed, put_on


@case("TC_C_39_CS")
async def test_group_stops(csms, sut):
    """Two people share a car: the one who comes to fetch it cannot get the cable out."""
    sibling = sut.tokens.get("sibling")
    member = await given(tokens_of_group, csms, sut, sibling)
    tx = await given(plugged_in, csms, sut, member, known=False)

    with step("A driver of a group presents the token; the CSMS accepts it, and energy flows"):
        await group_starts(csms, sut, tx)
    with step("Another driver of the group presents a token: the station asks the CSMS"):
        await present_other(csms, sut, tx, sibling)
        await expect_authorize(csms, sibling, "C09.FR.05")
    with step("The transaction is stopped by the second token"):
        await expect_stop_by_other(tx, sibling)
    with step("The cable is taken out, and the vehicle leaves"):
        await expect_unplugged(csms, sut, tx)


@case("TC_C_40_CS")
async def test_group_on_list(csms, sut):
    """The list names the group, and its drivers wait for the network all the same."""
    sibling = sut.tokens.get("sibling")
    await given(list_used, csms, sut)
    member = await given(tokens_of_group, csms, sut, sibling)
    await given(id_token_in_local_list, csms, sut, member, sibling, group=group_of(sut))
    tx = await given(plugged_in, csms, sut, member, known=True)

    with step("A driver whose token is on the list with a group presents it, and energy flows"):
        await group_starts(csms, sut, tx)
        check_not_asked_first(csms, member, "C14.FR.02")
    with step("Another driver of the group, on the list as well, presents a token: the transaction is stopped"):
        await present_other(csms, sut, tx, sibling)
        stop = await expect_stop_by_other(tx, sibling)
        check_not_asked_first(csms, sibling, "C09.FR.07", stop=stop)
    with step("The cable is taken out, and the vehicle leaves"):
        await expect_unplugged(csms, sut, tx)


@case("TC_C_41_CS")
async def test_group_in_cache(csms, sut):
    """Both have charged here before, and the one who comes to fetch the car waits for the network."""
    sibling = sut.tokens.get("sibling")
    await given(cache_used, csms)
    member = await given(tokens_of_group, csms, sut, sibling)
    await given(id_token_cached, csms, sut, member)
    await given(id_token_cached, csms, sut, sibling)
    tx = await given(plugged_in, csms, sut, member, known=True)

    with step("A driver whose token is in the cache with a group presents it, and energy flows"):
        await group_starts(csms, sut, tx)
        check_not_asked_first(csms, member, "C12.FR.02")
    with step("Another driver of the group, in the cache as well, presents a token: the transaction is stopped"):
        await present_other(csms, sut, tx, sibling)
        stop = await expect_stop_by_other(tx, sibling)
        check_not_asked_first(csms, sibling, "C09.FR.07", stop=stop)
    with step("The cable is taken out, and the vehicle leaves"):
        await expect_unplugged(csms, sut, tx)


@case("TC_C_42_CS")
async def test_refused_member(csms, sut):
    """Who has left the fleet stops the cars of those who stayed."""
    former = sut.tokens.invalid
    member = await given(tokens_of_group, csms, sut, former, "Invalid")
    tx = await given(plugged_in, csms, sut, member, known=False)

    with step("A driver of a group presents the token; the CSMS accepts it, and energy flows"):
        await group_starts(csms, sut, tx)
    with step("Somebody presents a token of the group; the CSMS does not accept it"):
        since = await present_other(csms, sut, tx, former)
        await expect_authorize(csms, former, "C09.FR.05")
    with step("The energy transfer is not stopped"):
        await goes_on_after_refusal(csms, tx, since)


@case("TC_C_43_CS")
async def test_refused_member_on_list(csms, sut):
    """The list says who has left the fleet, and the group is all that the station looks at."""
    former = sut.tokens.invalid
    await given(list_used, csms, sut)
    member = await given(tokens_of_group, csms, sut, former, "Invalid")
    entries = [put_on(member, group_of(sut)), put_on(former, group_of(sut), status="Invalid")]
    await given(list_installed, csms, sut, *entries)
    await given(configured, csms, {"LocalAuthListCtrlr.DisablePostAuthorize": "false"}, if_implemented=True)
    tx = await given(plugged_in, csms, sut, member, known=True)

    with step("A driver whose token is on the list with a group presents it, and energy flows"):
        await group_starts(csms, sut, tx)
        check_not_asked_first(csms, member, "C14.FR.02")
    with step("Somebody presents a token of the group that the list has as Invalid, and the CSMS as well"):
        since = await present_other(csms, sut, tx, former)
        await expect_authorize(csms, former, "C14.FR.03")
    with step("The transaction is not stopped"):
        await goes_on_after_refusal(csms, tx, since)


@case("TC_C_44_CS")
async def test_refused_member_in_cache(csms, sut):
    """The cache says who has left the fleet, and the group is all that the station looks at."""
    former = sut.tokens.invalid
    await given(cache_used, csms)
    member = await given(tokens_of_group, csms, sut, former, "Invalid")
    await given(id_token_cached, csms, sut, member)
    await given(refusal_cached, csms, sut, former)
    await given(configured, csms, {"AuthCacheCtrlr.DisablePostAuthorize": "false"}, if_implemented=True)
    tx = await given(plugged_in, csms, sut, member, known=True)

    with step("A driver whose token is in the cache with a group presents it, and energy flows"):
        await group_starts(csms, sut, tx)
        check_not_asked_first(csms, member, "C12.FR.02")
    with step("Somebody presents a token of the group that the cache has as Invalid, and the CSMS as well"):
        since = await present_other(csms, sut, tx, former)
        await expect_authorize(csms, former, "C12.FR.05")
    with step("The transaction is not stopped"):
        await goes_on_after_refusal(csms, tx, since)
