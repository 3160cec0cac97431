"""F01 - Remote start of a transaction, cable first."""

from ocpp_proof import STEP, case, check_fields, given, step

from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started, ev_connected_pre_session
from ocpp_testcases.ocpp2.csms.states.f_remote_control import remotely_started, request_start


@case("TC_F_01_CSMS")
async def test_cable_first(station, sut):
    """A driver who plugged in and starts with an app is charged for nothing, or charged as somebody else."""
    await given(booted, station, sut)
    tx = await given(ev_connected_pre_session, station, sut)

    with step("The CSMS requests the start of a transaction"):
        request = await request_start(station, sut, tx)
        check_fields(STEP, request, {"evseId": (tx.evseId, None)}, note="the cable is there")

    with step("The station says that its transaction is the one that was started remotely"):
        await remotely_started(sut, tx, request)

    with step("Energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True, remoteStartId=request.remoteStartId)
