"""F01 - Remote start of a transaction, cable first."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started, ev_connected_pre_session


@case("TC_F_01_CSMS")
async def test_cable_first(station, sut):
    """A driver who plugged in and starts with an app is charged for nothing, or charged as somebody else."""
    await given(booted, station, sut)
    tx = await given(ev_connected_pre_session, station, sut)
    token = tx.token.payload
    station.answer("RequestStartTransaction", status="Accepted", transactionId=tx.id)

    with step("The CSMS requests the start of a transaction"):
        request = await asked(
            station,
            sut,
            "RequestStartTransaction",
            idToken=token,
            evseId=tx.evseId,
            matching={"idToken.idToken": ignoring_case(token["idToken"]), "idToken.type": token["type"]},
            requirement="F01.FR.04",
        )

    with step("The station says that its transaction is the one that was started remotely"):
        answer = await tx.event("RemoteStart", token=True, remoteStartId=request.remoteStartId)
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": "Accepted"})

    with step("Energy flows"):
        await energy_transfer_started(station, sut, tx)
        await check_recorded(sut, tx, active=True, remoteStartId=request.remoteStartId)
