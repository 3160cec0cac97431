"""The local authorization list of a charge point under test, OCPP 1.6."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check_fields, not_applicable, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.ocpp16.station.states.configuration import configuration, configured, get_configuration

__all__ = [
    "check_list_version",
    "id_tag_in_local_list",
    "local_list_enabled",
    "local_list_unsupported",
    "request_list_version",
    "send_list",
]


LOCAL_AUTH_LIST_ENABLED = "LocalAuthListEnabled"


async def id_tag_in_local_list(csms: Csms, sut: Sut, entries: dict[str, dict[str, Any]]) -> None:
    """IdTagLocalAuthList: the local authorization list has these tokens; `entries` maps each to its idTagInfo"""
    await configured(csms, {LOCAL_AUTH_LIST_ENABLED: "true"})
    version = (await csms.call("GetLocalListVersion")).listVersion or 0
    on_undo("Empty the local list", lambda: _install_list(csms, max(version, 0) + 2, {}))
    await _install_list(csms, max(version, 0) + 1, entries)


async def _install_list(csms: Csms, version: int, entries: dict[str, dict[str, Any]]) -> None:
    listed = [{"idTag": idTag, "idTagInfo": info} for idTag, info in entries.items()]
    answer = await csms.call("SendLocalList", listVersion=version, updateType="Full", localAuthorizationList=listed)
    check_fields("1.6 §5.15", answer, {"status": "Accepted"})


async def local_list_enabled(csms: Csms) -> None:
    """Enabled: the charge point uses its local list; it is empty again when the case ends"""
    await configured(csms, {LOCAL_AUTH_LIST_ENABLED: "true"})
    on_undo("Empty the local list", lambda: send_list(csms, 1))


async def local_list_unsupported(csms: Csms, sut: Sut) -> None:
    """Not supported: the charge point has no local lists, or they are switched off

    One that has lists, and not the key with which to switch them off, always uses them.
    """
    found = await configuration(csms, LOCAL_AUTH_LIST_ENABLED)
    entry = next((e for name, e in found.items() if name.lower() == LOCAL_AUTH_LIST_ENABLED.lower()), None)
    if entry is None and await _has_lists(csms, sut):
        raise Inconclusive(f"the charge point has local lists, but not the key {LOCAL_AUTH_LIST_ENABLED}")
    if entry is None or str(entry.get("value", "")).lower() == "false":
        return
    if entry.get("readonly"):
        raise not_applicable(f"{LOCAL_AUTH_LIST_ENABLED} is read-only and true")
    await configured(csms, {LOCAL_AUTH_LIST_ENABLED: "false"})


async def _has_lists(csms: Csms, sut: Sut) -> bool:
    profiles = await get_configuration(csms, "SupportedFeatureProfiles") or ""
    return sut.claims("local authorization list") or "LocalAuthListManagement" in profiles


async def request_list_version(csms: Csms) -> Answer | ErrorAnswer:
    """GetLocalListVersion, however it is answered."""
    return await csms.attempt("GetLocalListVersion")


async def check_list_version(csms: Csms, version: int, requirement: str = "1.6 §5.10") -> None:
    """Judge that the charge point tells this version of its local list."""
    answer = await csms.call("GetLocalListVersion")
    check_fields(requirement, answer, {"listVersion": version})


async def send_list(
    csms: Csms, version: int, *tokens: Token, change: bool = False, status: str = "Accepted", requirement: str = ""
) -> None:
    """Send a list on which these tokens may charge (`change`: differential); judge the status of the answer.

    Without a token the list is left out of the request, which empties it.
    """
    listed = [{"idTag": token.idToken, "idTagInfo": {"status": "Accepted"}} for token in tokens]
    content: dict[str, Any] = {"localAuthorizationList": listed} if listed else {}
    kind = "Differential" if change else "Full"
    answer = await csms.call("SendLocalList", listVersion=version, updateType=kind, **content)
    check_fields(requirement or "1.6 §5.15", answer, {"status": status})
