"""Every subject that there is, and the rules that they judge."""

from __future__ import annotations

from .common.answers import Answers
from .common.local_lists import LocalLists
from .common.not_accepted import NotAccepted
from .common.time_told import TimeTold
from .common.tokens import Tokens
from .ocpp2.profiles import Profiles as Profiles2
from .ocpp2.requests import Requests
from .ocpp16.profiles import Profiles as Profiles16
from .ocpp16.transaction_ids import TransactionIds
from .rule import Rule, Side
from .subject import Subject

__all__ = ["SUBJECTS", "rules_for"]

SUBJECTS: tuple[type[Subject], ...] = (
    Answers,
    LocalLists,
    NotAccepted,
    Profiles16,
    Profiles2,
    Requests,
    TimeTold,
    Tokens,
    TransactionIds,
)


def rules_for(version: str, of: Side) -> tuple[Rule, ...]:
    """The rules that one side has to keep in this version."""
    return tuple(
        rule for subject in SUBJECTS for rule in subject.rules if rule.of == of and version in rule.requirements
    )
