"""What a station says that it takes at most, and requests of exactly that size or of any other."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states import b_provisioning
from ocpp_testcases.ocpp16.station.states import configuration

__all__ = ["LIMITS", "Limit", "reported"]

Payload = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """A limit by its configuration key (1.6) or variable (2.x); empty: the version has none.

    `build` makes a request of a size; `complete` says whether an answer treats all of it; `undo` takes it back.
    `refusable`: beyond the limit a refusal is what a sound station gives. `most`: a larger limit is said for form's
    sake, and no bench waits for messages of that size.
    """

    key: str
    variable: str
    build: Callable[[Sut, int], tuple[str, Payload]]
    complete: Callable[[Answer | ErrorAnswer, int], bool]
    undo: Callable[[Csms, Sut, Payload], Awaitable[None]] | None = None
    refusable: bool = False
    most: int = 5_000

    def name(self, ocpp: str) -> str:
        """What the station reports it as."""
        return self.key if ocpp == "1.6" else self.variable

    async def send(self, csms: Csms, sut: Sut, size: int) -> Answer | ErrorAnswer:
        """Send a request of this size; what it changes is taken back when the case ends."""
        action, payload = self.build(sut, size)
        undo = self.undo
        if undo is not None:
            on_undo(f"Take back {action}", lambda: undo(csms, sut, payload))
        return await csms.attempt(action, **payload)


async def reported(csms: Csms, sut: Sut, limit: Limit) -> int | None:
    """The limit as the station reports it; None when it reports none, or more than anybody sends."""
    name = limit.name(sut.ocpp)
    if not name:
        return None
    read = configuration.get_configuration if sut.ocpp == "1.6" else b_provisioning.get_variable
    value = await read(csms, name)
    return int(value) if value and value.isdecimal() and 0 < int(value) <= limit.most else None


# --- variables
def _variables(sut: Sut, size: int) -> tuple[str, Payload]:
    if sut.ocpp == "1.6":
        return "GetConfiguration", {"key": [f"Proof{sut.text(6)}{n}" for n in range(size)]}
    return "GetVariables", {"getVariableData": [_unknown(sut, n) for n in range(size)]}


def _unknown(sut: Sut, number: int) -> Payload:
    return {"component": {"name": f"Proof{sut.text(6)}"}, "variable": {"name": f"Variable{number}"}}


def _all_variables(answer: Answer | ErrorAnswer, size: int) -> bool:
    told = len(answer.configurationKey or ()) + len(answer.unknownKey or ()) + len(answer.getVariableResult or ())
    return answer.error is None and told == size


def _settings(sut: Sut, size: int) -> tuple[str, Payload]:
    return "SetVariables", {"setVariableData": [{**_unknown(sut, n), "attributeValue": "1"} for n in range(size)]}


def _all_settings(answer: Answer | ErrorAnswer, size: int) -> bool:
    return answer.error is None and len(answer.setVariableResult or ()) == size


def _bytes(sut: Sut, size: int) -> tuple[str, Payload]:
    """A GetVariables whose message has that many bytes, thanks to a vendor's own data."""
    data = _unknown(sut, 1)
    payload: Payload = {"customData": {"vendorId": "ocpp-proof", "pad": ""}, "getVariableData": [data]}
    frame = len(json.dumps([2, "x" * 36, "GetVariables", payload], separators=(",", ":")))
    payload["customData"]["pad"] = "x" * max(0, size - frame)
    return "GetVariables", payload


def _one_variable(answer: Answer | ErrorAnswer, size: int) -> bool:
    return answer.error is None and len(answer.getVariableResult or ()) == 1


def _monitors(sut: Sut, size: int) -> tuple[str, Payload]:
    monitor = {"value": 1, "type": "UpperThreshold", "severity": 8}
    return "SetVariableMonitoring", {"setMonitoringData": [{**monitor, **_unknown(sut, n)} for n in range(size)]}


