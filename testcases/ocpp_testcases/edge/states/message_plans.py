"""Which requests are generated for a system, and what they hold so that it may act on each of them.

A tolerant system carries out what stands around a fault, and a system that answers an edge has carried it out. So every
request that is sent either only asks, or names a thing that nobody has, or belongs to the harness' own station. What
names it is in every message, and is never the place of a fault: without it the request would mean everything.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from ocpp_proof.ocppj.sample_values import NOBODY
from ocpp_proof.ocppj.samples import Plan

__all__ = ["EVENT", "MODEL", "OWN", "OWN_TEXT", "SENT", "SEQ", "VENDOR", "Request", "requests_sent_to"]

OWN = NOBODY - 1
"""Stands for the number of the transaction that the harness opened (1.6)."""
OWN_TEXT = "the-harness-own-transaction"
"""Stands for its id (2.x)."""
EVENT = NOBODY - 2
"""Stands for a number that no other event has."""
VENDOR, MODEL = "harness-vendor", "harness-model"
"""Stand for what the nameplate of the harness' station says."""
SEQ = NOBODY - 3
"""Stands for the next number in a transaction."""

V16, V2, V21 = ("1.6",), ("2.0.1", "2.1"), ("2.1",)
ALL = V16 + V2


@dataclass(frozen=True)
class Request:
    """One request in some versions.

    plan         -- what is in it
    at_edges     -- whether it is sent with values at their edges: a sound system carries it out then
    spontaneous  -- of a station: whether a CSMS has to take it though it asked for nothing
    edges_only   -- places that are only in a message for the sake of their edges
    no_edges     -- places that have no edge of their own: a longer text there would be another thing
    no_faults    -- places that are right in every message with a fault: they say whose thing it is
    """

    name: str
    versions: tuple[str, ...]
    plan: Plan = field(default_factory=Plan)
    at_edges: bool = True
    spontaneous: bool = True
    edges_only: tuple[str, ...] = ()
    no_edges: tuple[str, ...] = ()
    no_faults: tuple[str, ...] = ()

    @property
    def plan_of_faults(self) -> Plan:
        """The plan of a message with a fault."""
        plan = self.plan
        return replace(plan, keeps=(*plan.keeps, *self.no_faults), leaves_out=(*plan.leaves_out, *self.edges_only))


def _to(name: str, versions: tuple[str, ...], *keeps: str, without: tuple[str, ...] = (), **options: Any) -> Request:
    values = options.pop("values", {})
    return Request(name, versions, Plan(values=values, keeps=keeps, leaves_out=without), **options)


_PROFILE = "chargingProfilePurpose"
_NOT_16 = ("csChargingProfiles.recurrencyKind", "csChargingProfiles.chargingSchedule.startSchedule")
_NOT_2 = tuple(
    f"chargingProfile.{name}"
    for name in (
        *("recurrencyKind", "chargingSchedule.startSchedule", "chargingSchedule.salesTariff"),
        *("dynUpdateInterval", "dynUpdateTime"),
    )
)
_UNKNOWN = {"key": "xNotAKeyOfAnybody", "vendorId": "org.example.ocpp-proof"}
_COMPONENTS = ("getVariableData", "setVariableData", "setMonitoringData", "componentVariable")
_NOBODYS = {f"{prefix}.{part}.name": "xOfNobody" for prefix in _COMPONENTS for part in ("component", "variable")}

