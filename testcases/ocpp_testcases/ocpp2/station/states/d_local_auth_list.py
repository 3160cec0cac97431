"""D, local authorization list of a station under test."""

from __future__ import annotations

from typing import Any

from ocpp_proof.cases.steps import on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.tokens import Token

__all__ = ["replace_local_list"]


async def replace_local_list(
    csms: Csms, entries: list[Token], versionNumber: int, *, group: dict[str, str] | None = None
) -> Any:
    """The local authorization list is replaced; returns the answer. The list is emptied when the case ends

    `group`: the IdTokenType of the group that all of them belong to.
    """
    info = {"status": "Accepted"} | ({"groupIdToken": group} if group else {})

    async def empty() -> None:
        await csms.attempt("SendLocalList", versionNumber=versionNumber + 1, updateType="Full")

    on_undo("Empty the local authorization list", empty)
    return await csms.call(
        "SendLocalList",
        versionNumber=versionNumber,
        updateType="Full",
        localAuthorizationList=[{"idToken": t.payload, "idTokenInfo": info} for t in entries],
    )
