"""Every subject that there is, and the rules that they judge."""

from __future__ import annotations

from .common.answers import Answers
from .common.boot import Boots
from .common.cables import Cables
from .common.clock import Clock
from .common.consequences import Consequences
from .common.heartbeats import Heartbeats
from .common.list_versions import ListVersions
from .common.local_lists import LocalLists
from .common.not_accepted import NotAccepted
from .common.out_of_service import OutOfService
from .common.registration import Registration
from .common.secrets import Secrets
from .common.statuses import Statuses
from .common.time_told import TimeTold
from .common.tokens import Tokens
from .common.trigger_order import TriggerOrder
from .ocpp2.availability import Availability
from .ocpp2.events import Events
from .ocpp2.inventory import Inventory
from .ocpp2.kept_monitors import KeptMonitors
from .ocpp2.kept_profiles import KeptProfiles
from .ocpp2.known_variables import KnownVariables
from .ocpp2.monitors import Monitors
from .ocpp2.profiles import Profiles as Profiles2
from .ocpp2.report_contents import ReportContents
from .ocpp2.reports import Reports
from .ocpp2.requests import Requests
from .ocpp2.transaction_events import TransactionEvents
from .ocpp2.transaction_facts import TransactionFacts
from .ocpp2.transaction_meter import TransactionMeter
from .ocpp2.transaction_reasons import TransactionReasons
from .ocpp2.transaction_stops import TransactionStops
from .ocpp2.variables import Variables
from .ocpp16.configuration import Configuration
from .ocpp16.connectors import Connectors
from .ocpp16.profiles import Profiles as Profiles16
from .ocpp16.registers import Registers
from .ocpp16.reservations import Reservations
from .ocpp16.stop_reasons import StopReasons
from .ocpp16.transaction_ids import TransactionIds
from .ocpp16.transactions import Transactions
from .ocpp16.written_values import WrittenValues
from .rule import Rule, Side
from .subject import Subject

__all__ = ["SUBJECTS", "rules_for"]

SUBJECTS: tuple[type[Subject], ...] = (
    Answers,
    Consequences,
    TriggerOrder,
    TransactionEvents,
    TransactionFacts,
    TransactionReasons,
    TransactionMeter,
    TransactionStops,
    Reports,
    ReportContents,
    Statuses,
    Events,
    Variables,
    KnownVariables,
    Inventory,
    Monitors,
    KeptProfiles,
    KeptMonitors,
    Cables,
    LocalLists,
    ListVersions,
    OutOfService,
    Availability,
    NotAccepted,
    Profiles16,
    Profiles2,
    Requests,
    TimeTold,
    Tokens,
    TransactionIds,
    Registration,
    Heartbeats,
    Boots,
    Clock,
    Secrets,
    Transactions,
    StopReasons,
    Registers,
    Connectors,
    Reservations,
    Configuration,
    WrittenValues,
)


def rules_for(version: str, of: Side) -> tuple[Rule, ...]:
    """The rules that one side has to keep in this version."""
    return tuple(
        rule for subject in SUBJECTS for rule in subject.rules if rule.of == of and version in rule.requirements
    )
