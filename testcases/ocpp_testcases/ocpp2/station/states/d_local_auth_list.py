"""D, local authorization list of a station under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import check, check_fields, not_judged, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured, get_variable

__all__ = [
    "ENABLED",
    "NO_LIST",
    "check_entries",
    "check_list_version",
    "id_token_in_local_list",
    "list_installed",
    "local_list_enabled",
    "put_on",
    "send_list",
    "taken_off",
]

Entry = dict[str, Any]
ENABLED = "LocalAuthListCtrlr.Enabled"
ENTRIES = "LocalAuthListCtrlr.Entries"
NO_LIST = 0
"""The version of a station that has no list (D02.FR.02, D02.FR.03)."""


async def local_list_enabled(csms: Csms) -> None:
    """LocalAuthListEnabled is true, if it is implemented"""
    await available(csms, "LocalAuthListCtrlr")
    await configured(csms, {ENABLED: "true"}, if_implemented=True)


async def id_token_in_local_list(csms: Csms, sut: Sut, *tokens: Token, group: dict[str, str] | None = None) -> int:
    """IdTokenLocalAuthList: the list has these tokens and no others, all Accepted; returns its version

    `group`: the IdTokenType of the group that all of them belong to. The list is emptied when the case ends. Its
    version is a little above the one before, so that the CSMS that the station goes back to may still change it.
    """
    return await list_installed(csms, sut, *[put_on(token, group) for token in tokens])


async def list_installed(csms: Csms, sut: Sut, *entries: Entry) -> int:
    """The list has these entries and no others; returns its version, as of id_token_in_local_list"""
    version = int((await csms.call("GetLocalListVersion")).versionNumber) + sut.number(2, 50)
    on_undo("Empty the local authorization list", lambda: _empty(csms))
    answer = await send_list(csms, version, "Full", list(entries))
    check_fields("D01.FR.02", answer, {"status": "Accepted"})
    return version


async def _empty(csms: Csms) -> None:
    version = (await csms.call("GetLocalListVersion")).versionNumber
    await send_list(csms, version + 1, "Full", [])


def put_on(token: Token, group: dict[str, str] | None = None, *, status: str = "Accepted") -> Entry:
    """An entry that lets this token charge, or says why it may not."""
    info: Entry = {"status": status} | ({"groupIdToken": group} if group else {})
    return {"idToken": token.payload, "idTokenInfo": info}


def taken_off(token: Token) -> Entry:
    """An entry that takes this token off the list in a differential update (D01.FR.17)."""
    return {"idToken": token.payload}


async def send_list(csms: Csms, versionNumber: int, updateType: str, entries: list[Entry]) -> Any:
    """A list or changes of it; without entries the field is left out. Returns the answer."""
    content: Entry = {"localAuthorizationList": entries} if entries else {}
    return await csms.call("SendLocalList", versionNumber=versionNumber, updateType=updateType, **content)


async def check_list_version(csms: Csms, version: int, requirement: str) -> None:
    """Judge that the station tells this version of its list."""
    answer = await csms.call("GetLocalListVersion")
    check_fields(requirement, answer, {"versionNumber": version})


async def check_entries(csms: Csms, number: int, requirement: str) -> None:
    """Judge that so many tokens are on the list, as the variable says that D01.FR.12 is about."""
    told = await get_variable(csms, ENTRIES)
    if not told:
        not_judged(requirement, because=f"{ENTRIES} cannot be read: how many tokens are on the list shows nowhere else")
        return
    check(requirement, told == str(number), expected=f"{ENTRIES} = {number}", received=told)
