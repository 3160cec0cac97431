"""C16 - Stop of transactions with a master pass."""

from ocpp_proof import case, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.c_local_list import expect_not_authorized
from ocpp_testcases.ocpp2.station.states.c_local_start import expect_authorize
from ocpp_testcases.ocpp2.station.states.c_master_pass import (
    expect_stop_by_master_pass,
    master_pass,
    two_evses_charge,
)
from ocpp_testcases.ocpp2.station.states.e_points import starts_by_driver
from ocpp_testcases.ocpp2.station.states.e_stops import parking_bay_unoccupied
from ocpp_testcases.ocpp2.station.states.e_transactions import ev_connected_pre_session, session


@case("TC_C_45_CS")
async def test_starts_nothing(csms, sut):
    """A pass of the police, made to free cables, charges for nothing everywhere."""
    await given(starts_by_driver, csms)
    token = await given(master_pass, csms, sut)
    tx = await given(session, csms, sut, token)

    with step("Somebody presents a master pass; the CSMS says what group it is of"):
        since = csms.next_index
        await sut.present_token(token, tx.evseId)
        await expect_authorize(csms, token, "C01.FR.02")
    with step("Nothing is started by it"):
        await expect_not_authorized(csms, token, since, "C16.FR.03")
    with step("Somebody plugs in, and no energy flows"):
        if sut.claims("AQ-2"):
            not_judged("C16.FR.03", because="a lock keeps the cable out of whoever is not authorized")
            return
        since = csms.next_index
        await ev_connected_pre_session(csms, sut, tx)
        await expect_not_authorized(csms, token, since, "C16.FR.03")


@case("TC_C_49_CS")
async def test_stops_all(csms, sut):
    """In an emergency cables cannot be freed, or a single one only."""
    token = await given(master_pass, csms, sut)
    sessions = await given(two_evses_charge, csms, sut)

    with step("Somebody presents a master pass; the CSMS says what group it is of"):
        since = csms.next_index
        await sut.present_token(token, sut.evseId)
        await expect_authorize(csms, token, "C01.FR.02")
    with step("The transaction of each EVSE is stopped"):
        for tx in sessions:
            await expect_stop_by_master_pass(csms, tx, token, since)
    with step("The cables are taken out, and the vehicles leave"):
        for tx in sessions:
            await parking_bay_unoccupied(csms, sut, tx, by="local")
            tx.check_sequence()
