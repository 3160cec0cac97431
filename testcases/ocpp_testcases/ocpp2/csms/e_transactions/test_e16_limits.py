"""E16 - Transactions with fixed cost, energy or time (2.1): limits of the driver, and of the CSMS."""

from math import ceil
from typing import Any

from ocpp_proof import STEP, case, check, check_fields, given, on_undo, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import PRESENT, ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted_with
from ocpp_testcases.ocpp2.csms.states.e_transactions import (
    Transaction,
    authorized,
    connected_before_start,
    energy_transfer_started,
    started,
    token_accepted,
)
from ocpp_testcases.ocpp2.csms.states.j_meter_values import reading

ENERGY = 6000
"""Wh that the driver wants, and where only the CSMS limits, what it limits to."""
MORE_ENERGY = 10_000
COST = 10
TIME = 300
"""Seconds to which a transaction is limited that does not last so long."""
LIMITS = ("maxCost", "maxEnergy", "maxSoC", "maxTime")
COST_TOLD = Pattern("0 or more", lambda cost: cost >= 0)
OFFICIAL = "the official case wants it in the answer; E16.FR.11 would allow a CostUpdated instead"
PER_MINUTE = 1.0
CALCULATES = ("Cost", "RunningCost", "Tariff")


async def limited(station: Station, sut: Sut, tx: Transaction, **limit: float) -> None:
    """The operator has the CSMS limit the transaction; the CSMS has the quiet time for it.

    That of a running one goes with it; that of the next one is taken back, for it may not come to that.
    """
    of = {"idToken": tx.token.idToken, "type": tx.token.type, "evseId": tx.evseId}
    running = tx.id if tx.started else None
    if running is None and sut.can("limit_transaction"):
        on_undo("No limit any more", lambda: sut.do("limit_transaction", limit={}, transactionId=None, **of))
    await sut.do("limit_transaction", limit=limit, transactionId=running, **of)
    await check_stays_connected(station)


def within_limits(tx: Transaction, name: str, value: float) -> float:
    """What a driver may set who wishes for so much: no more than the CSMS has told by itself (E16.FR.04)."""
    told = [limit for event in tx.events if (limit := event.at(f"transactionLimit.{name}")) is not None]
    return min(value, told[-1]) if told else value


def check_limit(answer: Answer, name: str, value: float) -> None:
    """Judge that the CSMS tells this limit, and none that the station does not support."""
    check_fields("E16.FR.02", answer, {f"transactionLimit.{name}": value})
    check_fields("E16.FR.12", answer, {f"transactionLimit.{other}": None for other in LIMITS if other != name})


async def ended(tx: Transaction, triggerReason: str, stoppedReason: str, **fields: Any) -> Answer:
    """A limit is reached, and with that the transaction ends (E16.FR.06)."""
    return await tx.event(
        triggerReason,
        eventType="Ended",
        chargingState="EVConnected",
        stoppedReason=stoppedReason,
        requirement=STEP,
        **fields,
    )


@case("TC_E_102_CSMS")
async def test_both_limit_energy(station, sut):
    """A limit of the CSMS that the station does not hear of lets somebody charge more than was paid for."""
    await given(booted_with, station, sut, SupportedLimits="maxEnergy", TxStopPoint="EnergyTransfer")
    tx = await given(energy_transfer_started, station, sut)
    with step("The driver limits the energy at the station"):
        energy = within_limits(tx, "maxEnergy", ENERGY)
        await tx.event("LimitSet", transactionLimit={"maxEnergy": energy}, requirement=STEP)
    with step("The operator sets another limit, and the CSMS tells it in its next answer"):
        await limited(station, sut, tx, maxEnergy=MORE_ENERGY)
        wh = sut.number(0, max(0, int(energy) - 1))  # by no count is a limit reached
        answer = await tx.event("MeterValuePeriodic", meterValue=reading(wh, "Sample.Periodic"))
        check_limit(answer, "maxEnergy", MORE_ENERGY)
    with step("The station confirms this limit, and the CSMS does not tell it once more"):
        answer = await tx.event("LimitSet", transactionLimit={"maxEnergy": MORE_ENERGY})
        check_fields("E16.FR.08", answer, {"transactionLimit": None})
    with step("The limit is reached, and the transaction ends"):
        await ended(tx, "EnergyLimitReached", "EnergyLimitReached")
        await check_recorded(sut, tx, active=False, stoppedReason="EnergyLimitReached")


