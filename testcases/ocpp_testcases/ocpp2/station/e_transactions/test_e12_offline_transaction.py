"""E12 - Transaction while the station is offline."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.offline import stay_offline
from ocpp_testcases.ocpp2.station.states.e_offline import (
    accepted_offline,
    expect_told_later,
    park_offline,
    plug_in_offline,
    quiet_about_statuses,
    start_offline,
    stop_offline,
    while_offline,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import session


@case("TC_E_43_CS")
async def test_whole_transaction(csms, sut):
    """A whole visit while the network is down is energy that only the station knows of."""
    await given(quiet_about_statuses, csms)
    tx = await given(session, csms, sut)
    await given(accepted_offline, csms, sut, tx.token)

    with step("The connection is lost; a driver plugs in, charges, stops and leaves"):
        begin = [lambda: plug_in_offline(sut, tx), lambda: start_offline(sut, tx)]
        outage = await while_offline(
            csms,
            lambda: park_offline(sut, tx),
            *(reversed(begin) if sut.claims("AQ-2") else begin),  # a lock may keep the cable out until then
            lambda: stay_offline(csms),
            lambda: stop_offline(csms, sut, tx),
        )

    with step("The station comes back and tells of the transaction, all of it as offline"):
        await expect_told_later(csms, sut, tx, outage, known=set(), requirement="E12.FR.02", stopped_by=tx.token)
