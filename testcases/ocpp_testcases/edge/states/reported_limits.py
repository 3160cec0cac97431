"""What a station says that it takes at most, and requests of exactly that size or of any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ocpp_proof import NotApplicable
from ocpp_proof.ocppj.frames import Call, encode
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.default_profiles import MAY_REPLACE, own_profile
from ocpp_testcases.edge.states.local_list_entries import own_entries
from ocpp_testcases.edge.states.station_settings import setting
from ocpp_testcases.edge.states.too_long import attempt_too_long

__all__ = ["LIMITS", "Limit", "Request", "reported"]

Payload = dict[str, Any]
Reply = Answer | ErrorAnswer
ID = "x" * 36
"""As long as the message ids of the harness."""


@dataclass(frozen=True)
class Request:
    """A request of which there is one in each size. `needs_room`: what a refusal may be due to besides the size.

    `send_beyond`: the same where it may be too long to be read; None when the station closed the connection with 1009.
    """

    message: Callable[[int], tuple[str, Payload]]
    send: Callable[[int], Awaitable[Reply]]
    send_beyond: Callable[[int], Awaitable[Reply | None]]
    needs_room: str = ""

    def bytes(self, size: int) -> int:
        """The length of the message."""
        return len(encode(Call(ID, *self.message(size))).encode())


@dataclass(frozen=True)
class Limit:
    """A limit by its configuration key (1.6) or variable (2.x); empty: the version has none.

    `prepare` brings the station so far that it takes the request in its smallest form, and takes back afterwards what
    that changes. `complete` says whether an answer treats all of a request. `refusable`: beyond the limit a refusal is
    what a sound station gives; `code`: the CALLERROR for it where 2.x names one. `least` and `most`: what is reported
    outside of them no message could reach, or is said for form's sake. `and_bytes` and `and_key`: other limits of the
    same message.
    """

    key: str
    variable: str
    prepare: Callable[[Csms, Sut, int, bool], Awaitable[Request]]
    complete: Callable[[Reply, int], bool]
    refusable: bool = False
    code: str = ""
    least: int = 1
    most: int = 5_000
    and_bytes: str = ""
    and_key: str = ""

    def name(self, ocpp: str) -> str:
        """What the station reports it as."""
        return self.key if ocpp == "1.6" else self.variable

    def says(self, ocpp: str) -> str:
        """The same in words, with the other limit of the message where there is one."""
        return f"the smaller of {self.key} and {self.and_key}" if ocpp == "1.6" and self.and_key else self.name(ocpp)

    async def send(self, csms: Csms, sut: Sut, request: Request, size: int) -> Reply:
        """Send the request of this size. Not applicable where it would be too long in bytes besides (B06.FR.17)."""
        answer = await self._sent(csms, sut, request.send, request, size)
        assert answer is not None  # its end would have ended the case
        return answer

    async def send_beyond(self, csms: Csms, sut: Sut, request: Request, size: int) -> Reply | None:
        """The same with more than the limit: None where the station closes the connection with 1009, too big."""
        return await self._sent(csms, sut, request.send_beyond, request, size)

    async def _sent(
        self, csms: Csms, sut: Sut, send: Callable[[int], Awaitable[Reply | None]], request: Request, size: int
    ) -> Reply | None:
        known = None
        if sut.ocpp != "1.6" and self.and_bytes:
            known = _number(await setting(csms, sut, ("", self.and_bytes)))
            length = request.bytes(size)
            if known is not None and length > known:
                raise NotApplicable(f"{self.and_bytes} is {known}, and a message of {size} has {length} bytes")
        answer = await send(size)
        if self.and_bytes and known is None and answer is not None and answer.error == "FormatViolation":
            raise NotApplicable(f"the station does not tell {self.and_bytes}, and refuses by FormatViolation")
        return answer


async def reported(csms: Csms, sut: Sut, limit: Limit) -> int | None:
    """The limit as the station reports it; None when it reports none, or more than anybody sends."""
    name = limit.name(sut.ocpp)
    if not name:
        return None
    size = _number(await setting(csms, sut, (name, name)))
    if size is not None and sut.ocpp == "1.6" and limit.and_key:
        other = _number(await setting(csms, sut, (limit.and_key, "")))
        size = size if other is None else min(size, other)
    return size if size is not None and limit.least <= size <= limit.most else None


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdecimal() else None


def _request(csms: Csms, message: Callable[[int], tuple[str, Payload]]) -> Request:
    async def send(size: int) -> Reply:
        action, payload = message(size)
        return await csms.attempt(action, **payload)

    async def send_beyond(size: int) -> Reply | None:
        return await attempt_too_long(csms, *message(size))

    return Request(message, send, send_beyond)


# --- requests that change nothing
def _asking(build: Callable[[Sut, int], tuple[str, Payload]]) -> Callable[[Csms, Sut, int, bool], Awaitable[Request]]:
    async def prepare(csms: Csms, sut: Sut, size: int, may_disturb: bool) -> Request:
        return _request(csms, partial(build, sut))

    return prepare


def _variables(sut: Sut, size: int) -> tuple[str, Payload]:
    if sut.ocpp == "1.6":
        return "GetConfiguration", {"key": [f"P{sut.text(4)}{n}" for n in range(size)]}
    return "GetVariables", {"getVariableData": [_unknown(sut, n) for n in range(size)]}


def _unknown(sut: Sut, number: int) -> Payload:
    """A variable that no station has, in few bytes: those of the message may be limited too."""
    return {"component": {"name": f"P{sut.text(4)}"}, "variable": {"name": f"V{number}"}}


def _all_variables(answer: Reply, size: int) -> bool:
    told = len(answer.configurationKey or ()) + len(answer.unknownKey or ()) + len(answer.getVariableResult or ())
    return answer.error is None and told == size


def _settings(sut: Sut, size: int) -> tuple[str, Payload]:
    return "SetVariables", {"setVariableData": [{**_unknown(sut, n), "attributeValue": "1"} for n in range(size)]}


def _all_settings(answer: Reply, size: int) -> bool:
    return answer.error is None and len(answer.setVariableResult or ()) == size


def _bytes(sut: Sut, size: int) -> tuple[str, Payload]:
    """A GetVariables whose message has that many bytes, thanks to a vendor's own data."""
    data = _unknown(sut, 1)
    payload: Payload = {"customData": {"vendorId": "ocpp-proof", "pad": ""}, "getVariableData": [data]}
    frame = len(encode(Call(ID, "GetVariables", payload)))
    payload["customData"]["pad"] = "x" * max(0, size - frame)
    return "GetVariables", payload