@case("TC_E_106_CSMS")
async def test_driver_limits_energy(station, sut):
    """A CSMS that answers a driver's limit with one of its own has the station charge to another one than he set."""
    await given(booted_with, station, sut, SupportedLimits="maxEnergy", TxStopPoint="EnergyTransfer")
    tx = await given(energy_transfer_started, station, sut)
    with step("The driver limits the energy at the station, and the CSMS leaves it at that"):
        energy = within_limits(tx, "maxEnergy", ENERGY)
        answer = await tx.event("LimitSet", transactionLimit={"maxEnergy": energy})
        check_fields(STEP, answer, {"transactionLimit": None})
    with step("The limit is reached, and the transaction ends"):
        await ended(tx, "EnergyLimitReached", "EnergyLimitReached")
        await check_recorded(sut, tx, active=False, stoppedReason="EnergyLimitReached")


@case("TC_E_107_CSMS")
async def test_driver_limits_time(station, sut):
    """A driver who has an hour wants to pay for an hour."""
    await given(booted_with, station, sut, SupportedLimits="maxTime", TxStopPoint="EnergyTransfer")
    tx = await given(energy_transfer_started, station, sut)
    # the table has 120, and nothing depends on how many they are
    seconds = int(within_limits(tx, "maxTime", ceil(station.timing.transaction)))
    with step("The driver limits the time at the station, and the CSMS leaves it at that"):
        answer = await tx.event("LimitSet", transactionLimit={"maxTime": seconds})
        check_fields(STEP, answer, {"transactionLimit": None})
    with step("The time is over, and the transaction ends"):
        await check_stays_connected(station, within=seconds)
        await ended(tx, "TimeLimitReached", "TimeLimitReached")
        await check_recorded(sut, tx, active=False, stoppedReason="TimeLimitReached")


async def tariff_set(station: Station, sut: Sut) -> str:
    """The operator has the CSMS send a tariff to the station, which calculates by it; returns its id."""
    since = station.next_index
    on_undo("No tariff any more", lambda: tariffs_cleared(station, sut, since))
    prices = {"prices": [{"priceMinute": PER_MINUTE}]}
    request = await asked(
        station,
        sut,
        "SetDefaultTariff",
        evseId=0,
        tariff={"tariffId": sut.text(12), "currency": "EUR", "chargingTime": prices},
        matching={
            "evseId": (0, sut.evseId),  # the step says 0, and its validation the EVSE
            "tariff.tariffId": PRESENT,
            "tariff.currency": "EUR",
            "tariff.chargingTime.prices.0.priceMinute": PER_MINUTE,
        },
    )
    tariff = str(request.at("tariff.tariffId"))
    places = [request.evseId] if request.evseId else sorted({1, 2, sut.evseId})
    there = {"tariffId": tariff, "tariffKind": "DefaultTariff", "evseIds": places}
    station.answer("GetTariffs", {"status": "Accepted", "tariffAssignments": [there]})
    return tariff


async def tariffs_cleared(station: Station, sut: Sut, since: int) -> None:
    """The operator has the CSMS take back each tariff that it has sent from `since` on."""
    for request in [m for m in station.inbox if m.action == "SetDefaultTariff" and m.index >= since]:
        tariff = request.at("tariff.tariffId")
        station.answer("ClearTariffs", {"clearTariffsResult": [{"tariffId": tariff, "status": "Accepted"}]})
        await asked(station, sut, "ClearTariffs", tariffIds=[tariff])


def costs(amount: float) -> dict[str, Any]:
    """What the station has calculated when charging has cost so much, by a tariff without taxes."""
    seconds = round(60 * amount / PER_MINUTE)
    price = {"exclTax": amount, "inclTax": amount}
    total = {"currency": "EUR", "typeOfCost": "NormalCost", "chargingTime": price, "total": price}
    return {"totalCost": total, "totalUsage": {"energy": 0, "chargingTime": seconds, "idleTime": 0}}


@case("TC_E_108_CSMS")
async def test_station_calculates(station, sut):
    """A cost that the CSMS tells beside the one that the station calculates shows the driver two prices."""
    for what in CALCULATES:
        station.has(f"TariffCostCtrlr.Enabled[{what}]", "true")
    for what in ("Cost", "Tariff"):
        station.has(f"TariffCostCtrlr.Available[{what}]", "true")
    await given(booted_with, station, sut, SupportedLimits="maxCost", TxStopPoint="EnergyTransfer")
    nothing = {"totalCost": None, "transactionLimit": None}
    with step("The CSMS sets a tariff of 1 EUR for each minute of charging"):
        tariff = await tariff_set(station, sut)
    with step("The driver presents a token that the CSMS knows, plugs in, and energy flows"):
        tx = await authorized(station, sut, tariffId=tariff)
        await energy_transfer_started(station, sut, tx)
    with step("The driver limits the cost at the station, which tells what it has calculated"):
        cost = within_limits(tx, "maxCost", 2.0)
        answer = await tx.event("LimitSet", transactionLimit={"maxCost": cost}, costDetails=costs(cost / 2))
        check_fields(STEP, answer, nothing)
    with step("The station tells the running cost"):
        answer = await tx.event("RunningCost", costDetails=costs(cost * 3 / 4))
        check_fields(STEP, answer, nothing)
    with step("The limit is reached, and the transaction ends"):
        answer = await ended(tx, "CostLimitReached", "LocalOutOfCredit", costDetails=costs(cost))
        check_fields(STEP, answer, nothing)
        await check_recorded(sut, tx, active=False, stoppedReason="LocalOutOfCredit")


