"""B, provisioning: SetVariables and GetVariables, as many variables at a time as the station under test takes."""

from __future__ import annotations

import json
from typing import Any

from ocpp_proof.cases.fields import at
from ocpp_proof.cases.steps import check, check_fields
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable, variable_reference

__all__ = ["Result", "check_accepted", "get_variables", "set_variables", "threshold", "wanted"]

Item = dict[str, Any]
Result = dict[str, Any]

FRAME = 64
"""Octets of a CALL around its payload: type, message id, brackets."""
NAMES = ("component.name", "component.instance", "variable.name", "variable.instance")
PLACES = ("component.evse.id", "component.evse.connectorId")


def wanted(name: str, attribute: str | None = None, value: str | None = None) -> Item:
    """What a request says of a variable; `attribute` and `value` only where they are given."""
    item: Item = variable_reference(name)
    if attribute is not None:
        item["attributeType"] = attribute
    if value is not None:
        item["attributeValue"] = value
    return item


def threshold(*, other_than: str | None = None) -> str:
    """A value for OfflineThreshold: the 300 s of the official cases, which the fewest stations refuse, else 240 s."""
    return "240" if other_than == "300" else "300"


async def set_variables(csms: Csms, items: list[Item]) -> list[Result]:
    """Set these variables; their results in this order, each judged to be about its variable."""
    return await _each_result(csms, "SetVariables", items, count="B05.FR.01", same="B05.FR.02", kind="B05.FR.03")


async def get_variables(csms: Csms, items: list[Item]) -> list[Result]:
    """Read these variables; their results in this order, each judged to be about its variable."""
    return await _each_result(csms, "GetVariables", items, count="B06.FR.01", same="B06.FR.02", kind="B06.FR.03")


def check_accepted(requirement: str, result: Result) -> bool:
    """Judge that a variable was set or read, and that no other reason is given."""
    fields = {"attributeStatus": "Accepted", "attributeStatusInfo.reasonCode": ("NoError", None)}
    return check_fields(requirement, result, fields)


async def _each_result(csms: Csms, action: str, items: list[Item], *, count: str, same: str, kind: str) -> list[Result]:
    field = {"SetVariables": "setVariable", "GetVariables": "getVariable"}[action]
    found: list[Result] = []
    for portion in await _portions(csms, action, f"{field}Data", items):
        request: dict[str, Any] = {f"{field}Data": portion}
        answer = await csms.call(action, **request)
        results = list(answer.at(f"{field}Result") or [])
        check(
            count,
            len(results) == len(portion),
            expected=f"as many results as variables: {len(portion)}",
            received=results,
        )
        for item in portion:  # in any order
            result = next((one for one in results if _is_about(one, item)), None)
            named = {name: at(item, name) for name in (*NAMES, *PLACES) if at(item, name) is not None}
            check(same, result is not None, expected=f"a result for {named}", received=results)
            if result is not None and "attributeType" in item:
                check_fields(kind, result, {"attributeType": item["attributeType"]})
            found.append(result or {})
    return found


def _is_about(result: Result, item: Item) -> bool:
    names = all(ignoring_case(str(at(item, name) or "")).matches(at(result, name)) for name in NAMES)
    return names and all(at(result, place) == at(item, place) for place in PLACES)


async def _portions(csms: Csms, action: str, field: str, items: list[Item]) -> list[list[Item]]:
    """The items in messages of the size that the station takes (B05.FR.11, B06.FR.05, BytesPerMessage)."""
    if len(items) < 2:
        return [items]
    most = await _limit(csms, f"DeviceDataCtrlr.ItemsPerMessage/{action}")
    octets = await _limit(csms, f"DeviceDataCtrlr.BytesPerMessage/{action}")
    portions: list[list[Item]] = [[]]
    for item in items:
        size = FRAME + len(action) + len(json.dumps({field: [*portions[-1], item]}))
        if portions[-1] and (len(portions[-1]) >= most or size > octets):
            portions.append([])
        portions[-1].append(item)
    return portions


async def _limit(csms: Csms, name: str) -> float:
    """What such a variable says, at least 1; no limit where it cannot be read as a number."""
    text = await get_variable(csms, name) or ""
    return max(1.0, float(text)) if text.isdecimal() else float("inf")
