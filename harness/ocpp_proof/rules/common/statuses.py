"""The statuses of uploads and updates: of which request they are, and in which order they can come."""

from __future__ import annotations

from typing import Any

from ..exchange import Exchange
from ..rule import Rule
from ..subject import Subject, on

__all__ = ["Statuses"]

LOG_REQUEST = Rule(
    "log-status-request",
    "station",
    "A LogStatusNotification has the requestId of the GetLog that the upload is for",
    {"1.6": "1.6S N01.FR.07", "2.0.1": "N01.FR.07", "2.1": "N01.FR.07"},
)
FIRMWARE_REQUEST = Rule(
    "firmware-status-request",
    "station",
    "A FirmwareStatusNotification has the requestId of the request that the update is for",
    {"1.6": "1.6S L01.FR.10", "2.0.1": "L01.FR.10", "2.1": "L01.FR.10"},
)
LOG_ORDER = Rule(
    "log-status-order",
    "station",
    "After Uploaded an upload is neither going on nor failed",
    {"1.6": "1.6S N01.FR.09", "2.0.1": "N01.FR.09", "2.1": "N01.FR.09"},
)
DIAGNOSTICS_ORDER = Rule(
    "diagnostics-status-order",
    "station",
    "After Uploaded an upload of diagnostics is neither going on nor failed",
    {"1.6": "1.6 §4.4"},
)
FIRMWARE_ORDER = Rule(
    "firmware-status-order",
    "station",
    "After Installed an update is neither being downloaded nor installed",
    {"1.6": "1.6 §4.5", "2.0.1": "L01.FR.01", "2.1": "L01.FR.01"},
)
FIRMWARE_COURSE = Rule(
    "firmware-status-course",
    "station",
    "An update is downloaded, then verified, then installed: its statuses do not go back",
    {"2.0.1": "L01.FR.01", "2.1": "L01.FR.01"},
)
DIAGNOSTICS_IDLE = Rule(
    "diagnostics-idle-triggered",
    "station",
    "DiagnosticsStatusNotification says Idle only after a trigger",
    {"1.6": "1.6 §4.4 idle"},
)
FIRMWARE_IDLE = Rule(
    "firmware-idle-triggered",
    "station",
    "FirmwareStatusNotification says Idle only after a trigger",
    {"1.6": "1.6 §4.5 idle"},
)

LOG, DIAGNOSTICS = "LogStatusNotification", "DiagnosticsStatusNotification"
FIRMWARE, SIGNED = "FirmwareStatusNotification", "SignedFirmwareStatusNotification"
STARTS = {"GetLog": LOG, "GetDiagnostics": DIAGNOSTICS, "UpdateFirmware": FIRMWARE, "SignedUpdateFirmware": SIGNED}
LAST = {LOG: "Uploaded", DIAGNOSTICS: "Uploaded", FIRMWARE: "Installed", SIGNED: "Installed"}
NOT_AFTER = {
    LOG: ("Uploading", "UploadFailure"),
    DIAGNOSTICS: ("Uploading", "UploadFailed"),
    FIRMWARE: ("Downloading", "DownloadFailed", "Downloaded", "Installing", "InstallationFailed"),
    SIGNED: ("Downloading", "DownloadFailed", "Downloaded", "Installing", "InstallationFailed"),
}
STAGES = (
    ("DownloadScheduled", "Downloading", "DownloadPaused"),
    ("Downloaded",),
    ("SignatureVerified", "InvalidSignature"),
    ("InstallScheduled", "Installing", "InstallRebooting", "InstallVerificationFailed", "InstallationFailed"),
)
"""What an update goes through (L01, figure of the transitions); a download may be tried again, and fail at any time."""
STAGE = {status: stage for stage, statuses in enumerate(STAGES) for status in statuses}
ORDER = {LOG: LOG_ORDER, DIAGNOSTICS: DIAGNOSTICS_ORDER, FIRMWARE: FIRMWARE_ORDER, SIGNED: FIRMWARE_ORDER}
REQUEST = {LOG: LOG_REQUEST, FIRMWARE: FIRMWARE_REQUEST, SIGNED: FIRMWARE_REQUEST}
IDLE = {DIAGNOSTICS: DIAGNOSTICS_IDLE, FIRMWARE: FIRMWARE_IDLE}


