"""C12 - A token of the master pass group that the authorization cache has."""

from ocpp_proof import STEP, by_version, case, check_fields, given, step
from ocpp_proof.cases.errors import NotApplicable

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_authorization import (
    cache_used,
    id_token_cached,
    leave,
    visit,
)
from ocpp_testcases.ocpp2.station.states.c_local_start import driver_presents
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION, implemented
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started

GROUP = "AuthCtrlr.MasterPassGroupId"


@case("TC_C_14_CS")
async def test_master_pass(csms, sut):
    """A police officer cannot free the cable of a car that has to be towed away, or charges on the pass."""
    if not sut.claims("C-08"):  # with a user interface somebody selects what stops (C16.FR.01)
        raise NotApplicable("the station does not claim C-08, a master pass without a user interface")
    master = sut.tokens.second
    group = {"idToken": master.group or sut.tokens.get("group").idToken, "type": "Central"}
    info = {"status": "Accepted", "groupIdToken": group}
    await given(implemented, csms, GROUP)
    await given(configured, csms, {GROUP: group["idToken"]})
    await given(cache_used, csms, sut, master)
    await given(id_token_cached, csms, sut, master, group=group)
    same = ignoring_case(master.idToken)
    for action in ("Authorize", "TransactionEvent"):  # a station may ask for it all the same (C16.FR.04)
        csms.answer(action, where={"idToken__idToken": same}, idTokenInfo=info)

    with step("The master pass is presented at a free station: it may stop transactions, and start none"):
        idle = await visit(csms, sut, master)
        await driver_presents(csms, sut, idle)
        await csms.expect_none(
            "TransactionEvent", requirement="C12.FR.09", within=csms.timing.transaction, triggerReason="Authorized"
        )
        await leave(csms, idle)
    tx = await given(energy_transfer_started, csms, sut)
    await given(charge_for_a_while, csms, tx)
    with step("The master pass is presented while a driver charges: the transaction stops"):
        await sut.present_token(master, tx.evseId)
        stopped = await tx.event(requirement="E07.FR.02", triggerReason="StopAuthorized")
        if stopped.idToken:  # which it should say (E07.FR.02)
            check_fields(STEP, stopped, {"idToken.idToken": same, "idToken.type": ignoring_case(master.type)})
        if not tx.ended and tx.stop & ENDS_BY_AUTHORIZATION:
            await tx.event(requirement="E06.FR.03", eventType="Ended")
        if tx.ended:
            reason = {"transactionInfo.stoppedReason": "MasterPass"}
            check_fields(by_version({"2.0.1": STEP, "2.1": "C16.FR.08"}), tx.events[-1], reason)
        tx.check_sequence()
