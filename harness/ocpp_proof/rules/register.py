"""Every subject that there is, and the rules that they judge."""

from __future__ import annotations

from .common.answers import Answers
from .common.cables import Cables
from .common.consequences import Consequences
from .common.statuses import Statuses
from .ocpp2.events import Events
from .ocpp2.report_contents import ReportContents
from .ocpp2.reports import Reports
from .ocpp2.transaction_events import TransactionEvents
from .ocpp2.transaction_facts import TransactionFacts
from .ocpp2.transaction_meter import TransactionMeter
from .ocpp2.transaction_reasons import TransactionReasons
from .ocpp2.variables import Variables
from .rule import Rule, Side
from .subject import Subject

__all__ = ["SUBJECTS", "rules_for"]

SUBJECTS: tuple[type[Subject], ...] = (
    Answers,
    Consequences,
    TransactionEvents,
    TransactionFacts,
    TransactionReasons,
    TransactionMeter,
    Reports,
    ReportContents,
    Statuses,
    Events,
    Variables,
    Cables,
)


def rules_for(version: str, of: Side) -> tuple[Rule, ...]:
    """The rules that one side has to keep in this version."""
    return tuple(
        rule for subject in SUBJECTS for rule in subject.rules if rule.of == of and version in rule.requirements
    )
