"""The CSMS refuses the token of a transaction that runs, in its answer to a TransactionEvent, 2.x."""

from contextlib import suppress

import pytest
from ocpp_proof import NotApplicable, case, check, check_fields, given, on_undo, step

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import adjusted, configured, setting
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable, members

STOPS = "", "TxCtrlr.StopTxOnInvalidId"
ENERGY_LEFT = "", "TxCtrlr.MaxEnergyOnInvalidId"
STOPPED_BY_TOKEN = {"Authorized", "PowerPathClosed", "EnergyTransfer"}
"""Members of TxStopPoint with which the end of an authorization is the end of a transaction."""
WITHOUT_ENERGY = "EVConnected", "SuspendedEVSE", "Idle"


async def stop_points(csms, sut, stops):
    """A refused token stops a transaction (or only its energy, at once), as configured; returns TxStopPoint"""
    await configured(csms, sut, STOPS, stops)
    if await setting(csms, sut, ENERGY_LEFT) is not None:
        await configured(csms, sut, ENERGY_LEFT, "0")
    if stops == "false":  # with EnergyTransfer among them E05.FR.02 demands nothing
        await adjusted(csms, sut, ("", "TxCtrlr.TxStopPoint"), "EVConnected")
    points = set(members(await get_variable(csms, "TxCtrlr.TxStopPoint")))
    if stops == "false" and "EnergyTransfer" in points:
        raise NotApplicable("a transaction ends when its energy does: TxStopPoint contains EnergyTransfer")
    return points


def refuse(message):
    """The answer to an event: where it names a token, this may not charge."""
    return {"idTokenInfo": {"status": "Blocked"}} if message.idToken else {}


@case("X_SIM_13_CS", ocpp=("2.0.1", "2.1"), sut="station", title="The token of a running transaction is refused")
@pytest.mark.parametrize("stops", ["true", "false"], ids=["stops", "goes on without energy"])
async def test_token_refused(csms, sut, stops):
    """Who is blocked while charging must not get energy that nobody pays; only the answer to an event can say so."""
    await given(sessions_shown, csms, sut)
    points = await given(stop_points, csms, sut, stops)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.invalid)
    await given(tx.plug_in)
    with step("The CSMS starts a transaction, and refuses the token when the station tells of it"):
        on_undo("The cable is released", lambda: released(csms, sut))
        csms.answer("TransactionEvent", refuse)
        await tx.have_started()
        await tx.expect_started()
    if stops == "true" and points & STOPPED_BY_TOKEN:
        with step("The transaction ends for that reason"):
            mine = {"transactionInfo__transactionId": tx.id}
            ended = await csms.expect("TransactionEvent", requirement="E05.FR.10", eventType="Ended", **mine)
            check_fields("E05.FR.10", ended, {"triggerReason": "Deauthorized"})
            check_fields("E05.FR.10", ended, {"transactionInfo.stoppedReason": "DeAuthorized"})
    else:
        with step("The energy stops, and the transaction goes on"):
            requirement = "E05.FR.09" if stops == "true" else "E05.FR.02"
            if stops == "true":
                await csms.expect("TransactionEvent", requirement=requirement, triggerReason="Deauthorized")
            await energy_stops(csms, tx, requirement)
            check(requirement, not tx.has_ended, expected="no end", received="its end" if tx.has_ended else "none")
    await released(csms, sut)
    await expect_probe_answered(csms)


async def energy_stops(csms, tx, requirement):
    """The last charging state that is told is one without energy."""

    def told():
        states = [message.at("transactionInfo.chargingState") for message in tx.events()]
        return [state for state in states if state is not None]

    def stopped():
        return any(state in WITHOUT_ENERGY for state in told()[-1:])

    await csms.wait_until_quiet()
    with suppress(TimeoutError):
        await csms.wait_until(stopped, csms.timing.event, "the end of the energy")
    await csms.wait_until_quiet()
    check(requirement, stopped(), expected=f"in the end one of {', '.join(WITHOUT_ENERGY)}", received=told())


async def released(csms, sut):
    """The cable may be locked until its owner comes (E05.FR.11): the CSMS unlocks it."""
    await csms.attempt("UnlockConnector", evseId=sut.evseId, connectorId=sut.connectorId)