TO_STATION = (
    _to("CancelReservation", ALL, "reservationId"),
    _to("ChangeConfiguration", V16, values=_UNKNOWN),
    _to("ClearChargingProfile", V16, "id", without=("connectorId", _PROFILE, "stackLevel")),
    _to("ClearChargingProfile", V2, "chargingProfileId", without=("chargingProfileCriteria",)),
    _to("ClearDisplayMessage", V2, "id"),
    _to("ClearVariableMonitoring", V2, "id"),
    _to("DataTransfer", ALL, values=_UNKNOWN),
    _to("DeleteCertificate", ALL),
    _to("ExtendedTriggerMessage", V16, values={"requestedMessage": "Heartbeat"}),
    _to("GetBaseReport", V2, values={"reportBase": "SummaryInventory"}, at_edges=False),
    _to(
        "GetChargingProfiles",
        V2,
        "chargingProfile.chargingProfileId",
        without=("chargingProfile.chargingProfilePurpose", "chargingProfile.stackLevel"),
    ),
    _to("GetCompositeSchedule", ALL, values={"duration": 60}),
    _to("GetConfiguration", V16, values=_UNKNOWN),
    _to("GetDERControl", V21, "controlId", values={"isDefault": False}, without=("controlType",)),
    _to("GetDisplayMessages", V2, "id"),
    _to("GetInstalledCertificateIds", ALL),
    _to("GetLocalListVersion", ALL, at_edges=False),
    _to("GetMonitoringReport", V2, "componentVariable", values=_NOBODYS),
    _to("GetPeriodicEventStream", V21, at_edges=False),
    _to("GetReport", V2, "componentVariable", values=_NOBODYS),
    _to("GetTariffs", V21),
    _to("GetTransactionStatus", V2),
    _to("GetVariables", V2, values=_NOBODYS),
    _to("RemoteStopTransaction", V16, "transactionId"),
    _to("RequestStopTransaction", V2, "transactionId"),
    _to("SetVariables", V2, values=_NOBODYS, no_edges=("setVariableData.attributeValue",)),
    _to("TriggerMessage", V16, values={"requestedMessage": "Heartbeat"}),
    _to("TriggerMessage", V2, values={"requestedMessage": "Heartbeat"}, edges_only=("customTrigger",)),
    _to("UnpublishFirmware", V2, "checksum"),
    # sent with a fault only: at an edge these mean too much
    _to("AdjustPeriodicEventStream", V21, "id", at_edges=False),
    _to("ChangeAvailability", V16, "connectorId", values={"type": "Operative"}, at_edges=False),
    _to(
        "ChangeAvailability",
        V2,
        "evse.id",
        values={"operationalStatus": "Operative", "evse.connectorId": NOBODY},
        at_edges=False,
    ),
    _to("ChangeTransactionTariff", V21, "transactionId", at_edges=False),
    _to("CostUpdated", V2, "transactionId", at_edges=False),
    _to("NotifyAllowedEnergyTransfer", V21, "transactionId", at_edges=False),
    _to("RemoteStartTransaction", V16, "connectorId", "idTag", without=("chargingProfile",), at_edges=False),
    _to("RequestStartTransaction", V2, "evseId", "remoteStartId", without=("chargingProfile",), at_edges=False),
    _to("ReserveNow", V16, "connectorId", "reservationId", at_edges=False),
    _to("ReserveNow", V2, "evseId", "id", at_edges=False),
    _to(
        "SetChargingProfile",
        V16,
        "connectorId",
        f"csChargingProfiles.{_PROFILE}",
        "csChargingProfiles.chargingProfileId",
        "csChargingProfiles.transactionId",
        without=_NOT_16,
        at_edges=False,
    ),
    _to(
        "SetChargingProfile",
        V2,
        "evseId",
        f"chargingProfile.{_PROFILE}",
        "chargingProfile.id",
        "chargingProfile.transactionId",
        without=_NOT_2,
        at_edges=False,
    ),
    _to("SetVariableMonitoring", V2, values=_NOBODYS, at_edges=False),
    _to("UpdateDynamicSchedule", V21, "chargingProfileId", at_edges=False),
    _to("UsePriorityCharging", V21, "transactionId", at_edges=False),
)
"""Left out, as there is no harmless one: what resets, updates, unlocks or clears (Reset, UpdateFirmware,
SignedUpdateFirmware, PublishFirmware, UnlockConnector, ClearCache, ClearTariffs, CustomerInformation), what replaces a
certificate, a list, a base or a network (CertificateSigned, InstallCertificate, SendLocalList, SetMonitoringBase,
SetMonitoringLevel, SetNetworkProfile), what is there for the whole station (SetDefaultTariff, SetDERControl,
ClearDERControl, AFRRSignal, RequestBatterySwap), what drivers see (SetDisplayMessage, NotifyWebPaymentStarted), and
what uploads to a place that it names: GetLog, which ends an upload that is going on (N01.FR.12), and GetDiagnostics."""

_EVSE = {"evse.id": 1, "evse.connectorId": 1, "evseId": 1, "connectorId": 1}
_TOKEN = ("certificate", "iso15118CertificateHashData")
_STATION = ("chargingStation.serialNumber", "chargingStation.model", "chargingStation.vendorName")
_STATION_16 = (
    *("chargePointVendor", "chargePointModel"),
    *("chargePointSerialNumber", "chargeBoxSerialNumber", "meterSerialNumber"),
)
_NAMEPLATE = {place: VENDOR for place in (_STATION[2], _STATION_16[0])}
_NAMEPLATE |= {place: MODEL for place in (_STATION[1], _STATION_16[1])} | {"reason": "PowerUp"}
_SECURITY = {"type": "StartupOfTheDevice"}
_EVENT = {
    "eventData.eventId": EVENT,
    "eventData.trigger": "Periodic",
    "eventData.component.name": "ChargingStation",
    "eventData.variable.name": "Available",
    "eventData.actualValue": "true",
    "eventData.severity": 9,
    "eventData.cleared": False,
}
_NOT_OF_AN_EVENT = ("eventData.severity", "eventData.variableMonitoringId")
_ENERGY = "Energy.Active.Import.Register"
_SAMPLES = {
    f"{where}.{name}": value
    for where in ("meterValue.sampledValue", "transactionData.sampledValue")
    for name, value in (("context", "Sample.Periodic"), ("measurand", _ENERGY), ("location", "Outlet"))
}
_ONGOING = {
    "eventType": "Updated",
    "triggerReason": "MeterValuePeriodic",
    "seqNo": SEQ,
    "transactionInfo.transactionId": OWN_TEXT,
    "transactionInfo.chargingState": "Charging",
    "transactionInfo.stoppedReason": "Local",
}
_STOP = {"transactionId": OWN, "reason": "Local", "meterStop": 2}
_UNTRIGGERED = {
    "DiagnosticsStatusNotification": {"status": "Uploaded"},
    "FirmwareStatusNotification": {"status": "Downloaded"},
    "LogStatusNotification": {"status": "Uploaded"},
    "SignedFirmwareStatusNotification": {"status": "Downloaded"},
}
"""What a station may say without a trigger: Idle it says only when it is asked."""
_TRANSACTION = _EVSE | _SAMPLES | _ONGOING

