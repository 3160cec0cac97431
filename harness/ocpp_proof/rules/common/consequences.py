"""What was Accepted happens: within the time that the judge gives it, on the connection on which it was accepted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Due, Subject, on

__all__ = ["Consequences"]

TRIGGERED = Rule(
    "triggered-message-sent",
    "station",
    "A message that TriggerMessage was accepted for is sent",
    {"1.6": "1.6 §5.17 trigger", "2.0.1": "F06.FR.10", "2.1": "F06.FR.10"},
)
LOG = Rule(
    "log-status-follows",
    "station",
    "After an accepted GetLog its status is told, with its requestId",
    {"1.6": "1.6S N01.FR.08", "2.0.1": "N01.FR.08", "2.1": "N01.FR.08"},
)
DIAGNOSTICS = Rule(
    "diagnostics-status-follows",
    "station",
    "After the name of a file of diagnostics the status of its upload is told",
    {"1.6": "1.6 §5.9 status"},
)
FIRMWARE = Rule(
    "firmware-status-follows",
    "station",
    "After an accepted update whose time has come the status of the firmware is told",
    {"1.6": "1.6 §5.19 status", "2.0.1": "L01.FR.01", "2.1": "L01.FR.01"},
)
SIGNED_FIRMWARE = Rule(
    "signed-firmware-status-follows",
    "station",
    "After an accepted SignedUpdateFirmware the status of the firmware is told, with its requestId",
    {"1.6": "1.6S L01.FR.01"},
)
REPORT = Rule(
    "report-follows",
    "station",
    "After an accepted request for a report the report begins",
    {"2.0.1": "B07.FR.03", "2.1": "B07.FR.03"},
)
REMOTE_START = Rule(
    "remote-start-follows",
    "station",
    "A remote start of a transaction that waits for its authorization is told of in an event",
    {"2.0.1": "F01.FR.03", "2.1": "F01.FR.03"},
)
REMOTE_STOP = Rule(
    "remote-stop-follows",
    "station",
    "After an accepted remote stop an event tells of it, or of the end of the transaction",
    {"2.0.1": "F03.FR.02", "2.1": "F03.FR.02"},
)
REMOTE_STOP_16 = Rule(
    "remote-stop-stops",
    "station",
    "After an accepted RemoteStopTransaction the transaction is stopped",
    {"1.6": "1.6 §5.12"},
)

SENT = {
    "SignChargePointCertificate": ("SignCertificate",),
    "SignChargingStationCertificate": ("SignCertificate",),
    "SignV2GCertificate": ("SignCertificate",),
    "SignV2G20Certificate": ("SignCertificate",),
    "SignCombinedCertificate": ("SignCertificate",),
    "StatusNotification": ("StatusNotification", "NotifyEvent"),
    "FirmwareStatusNotification": ("FirmwareStatusNotification", "SignedFirmwareStatusNotification"),
    "MeterValues": ("MeterValues", "TransactionEvent"),
}
"""What a trigger asks for under another name, or may be answered with instead."""
UNKNOWN = ("CustomTrigger",)
REPORTS = {
    "GetBaseReport": "NotifyReport",
    "GetReport": "NotifyReport",
    "GetMonitoringReport": "NotifyMonitoringReport",
    "GetChargingProfiles": "ReportChargingProfiles",
    "GetDisplayMessages": "NotifyDisplayMessages",
    "CustomerInformation": "NotifyCustomerInformation",
}
STOPPING = ("RemoteStop", "StopAuthorized", "Deauthorized")
"""After these a transaction may wait for its stop point, and need not tell of another stop."""
Fits = Callable[[Exchange], bool]


class Consequences(Subject):
    """Waits for a message that fits. A message that does not fit its schema may be it, and ends all waiting."""

    rules = (
        TRIGGERED,
        LOG,
        DIAGNOSTICS,
        FIRMWARE,
        SIGNED_FIRMWARE,
        REPORT,
        REMOTE_START,
        REMOTE_STOP,
        REMOTE_STOP_16,
    )

    def begin(self) -> None:
        self._waiting: list[tuple[Due, Fits]] = []
        self._running: set[Any] = set()
        """Transactions of which something was heard, and no end; nor that they are being stopped."""

    def closed(self, connection: int, now: float) -> None:
        self._waiting = [(due, fits) for due, fits in self._waiting if due.exchange.connection != connection]

    def unsound(self, exchange: Exchange) -> None:
        self.unreadable(exchange.sender)

    def unreadable(self, sender: Side) -> None:
        if sender == "station":
            for due, _ in self._waiting:
                due.came()

    @on("station asks")
    def came(self, exchange: Exchange) -> None:
        for due, fits in self._waiting:
            if not due.over and fits(exchange):
                due.came()
        self._waiting = [(due, fits) for due, fits in self._waiting if not due.over]
        if exchange.action in ("TransactionEvent", "StopTransaction"):
            self._follow(exchange)

    def _follow(self, exchange: Exchange) -> None:
        told = exchange.request
        if exchange.action == "StopTransaction":
            self._running.discard(told["transactionId"])
        elif told["eventType"] == "Ended" or told["triggerReason"] in STOPPING:
            self._running.discard(told["transactionInfo"]["transactionId"])
        else:
            self._running.add(told["transactionInfo"]["transactionId"])

    @on("csms answers", "TransactionEvent", "StartTransaction", "StopTransaction", "MeterValues")
    def refused(self, exchange: Exchange) -> None:
        """What the CSMS fails to process is sent again later, and what comes after it waits."""
        if exchange.error:
            for due, _ in self._waiting:
                due.came()

    @on("csms answers", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        if exchange.response is not None and exchange.response["idTagInfo"]["status"] == "Accepted":
            self._running.add(exchange.response["transactionId"])

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """It may have restarted, and forgotten what it had accepted. Only a triggered one is no sign of that."""
        if exchange.request.get("reason") != "Triggered":
            for due, _ in self._waiting:
                due.came()

    def _wait(self, rule: Rule, exchange: Exchange, expected: str, fits: Fits) -> None:
        due = self.due(rule, exchange, expected=expected, within=self.judge.in_time)
        self._waiting.append((due, fits))

    # --- what is accepted

    @on("station answers", "TriggerMessage", "ExtendedTriggerMessage")
    def triggered(self, exchange: Exchange) -> None:
        wanted = exchange.request["requestedMessage"]
        if _status(exchange) != "Accepted" or wanted in UNKNOWN or (wanted == "TransactionEvent" and not self._running):
            return
        names = SENT.get(wanted, (wanted,))
        connector, evse = exchange.request.get("connectorId"), exchange.request.get("evse") or {}

        def fits(message: Exchange) -> bool:
            if message.action not in names:
                return False
            told = message.request
            if message.action == "StatusNotification" and self.version == "1.6":
                return connector in (None, told["connectorId"])
            if message.action == "StatusNotification":
                return evse.get("id") in (None, told["evseId"]) and evse.get("connectorId") in (
                    None,
                    told["connectorId"],
                )
            return True

        where = f" for connector {connector}" if connector is not None else f" for EVSE {evse}" if evse else ""
        self._wait(TRIGGERED, exchange, f"{names[0]}{where}, as triggered", fits)

    @on("station answers", "GetLog")
    def log(self, exchange: Exchange) -> None:
        number = exchange.request["requestId"]
        if _status(exchange) == "Accepted":
            expected = f"LogStatusNotification with requestId {number}"
            self._wait(LOG, exchange, expected, lambda m: _is(m, "LogStatusNotification", number))

    @on("station answers", "GetDiagnostics")
    def diagnostics(self, exchange: Exchange) -> None:
        if (exchange.response or {}).get("fileName"):
            action = "DiagnosticsStatusNotification"
            self._wait(DIAGNOSTICS, exchange, action, lambda m: m.action == action)

    @on("station answers", "UpdateFirmware", "SignedUpdateFirmware")
    def firmware(self, exchange: Exchange) -> None:
        """One that is to be fetched later need not be told of now in 1.6; one that is cancelled tells of another."""
        signed = exchange.action == "SignedUpdateFirmware"
        number = exchange.request.get("requestId")
        firmware = exchange.request.get("firmware") or {}
        date = exchange.request.get("retrieveDate") or firmware.get("retrieveDateTime")
        accepted = exchange.response is not None and (number is None or _status(exchange) == "Accepted")
        if not accepted or not _has_come(str(date), exchange.answered or exchange.asked):
            return
        action = "SignedFirmwareStatusNotification" if signed else "FirmwareStatusNotification"
        expected = action if number is None else f"{action} with requestId {number}"
        rule = SIGNED_FIRMWARE if signed else FIRMWARE
        self._wait(rule, exchange, expected, lambda m: _is(m, action, number))

    @on("station answers", *REPORTS)
    def report(self, exchange: Exchange) -> None:
        action, number = REPORTS[exchange.action], exchange.request["requestId"]
        if _status(exchange) == "Accepted":
            expected = f"{action} with requestId {number}"
            self._wait(REPORT, exchange, expected, lambda m: _is(m, action, number))

    @on("station answers", "RequestStartTransaction")
    def start(self, exchange: Exchange) -> None:
        """Only where the answer names a transaction is it there, and needs nothing but the authorization."""
        id = (exchange.response or {}).get("transactionId")
        if _status(exchange) != "Accepted" or id not in self._running:
            return
        number, token = exchange.request["remoteStartId"], exchange.request["idToken"]["idToken"].casefold()

        def fits(message: Exchange) -> bool:
            if message.action == "Authorize":  # it may be refused, and then nothing is told
                return bool(message.request["idToken"]["idToken"].casefold() == token)
            info = message.request["transactionInfo"] if message.action == "TransactionEvent" else {}
            return info.get("transactionId") == id and (
                info.get("remoteStartId") == number or message.request["eventType"] == "Ended"
            )

        expected = f"TransactionEvent of {id} with remoteStartId {number}"
        self._wait(REMOTE_START, exchange, expected, fits)

    @on("station answers", "RequestStopTransaction", "RemoteStopTransaction")
    def stop(self, exchange: Exchange) -> None:
        id = exchange.request["transactionId"]
        if _status(exchange) != "Accepted" or id not in self._running:
            return

        def fits(message: Exchange) -> bool:
            told = message.request
            if message.action == "StopTransaction":
                return bool(told["transactionId"] == id)
            return (
                message.action == "TransactionEvent"
                and told["transactionInfo"]["transactionId"] == id
                and (told["eventType"] == "Ended" or told["triggerReason"] == "RemoteStop")
            )

        if self.version == "1.6":
            self._wait(REMOTE_STOP_16, exchange, f"StopTransaction of {id}", fits)
        else:
            self._wait(REMOTE_STOP, exchange, f"TransactionEvent of {id}, Ended or with triggerReason RemoteStop", fits)


def _status(exchange: Exchange) -> str:
    return str((exchange.response or {}).get("status", ""))


def _is(message: Exchange, action: str, number: Any) -> bool:
    return message.action == action and (number is None or message.request.get("requestId") == number)


def _has_come(date: str, now: float) -> bool:
    """Whether a date is surely past, whatever the zone of a clock that is a little wrong."""
    try:
        return datetime.fromisoformat(date).timestamp() < now
    except (ValueError, OverflowError, OSError):
        return False
