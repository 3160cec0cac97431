"""F06 - Trigger message."""

from ocpp_proof import case, check_fields, given, on_undo, step

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving, trigger, triggered_values
from ocpp_testcases.ocpp2.csms.states.g_availability import report_connector


@case("TC_F_11_CSMS")
async def test_meter_values(station, sut):
    """Who cannot read a meter at any time cannot settle what a driver complains about."""
    await given(booted, station, sut)
    with step("The CSMS asks for the meter of an EVSE"):
        await trigger(station, sut, "MeterValues", sut.evseId)
    with step("The station sends what it shows"):
        await station.call("MeterValues", evseId=sut.evseId, meterValue=triggered_values(sut))


@case("TC_F_12_CSMS")
async def test_meter_values_of_all(station, sut):
    """One question has to bring all meters, and all answers have to be taken in."""
    await given(booted, station, sut)
    with step("The CSMS asks for the meters"):
        request = await trigger(station, sut, "MeterValues")
    with step("The station sends what each shows"):
        named = request.at("evse.id")
        for evseId in [named] if named else sorted({1, 2, sut.evseId}):
            await station.call("MeterValues", evseId=evseId, meterValue=triggered_values(sut))


@case("TC_F_13_CSMS")
async def test_transaction_event(station, sut):
    """An operator who doubts whether a transaction runs can ask, and the CSMS goes on billing the right one."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS asks for the transaction of an EVSE"):
        await trigger(station, sut, "TransactionEvent", tx.evseId)
    with step("The station tells of it"):
        here = {"id": tx.evseId}
        await tx.event("Trigger", chargingState="Charging", evse=here, meterValue=triggered_values(sut))


@case("TC_F_14_CSMS")
async def test_transaction_events_of_all(station, sut):
    """After an outage of its own a CSMS has to learn of every transaction that runs."""
    await given(booted, station, sut)
    tx = await given(energy_transfer_started, station, sut)
    with step("The CSMS asks for transactions"):
        await trigger(station, sut, "TransactionEvent")
    with step("The station tells of the one that runs"):
        await tx.event("Trigger", chargingState="Charging", meterValue=triggered_values(sut))


@case("TC_F_15_CSMS")
async def test_log_status(station, sut):
    """A help desk that waits for a log has to learn that nothing is on its way."""
    await given(booted, station, sut)
    with step("The CSMS asks how the upload of logs stands"):
        await trigger(station, sut, "LogStatusNotification")
    with step("The station says that there is none"):
        await station.call("LogStatusNotification", status="Idle")


@case("TC_F_18_CSMS")
async def test_firmware_status(station, sut):
    """An operator who updates a fleet has to see which stations have nothing to do."""
    await given(booted, station, sut)
    with step("The CSMS asks how the firmware update stands"):
        await trigger(station, sut, "FirmwareStatusNotification")
    with step("The station says that there is none"):
        await station.call("FirmwareStatusNotification", status="Idle")


@case("TC_F_20_CSMS")
async def test_heartbeat(station, sut):
    """An operator asks for a heartbeat to see whether a station is alive and to put its clock right."""
    await given(booted, station, sut)
    with step("The CSMS triggers a heartbeat"):
        await trigger(station, sut, "Heartbeat")
    with step("The station sends the heartbeat"):
        answer = await station.call("Heartbeat")
        check_time("G02.FR.03", sut, "currentTime", answer.currentTime)


@case("TC_F_23_CSMS")
async def test_status_available(station, sut):
    """A map that shows a free place as taken, or the other way round, is put right by asking."""
    await given(booted, station, sut)
    with step("The CSMS asks for the status of a connector"):
        request = await trigger(station, sut, "StatusNotification", sut.evseId)
        check_fields("F06.FR.13", request, {"evse.connectorId": sut.connectorId})
    with step("The station says that it is available"):
        await report_connector(station, "Available", sut.evseId, sut.connectorId)


@case("TC_F_24_CSMS")
async def test_status_occupied(station, sut):
    """The same of a connector with a cable in it."""
    await given(booted_with, station, sut, TxStartPoint="Authorized")  # of the cable no transaction comes
    here = sut.evseId, sut.connectorId
    with step("The station says that a connector is occupied"):
        on_undo("The cable is taken out", lambda: report_connector(station, "Available", *here))
        await report_connector(station, "Occupied", *here)
    with step("The CSMS asks for the status of the connector"):
        request = await trigger(station, sut, "StatusNotification", sut.evseId)
        check_fields("F06.FR.13", request, {"evse.connectorId": sut.connectorId})
    with step("The station says it again"):
        await report_connector(station, "Occupied", *here)


@case("TC_F_27_CSMS")
async def test_not_implemented(station, sut):
    """A station that does not have what an operator asks for must not upset the CSMS by saying so."""
    await given(booted, station, sut)
    station.answer("TriggerMessage", status="NotImplemented")
    with step("The CSMS asks for a message that the station does not have"):
        await asked(station, sut, "TriggerMessage", requestedMessage="SignCombinedCertificate")
    with step("The CSMS goes on"):
        await check_still_serving(station)


@case("TC_F_100_CSMS")
async def test_custom_trigger(station, sut):
    """What a maker has beside the standard is of no use to an operator whose CSMS cannot ask for it."""
    names = [f"Custom{number}" for number in (1, 2, 3)]
    station.has("CustomizationCtrlr.CustomTriggers", ",".join(names))
    await given(booted, station, sut)
    wanted = {"requestedMessage": "CustomTrigger", "customTrigger": names[1]}
    with step("The CSMS asks for what the second custom trigger of an EVSE brings"):
        await asked(
            station,
            sut,
            "TriggerMessage",
            **wanted,
            evse={"id": sut.evseId},
            matching=wanted | {"evse.id": sut.evseId},
            requirement="F06.FR.20",
        )
    with step("The station sends what its maker lets it send"):
        await station.call("DataTransfer", vendorId=f"com.example.{sut.text()}", messageId=names[1])
