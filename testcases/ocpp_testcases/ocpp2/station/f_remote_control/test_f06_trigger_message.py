"""F06 - Trigger message: what holds now, of meters, transactions, connectors and the station."""

from ocpp_proof import case, check_fields, given, step
from ocpp_proof.roles.peer import Expected

from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors, members, variable_reference
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    session,
)
from ocpp_testcases.ocpp2.station.states.f_remote_control import (
    charging_at_every_evse,
    expect_meter_values,
    expect_triggered_event,
    trigger,
)
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_aligned, measurands_sampled

UPDATED = "TxUpdatedMeasurands"


@case("TC_F_11_CS")
async def test_meter_values(csms, sut):
    """Who cannot read a meter at any time cannot settle what a driver complains about."""
    wanted = await given(measurands_aligned, csms)
    with step("The CSMS asks for the meter of an EVSE"):
        await trigger(csms, "MeterValues", evse={"id": sut.evseId})
    with step("The station sends what it shows"):
        await expect_meter_values(csms, sut.evseId, wanted)


@case("TC_F_12_CS")
async def test_meter_values_of_all(csms, sut):
    """One question has to bring all meters, or some are forgotten when the books are closed."""
    places = await given(connectors, csms, sut)
    wanted = await given(measurands_aligned, csms)
    with step("The CSMS asks for the meters, and names no EVSE"):
        await trigger(csms, "MeterValues")
    with step("The station sends what each shows"):
        for evseId in sorted({evseId for evseId, _ in places}):
            await expect_meter_values(csms, evseId, wanted, requirement="F06.FR.11")


@case("TC_F_13_CS")
async def test_transaction_event(csms, sut):
    """A CSMS that has lost sight of a transaction can ask, and goes on billing the right one."""
    wanted = await given(measurands_sampled, csms, UPDATED)
    tx = await given(energy_transfer_started, csms, sut)
    with step("The CSMS asks for the transaction of an EVSE"):
        await trigger(csms, "TransactionEvent", evse={"id": tx.evseId})
    with step("The station tells of it"):
        await expect_triggered_event(tx, wanted)
        tx.check_sequence()


@case("TC_F_14_CS")
async def test_transaction_events_of_all(csms, sut):
    """After an outage of its own a CSMS has to learn of every transaction that runs, not of one."""
    wanted = await given(measurands_sampled, csms, UPDATED)
    charging = await given(charging_at_every_evse, csms, sut)
    with step("The CSMS asks for transactions, and names no EVSE"):
        await trigger(csms, "TransactionEvent")
    with step("The station tells of each"):
        for tx in charging:
            await expect_triggered_event(tx, wanted, requirement="F06.FR.11")
            tx.check_sequence()


@case("TC_F_20_CS")
async def test_heartbeat(csms, sut):
    """Who cannot make a station speak cannot tell a silent one from a dead one."""
    with step("The CSMS asks for a heartbeat"):
        await trigger(csms, "Heartbeat")
    with step("The station sends one"):
        await csms.expect("Heartbeat", requirement="F06.FR.10")


@case("TC_F_23_CS")
async def test_status_available(csms, sut):
    """A map that shows a free place as taken, or the other way round, is put right by asking."""
    with step("The CSMS asks for the status of a connector"):
        await trigger(csms, "StatusNotification", evse={"id": sut.evseId, "connectorId": sut.connectorId})
    with step("The station says that it is available"):
        await expect_connector_status(csms, "Available", sut.evseId, sut.connectorId, requirement="F06.FR.10")


@case("TC_F_24_CS")
async def test_status_occupied(csms, sut):
    """The same with a cable in it: a station that tells what once was sends drivers to a place that is taken."""
    tx = await given(session, csms, sut)
    if sut.claims("AQ-2"):  # a lock keeps the cable out until the driver is authorized
        await given(authorized, csms, sut, tx)
    await given(ev_connected_pre_session, csms, sut, tx)
    with step("The CSMS asks for the status of the connector with the cable"):
        await trigger(csms, "StatusNotification", evse={"id": tx.evseId, "connectorId": tx.connectorId})
    with step("The station says that it is occupied"):
        await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="F06.FR.09")


@case("TC_F_26_CS")
async def test_boot_notification(csms, sut):
    """A station that boots in the books without having booted loses what the CSMS knew of it."""
    with step("The CSMS asks for a boot, which it has accepted already"):
        answer = await csms.call("TriggerMessage", requestedMessage="BootNotification")
        check_fields("F06.FR.17", answer, {"status": "Rejected"})
        await csms.expect_none("BootNotification", requirement="F06.FR.05")


@case("TC_F_27_CS")
async def test_not_implemented(csms, sut):
    """Who asks for what a station cannot send has to hear that, and not wait for it."""
    with step("The CSMS asks for a message that the station does not have"):
        answer = await csms.call("TriggerMessage", requestedMessage="SignCombinedCertificate")
        check_fields("F06.FR.08", answer, {"status": "NotImplemented"})


@case("TC_F_100_CS")
async def test_custom_trigger(csms, sut):
    """A maker's own messages can be asked for like all others, and what is none of them is not promised."""
    wanted = variable_reference("CustomizationCtrlr.CustomTriggers")
    with step("The CSMS reads which triggers of its maker the station has"):
        answer = await csms.call("GetVariables", getVariableData=[wanted])
        result = answer.at("getVariableResult.0") or {}
        check_fields("F06.FR.18", result, {"attributeValue": PRESENT})
        check_fields("B06.FR.02", result, {"component.name": "CustomizationCtrlr", "variable.name": "CustomTriggers"})
    custom = (members(result.get("attributeValue")) or [sut.text()])[0]

    with step("The CSMS asks for the first of them, and the station sends something"):
        await trigger(csms, "CustomTrigger", customTrigger=custom)
        await csms.expect_one_of(Expected("", {}), requirement="F06.FR.18")

    with step("The CSMS asks for a heartbeat and names the trigger beside it: the station sends a heartbeat"):
        await trigger(csms, "Heartbeat", customTrigger=custom)
        await csms.expect("Heartbeat", requirement="F06.FR.10")

    with step("The CSMS asks for what is no trigger of this maker"):
        answer = await csms.call("TriggerMessage", requestedMessage="CustomTrigger", customTrigger=sut.text(20))
        check_fields("F06.FR.19", answer, {"status": "NotImplemented"})
