"""C15 - Drivers whom the station does not know, and who come while it is offline."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.c_local_list import (
    arrive_offline,
    expect_refused_late,
    expect_start_told_later,
    unknown_accepted_offline,
)
from ocpp_testcases.ocpp2.station.states.c_local_start import TELLING, asks_about_drivers, forgotten, token_answered
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_stops import ev_disconnected, stop_authorized
from ocpp_testcases.ocpp2.station.states.e_transactions import session
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status


@case("TC_C_26_CS")
async def test_unknown_driver(csms, sut):
    """A stranger whom the operator trusts while the network is down charges on when the CSMS has said no."""
    token = sut.tokens.invalid
    await given(implemented, csms, "AuthCtrlr.OfflineTxForUnknownIdEnabled")
    await given(asks_about_drivers, csms)
    await given(unknown_accepted_offline, csms)
    await given(forgotten, csms, sut, token)
    tx = await given(session, csms, sut, token)
    token_answered(csms, token, "Invalid", when=TELLING)
    csms.match_from_now_on()

    with step("The connection is lost; a driver whom nobody knows presents a token, and plugs in"):
        outage = await arrive_offline(csms, sut, tx)
    with step("The station comes back and reports the connector as Occupied"):
        await expect_connector_status(
            csms, "Occupied", tx.evseId, tx.connectorId, requirement="B04.FR.02", within=csms.timing.long
        )
    with step("It tells of the transaction as of one that was started offline; the CSMS does not accept the token"):
        await expect_start_told_later(csms, sut, tx, outage, "C15.FR.08", refused=True)
    with step("The energy ends, or does not begin to flow"):
        await expect_refused_late(csms, sut, tx, outage)
        if tx.ended:  # where the end of the energy is that of the transaction
            tx.cable_kept = True
            return
    with step("The driver presents the token again, and the transaction is stopped"):
        await stop_authorized(csms, sut, tx, by="local", charged=True)
    with step("The cable is taken out"):
        await ev_disconnected(csms, sut, tx, by="local")
        tx.check_sequence()
