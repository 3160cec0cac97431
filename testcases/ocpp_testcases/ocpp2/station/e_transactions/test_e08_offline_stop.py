"""E08 - Transaction stopped while the station is offline."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp2.station.states.e_offline import (
    accepted_offline,
    expect_told_later,
    quiet_about_statuses,
    stop_offline,
    told_before,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_stops import charge_for_a_while
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, energy_transfer_started, session


async def stopped_offline(csms: Csms, sut: Sut, tx: Session, token: Token, requirement: str) -> None:
    """The rest of TC_E_44_CS and TC_E_45_CS: `token` stops the transaction while there is no connection."""
    await charge_for_a_while(csms, tx)
    connections = len(csms.connections)
    with step("The connection is lost; the driver stops the transaction, unplugs and leaves"):
        outage = await while_offline(csms, lambda: stop_offline(csms, sut, tx, token))
        known = told_before(csms, tx, connections)

    with step("The station comes back and tells how the transaction ended, all of it as offline"):
        await expect_told_later(csms, sut, tx, outage, known=known, requirement=requirement, stopped_by=token)


@case("TC_E_44_CS")
async def test_same_token(csms, sut):
    """A driver who stops while the network is down must not be billed for what comes after."""
    await given(quiet_about_statuses, csms)
    tx = await given(energy_transfer_started, csms, sut)
    await stopped_offline(csms, sut, tx, tx.token, "E08.FR.07")


@case("TC_E_45_CS")
async def test_same_group(csms, sut):
    """Two drivers of one fleet share a car: either may stop, also while the network is down."""
    member, sibling = sut.tokens.get("member"), sut.tokens.get("sibling")
    group = {"idToken": member.group or sut.tokens.get("group").idToken, "type": "Central"}
    of_group = {"status": "Accepted", "groupIdToken": group}
    csms.answer("Authorize", idTokenInfo=of_group)
    csms.answer("TransactionEvent", where={"idToken": bool}, idTokenInfo=of_group)
    await given(quiet_about_statuses, csms)
    await given(accepted_offline, csms, sut, sibling, group=group)
    tx = await given(energy_transfer_started, csms, sut, await given(session, csms, sut, member))
    await stopped_offline(csms, sut, tx, sibling, "E08.FR.07")
