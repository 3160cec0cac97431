"""E06 - Stop transaction options."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started


async def stops_when_deauthorized(csms: Csms) -> None:
    """TxStopPoint contains Authorized, and not PowerPathClosed"""
    current = await get_variable(csms, "TxCtrlr.TxStopPoint") or ""
    points = [p.strip() for p in current.split(",") if p.strip() not in ("", "PowerPathClosed", "Authorized")]
    if "PowerPathClosed" in current or "Authorized" not in current:
        await configured(csms, {"TxCtrlr.TxStopPoint": ",".join([*points, "Authorized"])}, if_implemented=True)


@case("TC_E_15_CS")
async def test_local_stop(csms, sut):
    """Presenting the token again ends the transaction, and the station says why."""
    await given(stops_when_deauthorized, csms)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The driver presents the same token again"):
        await sut.present_token(tx.token, tx.evseId)
        ended = await tx.event(requirement="E06.FR.03", eventType="Ended")
        check_fields("E06.FR.15", ended, {"triggerReason": "StopAuthorized"})
        check_fields(STEP, ended, {"transactionInfo.stoppedReason": ("Local", None)})
        tx.check_sequence()
