"""What the harness answers when a case does not say otherwise: sound, valid, and as ordinary as can be."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any, Literal

from ocpp_proof.ocppj.actions import find_action
from ocpp_proof.ocppj.frames import Payload

from .default_csms import CsmsDefaults
from .default_follow_ups import FollowUp
from .default_station import StationDefaults

__all__ = ["DefaultAnswers", "NoDefault"]

_FIRST_TRANSACTION = 1_000_000  # ids start somewhere below: they fit in every integer, and runs differ


class NoDefault(LookupError):
    """There is no answer: the version has no such CALL, or the role that is played never gets it."""


class DefaultAnswers:
    """The default answers of one role of the harness; a station remembers what it was told (values, lists)."""

    def __init__(
        self,
        version: str,
        role: Literal["csms", "station"],
        *,
        interval: int = 300,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        first_transaction: int | None = None,
    ) -> None:
        """`role` is the one that the harness plays; `interval` the heartbeat interval in seconds; `first_transaction`
        the first transactionId of 1.6 (chosen at random when left out)."""
        first = random.randrange(1, _FIRST_TRANSACTION) if first_transaction is None else first_transaction  # noqa: S311
        self._version = version
        self._role = role
        self._answers: CsmsDefaults | StationDefaults
        if role == "csms":
            self._answers = CsmsDefaults(version, now=now, interval=interval, transaction_ids=count(first).__next__)
        else:
            self._answers = StationDefaults(version, now=now)

    def answer(self, action: str, payload: Payload, *, for_a_case: bool = True) -> Payload:
        """The answer to a CALL. Raises NoDefault when this role is not asked that in this version.

        `for_a_case`: a case has the operator of a CSMS ask for it, and shows what follows.
        """
        known = find_action(self._version, action)
        if known is not None and known.kind == "call" and known.sender != self._role:
            if isinstance(self._answers, StationDefaults):
                answer = self._answers.answer(action, payload, for_a_case=for_a_case)
            else:
                answer = self._answers.answer(action, payload)
            if answer is not None:
                return answer
        raise NoDefault(f"a {self._role} of OCPP {self._version} is not asked {action}")

    def remember(self, action: str, payload: Payload, answer: Payload) -> None:
        """This was answered so, by default or as a case chose: later answers of a station agree with it."""
        if isinstance(self._answers, StationDefaults):
            self._answers.remember(action, payload, answer)

    def have(self, name: str, value: str) -> None:
        """A station has this value of a key (1.6) or of a variable, and answers so from now on.

        2.x: "Component.Variable" or "Component.Variable[Instance]".

        LookupError for one that it does not have at all.
        """
        if not isinstance(self._answers, StationDefaults):
            raise LookupError(f"a {self._role} has no values")
        self._answers.have(name, value)

    def forget_profiles(self, purpose: str) -> None:
        """A station has lost the charging profiles of this purpose."""
        if isinstance(self._answers, StationDefaults):
            self._answers.forget_profiles(purpose)

    def report_data(self, request: Payload) -> list[dict[str, Any]]:
        """What a station of 2.x tells in the report that a GetBaseReport or GetReport asks for."""
        if not isinstance(self._answers, StationDefaults):
            raise LookupError(f"a {self._role} has no reports")
        return self._answers.report_data(request)

    def register(self, *, accepted: bool) -> None:
        """Whether the CSMS has accepted the station: until then it boots again when it is asked to (F06.FR.17)."""
        if isinstance(self._answers, StationDefaults):
            self._answers.accepted = accepted

    def told(self, action: str, payload: object) -> None:
        """A station sends this: what it says of itself when it is asked agrees with it."""
        if isinstance(self._answers, StationDefaults):
            self._answers.statuses.note(action, payload)

    def follow_ups(self, action: str, payload: Payload, answer: Payload) -> list[FollowUp]:
        """The CALLs (action and payload) that a sound station sends after it gave `answer`; a CSMS owes nothing.

        Only what needs no knowledge of the role's: reports, customer data, states of uploads, simple triggers.
        """
        if isinstance(self._answers, StationDefaults):
            return self._answers.follow_ups(action, payload, answer)
        return []
