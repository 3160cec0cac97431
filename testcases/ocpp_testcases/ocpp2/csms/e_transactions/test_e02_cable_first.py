"""E02 - Start transaction, cable first."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_E_03_CSMS")
async def test_cable_first(station, sut):
    """A driver may plug in before identifying, and the CSMS follows."""
    await given(booted, station, sut)
    tx = await given(ev_connected_pre_session, station, sut)
    with step("The driver presents a token that the CSMS knows"):
        await authorized(station, sut, tx)
    with step("Energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True)