def _all_monitors(answer: Answer | ErrorAnswer, size: int) -> bool:
    return answer.error is None and len(answer.setMonitoringResult or ()) == size


# --- what is accepted or not
def _accepted(answer: Answer | ErrorAnswer, size: int) -> bool:
    return answer.error is None and answer.status == "Accepted"


def _local_list(sut: Sut, size: int) -> tuple[str, Payload]:
    tokens = [f"{number:05}{sut.text(7)}" for number in range(size)]
    payload: Payload = {"updateType": "Full"}
    if sut.ocpp == "1.6":
        payload["listVersion"] = sut.number(1, 10_000)
        payload["localAuthorizationList"] = [{"idTag": t, "idTagInfo": {"status": "Accepted"}} for t in tokens]
    else:
        payload["versionNumber"] = sut.number(1, 10_000)
        entries = [
            {"idToken": {"idToken": t, "type": "Central"}, "idTokenInfo": {"status": "Accepted"}} for t in tokens
        ]
        payload["localAuthorizationList"] = entries
    return "SendLocalList", payload


async def _empty_list(csms: Csms, sut: Sut, payload: Payload) -> None:
    empty = {k: v for k, v in payload.items() if k != "localAuthorizationList"}
    await csms.attempt("SendLocalList", **empty)


def _profile(sut: Sut, *, periods: int = 1, level: int = 0) -> tuple[str, Payload]:
    steps = [{"startPeriod": 60 * n, "limit": 10.0 + n % 2} for n in range(periods)]
    schedule: Payload = {"chargingRateUnit": "A", "chargingSchedulePeriod": steps}
    profile: Payload = {
        "stackLevel": level,
        "chargingProfilePurpose": "TxDefaultProfile",
        "chargingProfileKind": "Relative",
    }
    number = sut.number(1, 100_000)
    if sut.ocpp == "1.6":
        whole = {"chargingProfileId": number, **profile, "chargingSchedule": schedule}
        return "SetChargingProfile", {"connectorId": sut.connectorId, "csChargingProfiles": whole}
    whole = {"id": number, **profile, "chargingSchedule": [{"id": 1, **schedule}]}
    return "SetChargingProfile", {"evseId": sut.evseId, "chargingProfile": whole}


async def _clear_profile(csms: Csms, sut: Sut, payload: Payload) -> None:
    if sut.ocpp == "1.6":
        await csms.attempt("ClearChargingProfile", id=payload["csChargingProfiles"]["chargingProfileId"])
    else:
        await csms.attempt("ClearChargingProfile", chargingProfileId=payload["chargingProfile"]["id"])


LIMITS = {
    "variables": Limit(
        "GetConfigurationMaxKeys", "DeviceDataCtrlr.ItemsPerMessage/GetVariables", _variables, _all_variables
    ),
    "settings": Limit("", "DeviceDataCtrlr.ItemsPerMessage/SetVariables", _settings, _all_settings),
    "bytes": Limit("", "DeviceDataCtrlr.BytesPerMessage/GetVariables", _bytes, _one_variable, most=200_000),
    "monitors": Limit("", "MonitoringCtrlr.ItemsPerMessage/SetVariableMonitoring", _monitors, _all_monitors),
    "local list": Limit(
        "SendLocalListMaxLength", "LocalAuthListCtrlr.ItemsPerMessage", _local_list, _accepted, _empty_list, True
    ),
    "periods": Limit(
        "ChargingScheduleMaxPeriods",
        "SmartChargingCtrlr.PeriodsPerSchedule",
        lambda sut, size: _profile(sut, periods=size),
        _accepted,
        _clear_profile,
        True,
    ),
    "stack level": Limit(
        "ChargeProfileMaxStackLevel",
        "SmartChargingCtrlr.ProfileStackLevel",
        lambda sut, size: _profile(sut, level=size),
        _accepted,
        _clear_profile,
        True,
    ),
}
"""The limits of a station by what they limit."""