@case("TC_E_109_CSMS")
async def test_csms_limits_cost(station, sut):
    """A prepaid driver charges for more than he has where the station hears neither of his limit nor of the cost."""
    await given(booted_with, station, sut, SupportedLimits="maxCost", TxStartPoint="EnergyTransfer")
    tx = await given(connected_before_start, station, sut)
    with step("The operator limits the cost of the next transaction"):
        await limited(station, sut, tx, maxCost=COST)
    with step("The driver presents a token that the CSMS knows, and it is accepted"):
        await token_accepted(station, sut, tx)
    with step("The transaction starts as energy flows, and the CSMS tells limit and cost"):
        since = station.next_index
        answer = await started(sut, tx, "ChargingStateChanged", chargingState="Charging")
        check_limit(answer, "maxCost", COST)
        check_fields(STEP, answer, {"totalCost": COST_TOLD}, note=OFFICIAL)
    with step("The station confirms the limit; the CSMS tells the cost, and the limit not once more"):
        answer = await tx.event("LimitSet", transactionLimit={"maxCost": COST})
        check_fields("E16.FR.08", answer, {"transactionLimit": None})
        check_fields(STEP, answer, {"totalCost": COST_TOLD}, note=OFFICIAL)
    with step("The cost may come by itself as well"):
        told = await station.expect_optional("CostUpdated", since=since)
        if told is not None:
            check_fields(STEP, told, {"transactionId": ignoring_case(tx.id), "totalCost": COST_TOLD})
        costs_told = [event.totalCost for event in tx.events if event.totalCost is not None]
        check(
            "E16.FR.11",
            told is not None or bool(costs_told),
            expected="totalCost in an answer, or a CostUpdated",
            received=costs_told,
        )


@case("TC_E_110_CSMS")
async def test_csms_limits_energy(station, sut):
    """Energy that was paid for in advance has to end at what was paid."""
    station.has("AuthCtrlr.LocalPreAuthorize", "true")  # nothing is asked about the token before it starts
    await given(booted_with, station, sut, SupportedLimits="maxEnergy", TxStartPoint="EnergyTransfer")
    tx = await given(connected_before_start, station, sut)
    with step("The operator limits the energy of the next transaction"):
        await limited(station, sut, tx, maxEnergy=ENERGY)
    with step("The transaction starts as energy flows, and the CSMS tells the limit"):
        answer = await started(sut, tx, "ChargingStateChanged", chargingState="Charging")
        check_limit(answer, "maxEnergy", ENERGY)
    with step("The station confirms the limit, and the CSMS does not tell it once more"):
        answer = await tx.event("LimitSet", transactionLimit={"maxEnergy": ENERGY})
        check_fields("E16.FR.08", answer, {"transactionLimit": None})
    with step("The limit is reached, and the station suspends the charging"):
        await tx.event(
            "EnergyLimitReached",
            chargingState="SuspendedEVSE",
            evse={"id": tx.evseId, "connectorId": tx.connectorId},
            transactionLimit={"maxEnergy": ENERGY},
            requirement=STEP,
        )
        await check_recorded(sut, tx, active=True, chargingState="SuspendedEVSE")


@case("TC_E_111_CSMS")
async def test_csms_limits_time(station, sut):
    """A place that is wanted by others is let for a time, and the station has to know for how long."""
    station.has("AuthCtrlr.LocalPreAuthorize", "true")  # nothing is asked about the token before it starts
    await given(booted_with, station, sut, SupportedLimits="maxTime", TxStartPoint="EnergyTransfer")
    tx = await given(connected_before_start, station, sut)
    with step("The operator limits the time of the next transaction"):
        await limited(station, sut, tx, maxTime=TIME)
    with step("The transaction starts as energy flows, and the CSMS tells the limit"):
        answer = await started(sut, tx, "ChargingStateChanged", chargingState="Charging")
        check_limit(answer, "maxTime", TIME)
    with step("The station confirms the limit, and the CSMS does not tell it once more"):
        answer = await tx.event(
            "LimitSet",
            evse={"id": tx.evseId, "connectorId": tx.connectorId},
            transactionLimit={"maxTime": TIME},
        )
        check_fields("E16.FR.08", answer, {"transactionLimit": None})
        await check_recorded(sut, tx, active=True)
