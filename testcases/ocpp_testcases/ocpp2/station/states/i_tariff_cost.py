"""I, tariff and cost: tariffs by which a station under test calculates what a transaction costs (2.1)."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_applicable, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.patterns import PRESENT
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.e_points import ENDS_BY_AUTHORIZATION
from ocpp_testcases.ocpp2.station.states.e_transactions import Session

__all__ = [
    "check_cost",
    "cost_by_csms",
    "cost_by_station",
    "default_tariff_set",
    "expect_cost_at_end",
    "seconds_to_limit",
]

CURRENCY = "EUR"
PARTS = ("fixed", "energy", "chargingTime", "idleTime", "reservationTime", "reservationFixed")
CENT = 0.011


async def cost_by_csms(csms: Csms) -> None:
    """The station does not calculate what a transaction costs: the CSMS does"""
    for name in ("Tariff", "Cost"):
        await configured(csms, {f"TariffCostCtrlr.Enabled/{name}": "false"}, if_writable=True)


async def cost_by_station(csms: Csms) -> None:
    """The station calculates what a transaction costs, by the tariff that it was given"""
    for name in ("Tariff", "Cost"):
        if (await get_variable(csms, f"TariffCostCtrlr.Available/{name}") or "false").lower() != "true":
            raise not_applicable(f"TariffCostCtrlr.Available[{name}] is not true: no local cost calculation")
        await configured(csms, {f"TariffCostCtrlr.Enabled/{name}": "true"}, if_implemented=True)


def seconds_to_limit(sut: Sut) -> float:
    """How long a transaction takes to reach the limit of its cost."""
    return float(sut.value("cost_limit_seconds", 120))


async def default_tariff_set(csms: Csms, sut: Sut, tx: Session, limit: float, tax: tuple[str, str]) -> float:
    """Each EVSE has a tariff by which `limit` is reached in time, whether energy flows or not; returns its price.

    The price is that of a minute. `tx`: a session whose driver has to be authorized. `tax`: the names of the taxes of
    both times; they are 0 %.
    """
    if not tx.asks:
        raise not_applicable("AuthCtrlr.Enabled is false: whoever plugs in charges before there is a tariff")
    price, id = round(limit * 60 / seconds_to_limit(sut), 4), sut.text()
    parts = {
        name: {"prices": [{"priceMinute": price}], "taxRates": [{"type": kind, "tax": 0}]}
        for name, kind in zip(("chargingTime", "idleTime"), tax, strict=True)
    }
    on_undo("Clear the tariff", lambda: csms.attempt("ClearTariffs", tariffIds=[id]))
    answer = await csms.call("SetDefaultTariff", evseId=0, tariff={"tariffId": id, "currency": CURRENCY, **parts})
    check_fields("I07.FR.10", answer, {"status": "Accepted"})
    return price


async def expect_cost_at_end(tx: Session, sut: Sut, *, price: float, tax: tuple[str, str]) -> None:
    """The CSMS stops the transaction, and where that ends it the station tells what it has cost."""
    await tx.csms.attempt("RequestStopTransaction", transactionId=tx.id)
    ended = await tx.csms.expect_optional(
        "TransactionEvent",
        within=tx.csms.timing.event if tx.stop & ENDS_BY_AUTHORIZATION else None,
        eventType="Ended",
        transactionInfo__transactionId=tx.id,
    )
    if ended is None:
        not_judged("I12.FR.01", because=f"TxStopPoint {sorted(tx.stop)} does not end the transaction here")
        return
    tx.events.append(ended)
    tx.ended = True
    if check_fields("I12.FR.01", ended, {"costDetails": PRESENT}):
        check_cost(ended, sut, price=price, tax=tax)


def check_cost(
    event: Message,
    sut: Sut,
    *,
    price: float,
    tax: tuple[str, str],
    limit: float | None = None,
    at_most: float | None = None,
) -> None:
    """Judge what an event tells of the cost, where it has to or does.

    `limit`: what it has to be by now, as near as the station can count. `at_most`: what it may not exceed by now. An
    event that is not the last one need not tell the cost.
    """
    if event.costDetails is None and event.eventType != "Ended":
        not_judged("I12.FR.01", because="the cost has to be told when the transaction ends")
        return
    total = "costDetails.totalCost"
    check_fields("I12.FR.16", event, {f"{total}.currency": CURRENCY})
    check_fields("I12.FR.41", event, {f"{total}.typeOfCost": "NormalCost"})
    check_fields("I12.FR.12", event, {f"{total}.total.exclTax": _is_number, f"{total}.total.inclTax": _is_number})
    used: dict[str, Any] = event.at("costDetails.totalUsage") or {}
    for name, requirement, kind in (("chargingTime", "I12.FR.10", tax[0]), ("idleTime", "I12.FR.11", tax[1])):
        check_fields(requirement, event, {f"costDetails.totalUsage.{name}": _is_number})
        if used.get(name):
            _check_part(event, name, requirement, kind)
    _check_sum(event)
    if event.triggerReason == "RunningCost":
        check_fields("I12.FR.02", event, {"costDetails.chargingPeriods": None})
    near = price / 60 * max(1.0, interval_tolerance(sut, seconds_to_limit(sut)))
    amount = event.at(f"{total}.total.exclTax")
    if limit is not None and _is_number(amount):
        check(
            "E16.FR.16",
            abs(amount - limit) <= near + CENT,
            expected=f"a cost of {limit:g} when its limit is reached, at most {near:.2f} off",
            received=amount,
        )
    if at_most is not None and _is_number(amount):
        check(
            "E16.FR.16",
            amount <= at_most + near + CENT,
            expected=f"a cost of {at_most:g} at most before its limit is reached, {near:.2f} off",
            received=amount,
        )


def _check_part(event: Message, name: str, requirement: str, kind: str) -> None:
    part = f"costDetails.totalCost.{name}"
    check_fields(requirement, event, {f"{part}.exclTax": _is_number, f"{part}.inclTax": _is_number})
    check_fields(STEP, event, {f"{part}.taxRates.0.type": kind, f"{part}.taxRates.0.tax": 0})


def _check_sum(event: Message) -> None:
    cost: dict[str, Any] = event.at("costDetails.totalCost") or {}
    for tax in ("exclTax", "inclTax"):
        parts = [_amount(cost, name, tax) for name in PARTS if _is_number((cost.get(name) or {}).get(tax))]
        if _is_number((cost.get("total") or {}).get(tax)):
            told = _amount(cost, "total", tax)
            check(
                "I12.FR.17",
                abs(sum(parts) - told) <= CENT * max(1, len(parts)),
                expected=f"total.{tax}: the sum of {parts}",
                received=told,
            )
    total = cost.get("total") or {}
    if _is_number(total.get("exclTax")) and _is_number(total.get("inclTax")):
        check(
            "I12.FR.13",
            abs(total["inclTax"] - total["exclTax"]) <= CENT,
            expected="total.inclTax: the same as exclTax, with taxes of 0 %",
            received=total,
        )


def _amount(cost: dict[str, Any], part: str, tax: str) -> float:
    return float(cost[part][tax])


def _is_number(value: Any) -> bool:
    """Whether something is an amount."""
    return isinstance(value, int | float) and not isinstance(value, bool)
