"""Fields that depend on one another: what else a message says when one of its values is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ocpp_proof.ocppj.sample_values import HASH_LENGTHS, TIME

__all__ = ["agreeing"]

_MEASURANDS = {
    "varh": "Energy.Reactive.Import.Register",
    "kvarh": "Energy.Reactive.Import.Register",
    "W": "Power.Active.Import",
    "kW": "Power.Active.Import",
    "VA": "Power.Active.Import",
    "kVA": "Power.Active.Import",
    "var": "Power.Reactive.Import",
    "kvar": "Power.Reactive.Import",
    "A": "Current.Import",
    "V": "Voltage",
    "K": "Temperature",
    "Celsius": "Temperature",
    "Celcius": "Temperature",
    "Fahrenheit": "Temperature",
    "Percent": "SoC",
}
"""Unit -> what is measured in it, 1.6 (section 7.45)."""
_UNITS = {
    "Current": "A",
    "Frequency": None,
    "Power.Factor": None,
    "Power.Reactive": "var",
    "Power": "W",
    "RPM": None,
    "SoC": "Percent",
    "Temperature": "Celsius",
    "Voltage": "V",
    "Energy.Reactive": "varh",
}
"""How a measurand begins -> its unit; None where the list of units has none. Energy is in Wh, which is the default."""
_TOKENS = {"MacAddress": "AABBCCDDEEFF", "NoAuthorization": "", "eMAID": "NLOCAC00000001X", "KeyCode": "1234"}
"""Texts for the types of token that are written in a form of their own."""


def agreeing(action: str, payload: Any, chosen: str, value: Any) -> Any:
    """`payload` (changed in place) with what depends on the member called `chosen`, which has been given `value`."""
    if action == "TransactionEvent" and "stoppedReason" in payload.get("transactionInfo", {}):
        payload["eventType"] = "Ended"
    if action == "TransactionEvent" and chosen in ("transactionId", "seqNo"):
        payload["eventType"] = "Started"
    if action == "PublishFirmwareStatusNotification" and payload.get("status") == "Published":
        payload["location"] = ["https://files.example/one"]
    if "customTrigger" in payload:
        payload["requestedMessage"] = "CustomTrigger"
    if action == "StatusNotification" and chosen == "errorCode" and value != "NoError":
        payload["status"] = "Faulted"
    if action == "StatusNotification" and chosen == "status" and value == "Faulted":
        payload["errorCode"] = "OtherError"
    _everywhere(payload, lambda part: _agree(part, chosen, value))
    return payload


def _everywhere(value: Any, change: Callable[[dict[str, Any]], None]) -> None:
    if isinstance(value, dict):
        change(value)
        for member in value.values():
            _everywhere(member, change)
    elif isinstance(value, list):
        for member in value:
            _everywhere(member, change)


def _agree(part: dict[str, Any], chosen: str, value: Any) -> None:
    digits = HASH_LENGTHS.get(str(part.get("hashAlgorithm")))
    for name in ("issuerNameHash", "issuerKeyHash"):
        if digits and name in part:
            part[name] = (str(part[name]) * 2)[:digits]
    if part.get("chargingProfileKind") in ("Absolute", "Recurring"):
        schedules = part.get("chargingSchedule")
        for schedule in schedules if isinstance(schedules, list) else [schedules]:
            if isinstance(schedule, dict):
                schedule.setdefault("startSchedule", TIME)
    if part.get("chargingProfileKind") == "Recurring":
        part.setdefault("recurrencyKind", "Daily")
    if "recurrencyKind" in part and chosen == "recurrencyKind":
        part["chargingProfileKind"] = "Recurring"
        _agree(part, "chargingProfileKind", "Recurring")
    if part.get("type") in _TOKENS and "idToken" in part:
        part["idToken"] = _TOKENS[part["type"]]
    if chosen == "unit" and part.get("unit") == value and value in _MEASURANDS:
        part["measurand"] = _MEASURANDS[value]
    if chosen == "measurand" and part.get("measurand") == value:
        _agree_unit(part, str(value))
    if part.get("format") == "SignedData":
        part["value"] = "3081"


def _agree_unit(part: dict[str, Any], measurand: str) -> None:
    found = next((unit for begin, unit in _UNITS.items() if measurand.startswith(begin)), "Wh")
    if isinstance(part.get("unitOfMeasure"), dict):
        part["unitOfMeasure"].pop("unit", None)
    if "unitOfMeasure" in part or found == "Wh":
        return
    if found and isinstance(part.get("value"), str):  # 1.6, where the unit stands beside it
        part["unit"] = found
    elif found:
        part["unitOfMeasure"] = {"unit": found}
