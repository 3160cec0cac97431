"""What a rule is: a sentence that holds for every message of one side, whatever a case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["Breach", "Rule", "Side"]

Side = Literal["station", "csms"]


@dataclass(frozen=True)
class Rule:
    """`id` is what reports, `provoking` and tests call it; `of` is the side that has to keep it.

    `requirements`: by version, the id in the catalog that it judges, which also gives its level (MUST or SHOULD). A
    version that is not among them does not have the rule.
    """

    id: str
    of: Side
    sentence: str
    requirements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that one side broke, in which message.

    `field`: the dotted path of the field at fault, "" where it is the message itself, or one that did not come.
    `contradicts`: the message that says otherwise, in words. `at`: seconds since the epoch. `should`: it is less than
    the requirement's level says, because something leaves it open.
    """

    rule: Rule
    requirement: str
    expected: str
    received: str
    action: str
    message_id: str
    at: float
    field: str = ""
    contradicts: str = ""
    should: bool = False

    @property
    def cause(self) -> tuple[str, str, str]:
        """What breaches have in common that are one fault."""
        return self.rule.id, self.action, self.field
