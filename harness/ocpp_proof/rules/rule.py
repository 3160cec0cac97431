"""What a rule is: a sentence that holds for every message of one side, whatever a case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .exchange import Exchange

__all__ = ["Breach", "Fault", "Rule", "Side"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong by a rule in an exchange, or will be where something does not come.

    `field`: the dotted path of the field at fault, "" where it is the message itself, or one that did not come.
    `contradicts`: the message that says otherwise, in words. `should`: it is less than the requirement's level says,
    because something leaves it open.
    """

    rule: Rule
    exchange: Exchange
    expected: str
    received: str
    field: str = ""
    contradicts: str = ""
    should: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A fault of a side that is judged, by the requirement of its version; the message is named, and not kept.

    `at`: seconds since the epoch. The others are those of `Fault`.
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
