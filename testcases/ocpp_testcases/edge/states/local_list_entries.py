"""Entries of ours in the station's local authorization list, beside those of the operator.

They come and go by differential updates: a full one would replace a list that nobody can read back. The version of the
list is higher afterwards, which nothing takes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ocpp_proof import NotApplicable, on_undo
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.station_settings import configured, setting
from ocpp_testcases.edge.states.too_long import attempt_too_long

__all__ = ["OwnEntries", "list_version", "own_entries", "version_told"]

Payload = dict[str, Any]
ENABLED = "LocalAuthListEnabled", "LocalAuthListCtrlr.Enabled"


class OwnEntries:
    """Entries of ours: `most` at once, and one more. `before` is the version of the operator's list (0: empty)."""

    def __init__(self, csms: Csms, sut: Sut, most: int, before: int) -> None:
        self.csms, self.sut, self.most, self.before = csms, sut, most, before
        self.tokens = [f"{number:05}{sut.text(7)}" for number in range(most + 1)]
        self.version = before
        self.there = 0

    def message(self, size: int) -> Payload:
        """A SendLocalList that adds the first `size` of them."""
        return self._update(self.tokens[:size], {"status": "Accepted"})

    def shown(self, size: int) -> Payload:
        """The same without sending it: what it will look like."""
        version, message = self.version, self.message(size)
        self.version = version
        return message

    async def send(self, size: int) -> Answer | ErrorAnswer:
        """Add the first `size` of them, however it is answered."""
        before, self.there = self.there, max(self.there, size)
        answer = await self.csms.attempt("SendLocalList", **self.message(size))
        if answer.status != "Accepted":
            self.there = before
        return answer

    async def send_beyond(self, size: int) -> Answer | ErrorAnswer | None:
        """The same where it may be too long to be read; None when the station closed the connection with 1009."""
        before, self.there = self.there, max(self.there, size)
        answer = await attempt_too_long(self.csms, "SendLocalList", self.message(size))
        if answer is None or answer.status != "Accepted":
            self.there = before
        return answer

    async def remove(self) -> None:
        """Take them out again, in as many messages as it needs. Raises Inconclusive where that is refused."""
        version = await version_told(self.csms, self.sut)
        if version == self.before or not isinstance(version, int) or version < 0:
            return  # nothing was taken, or the list is gone
        for tokens in self._parts(self.tokens[: self.there]):
            answer = await self.csms.attempt("SendLocalList", **self._update(tokens, None))
            if answer.status != "Accepted":
                told = answer.error or dict(answer)
                raise Inconclusive(f"the entries of the local list could not be taken out again: {told}")

    def _parts(self, tokens: list[str]) -> Iterator[list[str]]:
        for start in range(0, len(tokens), self.most):
            yield tokens[start : start + self.most]

    def _update(self, tokens: list[str], info: Payload | None) -> Payload:
        self.version += 1
        if self.sut.ocpp == "1.6":
            told = {} if info is None else {"idTagInfo": info}
            entries: list[Payload] = [{"idTag": token, **told} for token in tokens]
            version = {"listVersion": self.version}
        else:
            told = {} if info is None else {"idTokenInfo": info}
            entries = [{"idToken": {"idToken": token, "type": "Central"}, **told} for token in tokens]
            version = {"versionNumber": self.version}
        return {**version, "updateType": "Differential", "localAuthorizationList": entries}


async def version_told(csms: Csms, sut: Sut) -> int | str:
    """The version of the local list (1.6: -1 where there is none), or why the station tells none."""
    answer = await csms.attempt("GetLocalListVersion")
    version = answer.listVersion if sut.ocpp == "1.6" else answer.versionNumber
    return version if isinstance(version, int) else str(answer.error or dict(answer))


async def list_version(csms: Csms, sut: Sut) -> int:
    """The version of the local list. Not applicable where the station does not tell it."""
    version = await version_told(csms, sut)
    if not isinstance(version, int) or version < 0:
        raise NotApplicable(f"the station has no local list whose version it tells: {version}")
    return version


async def own_entries(csms: Csms, sut: Sut, most: int) -> OwnEntries:
    """The local list is in use, and takes an entry of ours by a differential update; all are taken out again"""
    if await setting(csms, sut, ENABLED) is not None:  # which 2.x need not have
        await configured(csms, sut, ENABLED, "true")
    entries = OwnEntries(csms, sut, most, await list_version(csms, sut))
    on_undo("Take the entries out of the local list", entries.remove)
    answer = await entries.send(1)
    if answer.status != "Accepted":
        raise NotApplicable(f"the local list does not take one entry more: {answer.error or dict(answer)}")
    return entries
