"""E01 - Start transaction options: what TxStartPoint names starts the transaction, and nothing before it."""

from ocpp_proof import STEP, case, check, check_fields, given, step

from ocpp_testcases.common.cables import cable_in
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_points import authorizes_drivers, implemented, starts_at
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    parking_bay_occupied,
)
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status
from ocpp_testcases.ocpp2.station.states.j_meter_values import measurands_sampled

START = "TxCtrlr.TxStartPoint"
PUBLIC_KEY = "OCPPCommCtrlr.PublicKeyWithSignedMeterValue"
EARLIER = ("ParkingBayOccupancy", "EVConnected", "Authorized", "DataSigned")


@case("TC_E_01_CS")
async def test_power_path_closed(csms, sut):
    """A transaction that is to start at the power path and starts before it bills for waiting."""
    await given(starts_at, csms, "PowerPathClosed", never=EARLIER)
    tx = await given(authorized, csms, sut)

    with step("The cable is plugged in: with driver and vehicle there, the transaction starts"):
        await ev_connected_pre_session(csms, sut, tx)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_02_CS")
async def test_energy_transfer(csms, sut):
    """A transaction that is to start with the energy and starts before it bills for waiting."""
    await given(starts_at, csms, "EnergyTransfer", never=(*EARLIER, "PowerPathClosed"))
    tx = await given(authorized, csms, sut)

    with step("The cable is plugged in, and the station reports the connector as Occupied"):
        with cable_in(tx):
            await sut.plug_in(tx.evseId, tx.connectorId)
        await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")

    with step("Energy flows, and with it the transaction starts"):
        started = await tx.begin("CablePluggedIn")
        reasons = ("RemoteStart",) if tx.remoteStartId is not None else ("ChargingStateChanged", "Authorized")
        check_fields("E01.FR.15", started, {"triggerReason": reasons}, note="the official case takes no other reason")
        check_fields("E01.FR.16", started, tx.place_fields)
        tx.check_sequence()


@case("TC_E_09_CS")
async def test_ev_connected(csms, sut):
    """A transaction that is to start with the cable shows how long a place is taken; one that does not hides it."""
    await given(starts_at, csms, "EVConnected", never=("ParkingBayOccupancy",))
    tx = await given(parking_bay_occupied, csms, sut)
    if sut.claims("AQ-2"):  # a lock keeps the cable out until the driver is authorized
        await given(authorized, csms, sut, tx)

    with step("The cable is plugged in, and with it the transaction starts"):
        await ev_connected_pre_session(csms, sut, tx)

    with step("The driver is authorized"):
        if not tx.authorized:
            await authorized(csms, sut, tx)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_10_CS")
async def test_authorized_locally(csms, sut):
    """A driver who identifies expects the transaction, and with it the tariff, to begin."""
    await given(starts_at, csms, "Authorized")
    await given(authorizes_drivers, csms)

    with step("The driver presents a token that the CSMS accepts, and the transaction starts"):
        tx = await authorized(csms, sut, by="local")

    with step("The cable is plugged in"):
        await ev_connected_pre_session(csms, sut, tx)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_13_CS")
async def test_authorized_remotely(csms, sut):
    """A driver who starts from an app expects the transaction to begin, and the app has to know which it is."""
    await given(starts_at, csms, "Authorized")
    await given(authorizes_drivers, csms)

    with step("The CSMS asks the station to start, and the transaction starts"):
        tx = await authorized(csms, sut, by="remote")

    with step("The cable is plugged in"):
        await ev_connected_pre_session(csms, sut, tx)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()


@case("TC_E_11_CS")
async def test_data_signed(csms, sut):
    """Where the law wants signed readings, a transaction without the first one cannot be billed."""
    await given(configured, csms, {START: "DataSigned"}, if_writable=True)
    await given(starts_at, csms, "DataSigned", never=EARLIER[:3])
    await given(implemented, csms, "SampledDataCtrlr.SignReadings")
    await given(configured, csms, {"SampledDataCtrlr.SignReadings": "true"}, if_implemented=True)
    await given(configured, csms, {PUBLIC_KEY: "EveryMeterValue"}, if_writable=True)
    await given(measurands_sampled, csms, "TxStartedMeasurands")
    tx = await given(authorized, csms, sut)

    with step("The cable is plugged in, and the station reports the connector as Occupied"):
        with cable_in(tx):
            await sut.plug_in(tx.evseId, tx.connectorId)
        await expect_connector_status(csms, "Occupied", tx.evseId, tx.connectorId, requirement="E02.FR.05")

    with step("The meter gives a signed value, and with it the transaction starts"):
        started = await tx.event(requirement="E01.FR.04", eventType="Started")
        reasons = {"SignedDataReceived"} | ({"RemoteStart"} if tx.remoteStartId is not None else set())
        if tx.start != {"DataSigned"}:  # power or energy may come before the first signed value
            reasons.add("ChargingStateChanged")
        check_fields("E01.FR.15", started, {"triggerReason": tuple(sorted(reasons))})
        check_fields("E03.FR.01", started, tx.token_fields)
        check_fields("E01.FR.16", started, tx.place_fields)
        samples = [sample for value in started.meterValue or [] for sample in value["sampledValue"]]
        begin = [s for s in samples if s.get("context") == "Transaction.Begin"]  # others may be told as well
        check("E01.FR.09", bool(begin), expected="a sampledValue with the context Transaction.Begin", received=samples)
        signed = [s for s in begin if s.get("signedMeterValue")]  # a meter signs energy, and not all that it measures
        check("E02.FR.14", bool(signed), expected="a sampledValue with signedMeterValue", received=samples)
        for sample in signed:
            names = ("signedMeterData", "signingMethod", "encodingMethod")
            check_fields(STEP, sample, {f"signedMeterValue.{name}": PRESENT for name in names})
        keys = [s["signedMeterValue"].get("publicKey") for s in signed]
        check(STEP, any(keys), expected="a signedMeterValue with publicKey", received=keys)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        if tx.events[-1] is not started:  # energy that flows at once is told with the start
            check_fields(STEP, tx.events[-1], {"eventType": "Updated", "triggerReason": "ChargingStateChanged"})
        tx.check_sequence()


@case("TC_E_12_CS")
async def test_parking_bay_occupied(csms, sut):
    """Where parking is billed, the transaction starts with the vehicle in the bay."""
    await given(starts_at, csms, "ParkingBayOccupancy")

    with step("A vehicle drives into the bay, and with it the transaction starts"):
        tx = await parking_bay_occupied(csms, sut)

    with step("The driver is authorized"):
        await authorized(csms, sut, tx)

    with step("The cable is plugged in"):
        await ev_connected_pre_session(csms, sut, tx)

    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