def _one_variable(answer: Reply, size: int) -> bool:
    return answer.error is None and len(answer.getVariableResult or ()) == 1


def _monitors(sut: Sut, size: int) -> tuple[str, Payload]:
    monitor = {"value": 1, "type": "UpperThreshold", "severity": 8}
    return "SetVariableMonitoring", {"setMonitoringData": [{**monitor, **_unknown(sut, n)} for n in range(size)]}


def _all_monitors(answer: Reply, size: int) -> bool:
    return answer.error is None and len(answer.setMonitoringResult or ()) == size


# --- requests of which something is kept
def _accepted(answer: Reply, size: int) -> bool:
    return answer.error is None and answer.status == "Accepted"


async def _local_list(csms: Csms, sut: Sut, size: int, may_disturb: bool) -> Request:
    entries = await own_entries(csms, sut, size)
    limited = "an operator's list takes room" if entries.before else ""
    if sut.ocpp != "1.6" and await setting(csms, sut, ("", "LocalAuthListCtrlr.Storage")) is not None:
        limited = "LocalAuthListCtrlr.Storage limits the list in bytes"
    return Request(lambda size: ("SendLocalList", entries.shown(size)), entries.send, entries.send_beyond, limited)


async def _periods(csms: Csms, sut: Sut, size: int, may_disturb: bool) -> Request:
    own = await own_profile(csms, sut, may_disturb=may_disturb)

    def limits(size: int) -> list[float]:
        return [own.limit + n % 2 for n in range(size)]

    return _request(csms, lambda size: ("SetChargingProfile", own.message(*limits(size))))


async def _stack_level(csms: Csms, sut: Sut, size: int, may_disturb: bool) -> Request:
    own = await own_profile(csms, sut, may_disturb=may_disturb)
    if own.taken is None and not may_disturb:
        raise NotApplicable(MAY_REPLACE)
    if own.taken is not None and size in own.taken:
        raise NotApplicable(f"the station has a default profile of the highest stack level, {size}")
    return _request(csms, lambda size: ("SetChargingProfile", own.message(level=size)))


LIMITS = {
    "variables": Limit(
        "GetConfigurationMaxKeys",
        "DeviceDataCtrlr.ItemsPerMessage/GetVariables",
        _asking(_variables),
        _all_variables,
        code="OccurrenceConstraintViolation",
        and_bytes="DeviceDataCtrlr.BytesPerMessage/GetVariables",
    ),
    "settings": Limit(
        "",
        "DeviceDataCtrlr.ItemsPerMessage/SetVariables",
        _asking(_settings),
        _all_settings,
        and_bytes="DeviceDataCtrlr.BytesPerMessage/SetVariables",
    ),
    "bytes": Limit(
        "",
        "DeviceDataCtrlr.BytesPerMessage/GetVariables",
        _asking(_bytes),
        _one_variable,
        code="FormatViolation",
        most=200_000,
    ),
    "monitors": Limit(
        "",
        "MonitoringCtrlr.ItemsPerMessage/SetVariableMonitoring",
        _asking(_monitors),
        _all_monitors,
        and_bytes="MonitoringCtrlr.BytesPerMessage/SetVariableMonitoring",
    ),
    "local list": Limit(
        "SendLocalListMaxLength",
        "LocalAuthListCtrlr.ItemsPerMessage",
        _local_list,
        _accepted,
        refusable=True,
        and_bytes="LocalAuthListCtrlr.BytesPerMessage",
        and_key="LocalAuthListMaxLength",
    ),
    "periods": Limit(
        "ChargingScheduleMaxPeriods", "SmartChargingCtrlr.PeriodsPerSchedule", _periods, _accepted, refusable=True
    ),
    "stack level": Limit(
        "ChargeProfileMaxStackLevel",
        "SmartChargingCtrlr.ProfileStackLevel",
        _stack_level,
        _accepted,
        refusable=True,
        least=0,
    ),
}
"""The limits of a station by what they limit."""
