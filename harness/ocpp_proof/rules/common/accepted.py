"""What follows an Accepted: the rules that `consequences` judges."""

from __future__ import annotations

from ..rule import Rule

__all__ = [
    "DIAGNOSTICS",
    "FIRMWARE",
    "LOG",
    "REMOTE_START",
    "REMOTE_STOP",
    "REMOTE_STOP_16",
    "REPORT",
    "SIGNED_FIRMWARE",
    "TRIGGERED",
]

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
    {"2.0.1": "report sent", "2.1": "report sent"},
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