TO_CSMS = (
    _to("Authorize", ALL, without=_TOKEN, no_edges=("idToken.type",)),
    _to(
        "BootNotification",
        V16,
        without=_STATION_16[2:],
        no_edges=_STATION_16[:2],
        no_faults=_STATION_16[:2],
        values=_NAMEPLATE,
    ),
    _to(
        "BootNotification",
        V2,
        without=_STATION[:1],
        no_edges=_STATION[1:],
        no_faults=_STATION[1:],
        values=_NAMEPLATE,
    ),
    _to("DataTransfer", ALL, values=_UNKNOWN),
    _to("Heartbeat", ALL),
    _to("MeterValues", V16, values=_EVSE | _SAMPLES | {"transactionId": OWN}),
    _to("MeterValues", V2, values=_EVSE | _SAMPLES),
    _to("SecurityEventNotification", ALL, values=_SECURITY),
    _to("StartTransaction", V16, without=("reservationId",), values=_EVSE),
    _to("StopTransaction", V16, values=_SAMPLES | _STOP, no_faults=("transactionId",)),
    _to("StatusNotification", V16, values=_EVSE | {"errorCode": "NoError"}),
    _to("StatusNotification", V2, values=_EVSE),
    _to(
        "TransactionEvent",
        V2,
        without=("reservationId", "transactionInfo.remoteStartId", "preconditioningStatus", "costDetails"),
        values=_TRANSACTION,
        edges_only=("transactionInfo.stoppedReason",),
        no_faults=("transactionInfo.transactionId",),
        no_edges=("idToken.type",),
    ),
    _to("NotifyEvent", V2, without=_NOT_OF_AN_EVENT, values=_EVENT, no_edges=("eventData.eventId",)),
    # what a CSMS may refuse, as it asked for nothing of the kind
    *(
        _to(name, versions, *keeps, values=_EVSE | _UNTRIGGERED.get(name, {}), spontaneous=False)
        for name, versions, *keeps in (
            ("ClearedChargingLimit", V2),
            ("ClosePeriodicEventStream", V21, "id"),
            ("DiagnosticsStatusNotification", V16),
            ("FirmwareStatusNotification", V16),
            ("FirmwareStatusNotification", V2, "requestId"),
            ("LogStatusNotification", V16, "requestId"),
            ("LogStatusNotification", V2, "requestId"),
            ("NotifyChargingLimit", V2),
            ("NotifyCustomerInformation", V2),
            ("NotifyDisplayMessages", V2),
            ("NotifyEVChargingNeeds", V2),
            ("NotifyEVChargingSchedule", V2),
            ("NotifyMonitoringReport", V2),
            ("NotifyReport", V2),
            ("PublishFirmwareStatusNotification", V2),
            ("PullDynamicScheduleUpdate", V21),
            ("ReportChargingProfiles", V2),
            ("ReportDERControl", V21),
            ("ReservationStatusUpdate", V2),
            ("SignedFirmwareStatusNotification", V16, "requestId"),
        )
    ),
)
"""Left out: what moves money (NotifySettlement, BatterySwap), what changes a price or calls people
(NotifyPriorityCharging, NotifyDERAlarm, NotifyDERStartStop), what the CSMS keeps open (OpenPeriodicEventStream), and
what it asks another system for (Get15118EVCertificate, GetCertificateStatus, GetCertificateChainStatus,
SignCertificate, VatNumberValidation)."""

SENT = {"station": TO_STATION, "csms": TO_CSMS}


def requests_sent_to(role: str, ocpp: str) -> list[Request]:
    """The requests that are generated for a system of this role."""
    return [request for request in SENT[role] if ocpp in request.versions]
