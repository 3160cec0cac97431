"""What was Accepted happens: within the time that the judge gives it, on the connection on which it was accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..exchange import Exchange
from ..rule import Rule, Side
from ..subject import Due, Subject, on
from ..times import seconds
from .accepted import (
    DIAGNOSTICS,
    FIRMWARE,
    LOG,
    REMOTE_START,
    REMOTE_STOP,
    REMOTE_STOP_16,
    REPORT,
    SIGNED_FIRMWARE,
    TRIGGERED,
)
from .told_transactions import ToldTransactions

__all__ = ["Consequences"]

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
GOING_ON = {
    "UpdateFirmware": ("FirmwareStatusNotification", ("Downloading", "Downloaded", "Installing")),
    "GetDiagnostics": ("DiagnosticsStatusNotification", ("Uploading",)),
}
"""What a station of 1.6 cannot refuse while it is busy with such a thing, and need not tell of again."""
MEANWHILE = "meanwhile"
"""What the station said between a request and its answer; None where that is not known."""
REPLACES = {"SignedUpdateFirmware": "UpdateFirmware"}
MOST = 50
"""As many messages before an answer are looked at."""
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
        self._open: dict[int, Exchange] = {}
        """Requests of the CSMS on their way, by their place in memory."""
        self._transactions = ToldTransactions()
        self._refused = False
        """Whether the CSMS failed to process what may be sent again, and has taken nothing since."""
        self._told: dict[str, str] = {}
        """The last status of each kind."""
        self._ahead = 0.0
        """How far the clock that the CSMS tells is ahead of ours."""

    def closed(self, connection: int, now: float) -> None:
        """The end of a transaction may be lost with it: what runs is learned again."""
        self._waiting = [(due, fits) for due, fits in self._waiting if due.fault.exchange.connection != connection]
        self._open = {key: one for key, one in self._open.items() if one.connection != connection}
        self._transactions.clear()
        self._refused = False

    def unsound(self, exchange: Exchange) -> None:
        self._open.pop(id(exchange), None)
        if exchange.action == "TransactionEvent":  # perhaps the end of one
            self._transactions.clear()
        self.unreadable(exchange.sender)

    def unreadable(self, sender: Side) -> None:
        if sender == "station":
            for due, _ in self._waiting:
                due.came()
            for request in self._open.values():
                request.notes[MEANWHILE] = None

    @on("csms asks")
    def asked(self, exchange: Exchange) -> None:
        self._open[id(exchange)] = exchange

    @on("station answers")
    def answered(self, exchange: Exchange) -> None:
        self._open.pop(id(exchange), None)

    @on("station asks")
    def came(self, exchange: Exchange) -> None:
        for due, fits in self._waiting:
            if not due.over and fits(exchange):
                due.came()
        self._waiting = [(due, fits) for due, fits in self._waiting if not due.over]
        if self._waiting and self._was_queued(exchange):
            for due, _ in self._waiting:
                due.deadline = max(due.deadline, exchange.asked + self.judge.in_time)
        for request in self._open.values():
            before = request.notes.setdefault(MEANWHILE, [])
            if before is not None:
                before.append(exchange)
                request.notes[MEANWHILE] = before if len(before) <= MOST else None
        if exchange.action in ("TransactionEvent", "StopTransaction"):
            self._transactions.follow(exchange.request)
        if exchange.action.endswith("StatusNotification"):
            self._told[exchange.action] = exchange.request.get("status", "")

    def _was_queued(self, exchange: Exchange) -> bool:
        """Whether it is from a time without connection: what was accepted meanwhile may wait behind more of them."""
        told = exchange.request
        values = told.get("meterValue") or [{}]
        written = seconds(told.get("timestamp") or values[0].get("timestamp"))
        old = written is not None and written < exchange.asked + self._ahead - self.judge.deviation
        return bool(told.get("offline")) or old

    @on("csms answers", "TransactionEvent", "StartTransaction", "StopTransaction", "MeterValues")
    def refused(self, exchange: Exchange) -> None:
        """What the CSMS fails to process is sent again later, and what comes after it waits."""
        self._refused = bool(exchange.error)
        if exchange.error:
            for due, _ in self._waiting:
                due.came()

    @on("csms answers", "StartTransaction")
    def started(self, exchange: Exchange) -> None:
        if exchange.response is not None and exchange.response["idTagInfo"]["status"] == "Accepted":
            self._transactions.runs(exchange.response["transactionId"], exchange.request["connectorId"])

    @on("csms answers", "BootNotification", "Heartbeat")
    def clock(self, exchange: Exchange) -> None:
        told = seconds((exchange.response or {}).get("currentTime"))
        if told is not None and exchange.answered is not None:
            self._ahead = told - exchange.answered

    @on("station asks", "BootNotification")
    def booted(self, exchange: Exchange) -> None:
        """It may have restarted, and forgotten what it had accepted. Only a triggered one is no sign of that."""
        if exchange.request.get("reason") != "Triggered":
            for due, _ in self._waiting:
                due.came()

    def _wait(
        self, rule: Rule, exchange: Exchange, expected: str, fits: Fits, *, more: float = 0.0, should: bool = False
    ) -> None:
        """Wait for what did not come before the answer; that it came too early is for others to say.

        `more`: how much longer than usual it may take.
        """
        before = exchange.notes.get(MEANWHILE, [])
        if self._refused or before is None or any(fits(message) for message in before):
            return
        due = self.due(rule, exchange, expected=expected, within=self.judge.in_time + more, should=should)
        self._waiting.append((due, fits))

    def _cancelled(self, exchange: Exchange) -> None:
        """What was asked for earlier need not be told of any more (L01.FR.24), or under either number (N01.FR.20)."""
        action = REPLACES.get(exchange.action, exchange.action)
        for due, _ in self._waiting:
            if REPLACES.get(due.fault.exchange.action, due.fault.exchange.action) == action:
                due.came()

    def _wait_for_file(self, rule: Rule, exchange: Exchange, expected: str, fits: Fits) -> None:
        """Where a file cannot be had, that may be told after all attempts (N01.FR.10)."""
        self._cancelled(exchange)
        more = 0.0
        if attempts := exchange.request.get("retries") or 0:
            more = attempts * (self.judge.in_time + max(exchange.request.get("retryInterval") or 0, 0))
        kind, busy = GOING_ON.get(exchange.action, ("", ())) if self.version == "1.6" else ("", ())
        if self._told.get(kind) not in busy:
            # "after which it is allowed to retrieve" the firmware, and "SHOULD start as soon as possible" (1.6 5.19)
            self._wait(rule, exchange, expected, fits, more=more, should=kind == "FirmwareStatusNotification")

    # --- what is accepted

    @on("station answers", "TriggerMessage", "ExtendedTriggerMessage")
    def triggered(self, exchange: Exchange) -> None:
        wanted = exchange.request["requestedMessage"]
        names = SENT.get(wanted, (wanted,))
        connector, evse = exchange.request.get("connectorId") or None, exchange.request.get("evse") or {}
        if _status(exchange) != "Accepted" or wanted in UNKNOWN:
            return
        if wanted == "TransactionEvent" and not self._transactions.any_on(evse.get("id")):
            return

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
        if _status(exchange) == "AcceptedCanceled":
            self._cancelled(exchange)
        if _status(exchange) == "Accepted":
            expected = f"LogStatusNotification with requestId {number}"
            self._wait_for_file(LOG, exchange, expected, lambda m: _is(m, "LogStatusNotification", number))

    @on("station answers", "GetDiagnostics")
    def diagnostics(self, exchange: Exchange) -> None:
        if (exchange.response or {}).get("fileName"):
            action = "DiagnosticsStatusNotification"
            self._wait_for_file(DIAGNOSTICS, exchange, action, lambda m: m.action == action)

    @on("station answers", "UpdateFirmware", "SignedUpdateFirmware")
    def firmware(self, exchange: Exchange) -> None:
        """One that is to be fetched later need not be told of now in 1.6; one that is cancelled tells of another."""
        signed = exchange.action == "SignedUpdateFirmware"
        number = exchange.request.get("requestId")
        firmware = exchange.request.get("firmware") or {}
        date = exchange.request.get("retrieveDate") or firmware.get("retrieveDateTime")
        accepted = exchange.response is not None and (number is None or _status(exchange) == "Accepted")
        if accepted or _status(exchange) == "AcceptedCanceled":
            self._cancelled(exchange)
        now = min(0.0, self._ahead) + (exchange.answered or exchange.asked)
        if not accepted or (seconds(date) or now) >= now:
            return
        action = "SignedFirmwareStatusNotification" if signed else "FirmwareStatusNotification"
        expected = action if number is None else f"{action} with requestId {number}"
        rule = SIGNED_FIRMWARE if signed else FIRMWARE
        self._wait_for_file(rule, exchange, expected, lambda m: _is(m, action, number))

    @on("station answers", *REPORTS)
    def report(self, exchange: Exchange) -> None:
        """A request about a customer that wants neither a report nor a clearing asks for nothing (N10.FR.07)."""
        action, number = REPORTS[exchange.action], exchange.request["requestId"]
        asks = exchange.request.get("report", True) or exchange.request.get("clear", True)
        if _status(exchange) == "Accepted" and asks:
            expected = f"{action} with requestId {number}"
            self._wait(REPORT, exchange, expected, lambda m: _is(m, action, number))

    @on("station answers", "RequestStartTransaction")
    def start(self, exchange: Exchange) -> None:
        """Only where the answer names a transaction is it there, and needs nothing but the authorization."""
        id = (exchange.response or {}).get("transactionId")
        if _status(exchange) != "Accepted" or id not in self._transactions:
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
        if _status(exchange) != "Accepted" or not self._transactions.may_stop(id):
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