class Statuses(Subject):
    """Each kind of status, with the requests for it since anybody listened."""

    rules = (
        LOG_REQUEST,
        FIRMWARE_REQUEST,
        LOG_ORDER,
        DIAGNOSTICS_ORDER,
        FIRMWARE_ORDER,
        FIRMWARE_COURSE,
        DIAGNOSTICS_IDLE,
        FIRMWARE_IDLE,
    )

    def begin(self) -> None:
        self._asked: dict[str, set[Any]] = {}
        self._unsure: set[str] = set()
        """Kinds for which a request came that is not known."""
        self._done: dict[tuple[str, Any], Exchange] = {}
        self._furthest: dict[Any, Exchange] = {}
        """How far each update has come, by its request (2.x)."""
        self._told_again = False
        """Whether a status was triggered since the last update was asked for, which may be one from before."""
        self._triggered: set[str] = set()
        self._fresh: set[str] = set()
        """Kinds of which nothing goes on that was asked for earlier: a request was Accepted, not AcceptedCanceled."""
        self._begun: set[str] = set()
        """Kinds of which a status was told since: a triggered one is no longer that of an older request (L01.FR.26)."""
        self._last: dict[str, Exchange] = {}
        self._again: set[str] = set()
        """Kinds of which an older status may be sent again."""

    def closed(self, connection: int, now: float) -> None:
        """What was told before may be told again, in any order, when it was not answered."""
        self._done.clear()
        self._furthest.clear()
        self._last.clear()

    def unsound(self, exchange: Exchange) -> None:
        if exchange.action in STARTS:
            kind = STARTS[exchange.action]
            self._unsure.add(kind)
            self._done = {key: one for key, one in self._done.items() if key[0] != kind}
        if exchange.action in ("TriggerMessage", "ExtendedTriggerMessage"):
            self._triggered |= set(LAST)

    @on("csms asks", "TriggerMessage", "ExtendedTriggerMessage")
    def trigger(self, exchange: Exchange) -> None:
        """A station may send what it was asked for at any time after, or more than once."""
        wanted = exchange.request["requestedMessage"]
        self._told_again = self._told_again or wanted == FIRMWARE
        self._triggered |= {wanted, SIGNED} if wanted == FIRMWARE else {wanted}

    @on("csms asks", *STARTS)
    def asked(self, exchange: Exchange) -> None:
        kind, number = STARTS[exchange.action], exchange.request.get("requestId")
        self._asked.setdefault(kind, set()).add(number)
        self._done.pop((kind, number), None)
        self._furthest.pop(number, None)
        self._told_again = self._told_again and kind != FIRMWARE
        self._again.discard(kind)

    @on("csms answers", *LAST)
    def taken(self, exchange: Exchange) -> None:
        """A status that is refused may be sent again."""
        if exchange.error:
            self._again.add(exchange.action)

    @on("station answers", *STARTS)
    def accepted(self, exchange: Exchange) -> None:
        if (exchange.response or {}).get("status") == "Accepted":
            self._fresh.add(STARTS[exchange.action])
            self._begun.discard(STARTS[exchange.action])

    @on("station asks", *LAST)
    def told(self, exchange: Exchange) -> None:
        kind, status = exchange.action, exchange.request["status"]
        number = exchange.request.get("requestId")
        before = self._last.get(kind)
        self._last[kind] = exchange
        if before is not None and before.response is None:
            self._again.add(kind)
        if status == "Idle":
            if kind in IDLE and kind not in self._triggered:
                self.breaks(IDLE[kind], exchange, expected="no Idle without a trigger", received="Idle", field="status")
            return
        self._of_request(kind, status, number, exchange)
        if kind == FIRMWARE and self.version != "1.6":
            self._course(status, number, exchange)
        done = self._done.get((kind, number))
        if done is not None and status in NOT_AFTER[kind] and kind not in self._again:
            self.breaks(
                ORDER[kind],
                exchange,
                expected=f"no {status} after {LAST[kind]}, for one request",
                received=status,
                field="status",
                contradicts=done.text(),
                should=number is None,  # it may be another one, that was begun at the station or asked for long ago
            )
        if status == LAST[kind]:
            self._done[kind, number] = exchange

    def _course(self, status: str, number: Any, exchange: Exchange) -> None:
        """A status that was not answered, or was triggered, may be one that is told again."""
        before = self._furthest.get(number)
        if status not in STAGE or FIRMWARE in self._again or self._told_again:
            return
        if before is not None and STAGE[status] < STAGE[before.request["status"]]:
            self.breaks(
                FIRMWARE_COURSE,
                exchange,
                expected=f"no {status} after {before.request['status']}, for one request",
                received=status,
                field="status",
                contradicts=before.text(),
                should=number is None,
            )
            return
        self._furthest[number] = exchange

    def _of_request(self, kind: str, status: str, number: Any, exchange: Exchange) -> None:
        """What goes on since before anybody listened may name a request that is not known."""
        asked = self._asked.get(kind, set())
        if kind not in REQUEST or kind not in self._fresh or kind in self._unsure:
            return
        if number in asked:
            self._begun.add(kind)
        if number in asked or status == "AcceptedCanceled" or (kind in self._triggered and kind not in self._begun):
            return
        self.breaks(
            REQUEST[kind],
            exchange,
            expected=f"a requestId that was asked for: {', '.join(map(str, asked))}",
            received="none" if number is None else str(number),
            field="requestId",
        )
