"""C12 - Start of a transaction with a cached token that the CSMS does not accept any more."""

from ocpp_proof import STEP, case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.offline import stay_offline
from ocpp_testcases.ocpp2.station.states.c_authorization import cable_first, cache_used
from ocpp_testcases.ocpp2.station.states.e_offline import (
    accepted_offline,
    plug_in_offline,
    quiet_about_statuses,
    start_offline,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_refused import (
    MAX_ENERGY,
    deauthorized,
    expect_told_of_offline_start,
    goes_on_when_token_refused,
    refuse_transactions,
    stops_when_token_refused,
    suspended_by_refusal,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import Session, session

PLENTY = 10_000
"""Wh, as in the official case: more than is delivered while it runs."""
SOME = 500
"""Wh, as in the official case."""


async def started_offline(csms: Csms, sut: Sut) -> Session:
    """A driver starts without a connection whom the CSMS does not accept any more; returns the session."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(accepted_offline, csms, sut, token)
    await given(quiet_about_statuses, csms)
    tx = await given(session, csms, sut, token)
    await given(cable_first, csms, sut, tx)
    refuse_transactions(csms, token)

    with step("The connection is lost; a driver presents a token that the station knows, and charges"):
        plug_in = [] if tx.plugged else [lambda: plug_in_offline(sut, tx)]
        outage = await while_offline(csms, lambda: start_offline(sut, tx), *plug_in, lambda: stay_offline(csms))
    with step("The station comes back and tells of the transaction; the CSMS refuses the token"):
        await expect_told_of_offline_start(csms, tx, sut, outage)
    return tx


@case("TC_C_15_CS")
async def test_energy_allowed(csms, sut):
    """A driver whose contract was mixed up is left in the rain without a single kilowatt-hour to get home."""
    await given(implemented, csms, MAX_ENERGY)
    await given(goes_on_when_token_refused, csms, PLENTY)
    tx = await started_offline(csms, sut)
    with step("The transaction goes on, and energy flows"):
        # until all of it was delivered takes too long to wait for
        mine = {"transactionInfo__transactionId": tx.id}
        await csms.expect_none(
            "TransactionEvent",
            requirement="C15.FR.07",
            since=tx.events[-1].index + 1,
            within=csms.timing.transaction,
            transactionInfo__chargingState="SuspendedEVSE",
            **mine,
        )
        told = csms.received("TransactionEvent", triggerReason="Deauthorized", **mine)
        expected = "no event Deauthorized"
        check("C15.FR.07", not told, expected=expected, received=[message.payload for message in told])
        tx.check_sequence()


@case("TC_C_16_CS")
async def test_stops(csms, sut):
    """Who was blocked while the network was down charges to the end, and nobody pays."""
    await given(stops_when_token_refused, csms)
    tx = await started_offline(csms, sut)
    with step("The station ends the authorization"):
        await deauthorized(tx, after_offline=True)
        tx.check_sequence()


@case("TC_C_17_CS")
async def test_suspends(csms, sut):
    """Who was blocked while the network was down charges to the end, and nobody pays."""
    await given(goes_on_when_token_refused, csms)
    tx = await started_offline(csms, sut)
    with step("The station stops the energy"):
        await suspended_by_refusal(tx)
        tx.check_sequence()


@case("TC_C_18_CS")
async def test_stops_although_energy_is_allowed(csms, sut):
    """An operator who wants such transactions to end pays for what a driver gets who is let go on for a while."""
    await given(implemented, csms, MAX_ENERGY)
    await given(stops_when_token_refused, csms, SOME)
    tx = await started_offline(csms, sut)
    with step("The station ends the authorization, now that it has a connection"):
        event = await deauthorized(tx, after_offline=True)
        check_fields(STEP, event, {"offline": (False, None)})
        tx.check_sequence()
