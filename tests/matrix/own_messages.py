"""What the messages of one station of the harness mean, seen together: they agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography import x509
from ocpp_proof.ocppj.frames import Call, CallResult, Frame

__all__ = ["OwnMessages"]

UNITS = ("Wh", "kWh", "varh", "kvarh", "W", "kW", "VA", "kVA", "var", "kvar", "A", "V", "K", "Celcius", "Celsius")
UNITS += ("Fahrenheit", "Percent", "VAh", "kVAh", "N", "RPM", "Hertz", "m", "Ohms", "Pa", "C", "B", "dB", "dBm", "km/h")
PLUGGED = ("Charging", "EVConnected", "SuspendedEV", "SuspendedEVSE")
Payload = dict[str, Any]


class OwnMessages:
    """Hears what a station says and is told; `note` is called with each fault.

    `used`: the numbers that were used once, of all stations, as a CSMS keeps them.
    """

    def __init__(self, version: str, note: Callable[[str], None], used: dict[str, set[Any]]) -> None:
        self._version, self._note, self._used = version, note, used
        self._asked: dict[str, tuple[str, Payload]] = {}
        self._refused: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._triggered: list[str] = []
        self._placed: set[str] = set()
        """Transactions whose EVSE and connector were told."""
        self._promised: list[tuple[str, Any]] = []
        """Messages that have to come, and the requestId that they have to have."""

    def left(self) -> list[str]:
        """What was promised and did not come."""
        return [f"{action} (requestId {number}), which was promised" for action, number in self._promised]

    def reconnected(self) -> None:
        """A new connection: what was promised on the one before is no longer waited for."""
        self._promised.clear()
        self._triggered.clear()

    def told(self, frame: Frame) -> None:
        """The CSMS said this."""
        if isinstance(frame, Call):
            self._asked[frame.message_id] = frame.action, dict(frame.payload)

    def said(self, frame: Frame) -> None:
        """The station said this."""
        if isinstance(frame, CallResult) and frame.message_id in self._asked:
            action, asked = self._asked.pop(frame.message_id)
            judge = getattr(self, f"_answer_{action}", None)
            if judge is not None:
                judge(asked, dict(frame.payload))
        elif isinstance(frame, Call):
            for promise in [p for p in self._promised if p in ((frame.action, None), told_with(frame))][:1]:
                self._promised.remove(promise)
            judge = getattr(self, f"_call_{frame.action}", None)
            if judge is not None:
                judge(dict(frame.payload))
            self._samples(frame.payload)

    # --- answers

    def _answer_ChangeConfiguration(self, asked: Payload, answer: Payload) -> None:
        if answer.get("status") in ("Rejected", "NotSupported"):
            self._refused[asked["key"]] = asked["value"]
        else:
            self._values[asked["key"]] = asked["value"]
            self._refused.pop(asked["key"], None)

    def _answer_GetConfiguration(self, _: Payload, answer: Payload) -> None:
        for entry in answer.get("configurationKey", []):
            refused = self._refused.get(entry["key"])
            if refused is not None and entry.get("value") == refused:
                self._note(f"{entry['key']} is {refused}, which was refused")

    def _answer_SetVariables(self, asked: Payload, answer: Payload) -> None:
        self._variables("setVariable", asked, answer)

    def _answer_GetVariables(self, asked: Payload, answer: Payload) -> None:
        self._variables("getVariable", asked, answer)

    def _variables(self, name: str, asked: Payload, answer: Payload) -> None:
        told, results = asked[f"{name}Data"], answer[f"{name}Result"]
        names = ("component", "variable")
        if [[one[n] for n in names] for one in told] != [[one[n] for n in names] for one in results]:
            self._note(f"{name}Result is about other variables: {results}")
        for one, result in zip(told, results, strict=False):
            if result.get("attributeType") != one.get("attributeType", "Actual"):
                self._note(f"B05.FR.12, B06.FR.11: attributeType {one.get('attributeType', 'Actual')}: {result}")
            place = str([one[n] for n in names])
            if name == "setVariable" and result["attributeStatus"] != "Accepted":
                self._refused[place] = one["attributeValue"]
            elif name == "setVariable":
                self._refused.pop(place, None)
            elif place in self._refused and result.get("attributeValue") == self._refused[place]:
                self._note(f"{place} is {self._refused[place]}, which was refused")

    def _answer_TriggerMessage(self, asked: Payload, answer: Payload) -> None:
        if answer["status"] == "Accepted":
            asked_for = str(asked["requestedMessage"])
            self._triggered.append(asked_for)
            named = {"CustomTrigger": "DataTransfer"}.get(asked_for, asked_for)  # the maker's, as the station has it
            self._promised.append(("SignCertificate" if asked_for.startswith("Sign") else named, None))

    def _answer_GetBaseReport(self, asked: Payload, answer: Payload) -> None:
        self._promise("NotifyReport", asked, answer)

    def _answer_GetReport(self, asked: Payload, answer: Payload) -> None:
        self._promise("NotifyReport", asked, answer)

    def _answer_GetLog(self, asked: Payload, answer: Payload) -> None:
        self._promise("LogStatusNotification", asked, answer)

    def _answer_GetChargingProfiles(self, asked: Payload, answer: Payload) -> None:
        self._promise("ReportChargingProfiles", asked, answer)

    def _promise(self, action: str, asked: Payload, answer: Payload) -> None:
        if answer["status"] == "Accepted":
            self._promised.append((action, asked["requestId"]))

    # --- requests

    def _call_NotifyEvent(self, payload: Payload) -> None:
        used = self._used.setdefault("eventId", set())
        for event in payload["eventData"]:
            if event["eventId"] in used:
                self._note(f"eventId {event['eventId']} is not new")
            used.add(event["eventId"])

    def _call_TransactionEvent(self, payload: Payload) -> None:
        info = payload["transactionInfo"]
        if payload["eventType"] == "Started" and "chargingState" not in info:
            self._note(f"E02.FR.13: chargingState in the first event: {payload}")
        if (payload.get("evse") or {}).get("connectorId"):
            self._placed.add(info["transactionId"])
        elif info.get("chargingState") in PLUGGED and info["transactionId"] not in self._placed:
            self._note(f"E01.FR.16: EVSE and connector in the first event with a vehicle: {payload}")

    def _call_FirmwareStatusNotification(self, payload: Payload) -> None:
        self._status("FirmwareStatusNotification", payload, "L01.FR.20")

    def _call_LogStatusNotification(self, payload: Payload) -> None:
        self._status("LogStatusNotification", payload, "N01.FR.13")

    def _call_DiagnosticsStatusNotification(self, payload: Payload) -> None:
        self._status("DiagnosticsStatusNotification", payload, "")

    def _status(self, action: str, payload: Payload, requirement: str) -> None:
        triggered = action in self._triggered
        if triggered:
            self._triggered.remove(action)
        if payload["status"] == "Idle" and not triggered:
            self._note(f"{action} Idle, which nobody triggered")
        if self._version != "1.6" and payload["status"] != "Idle" and "requestId" not in payload:
            self._note(f"{requirement}: {action} without requestId: {payload}")

    def _call_SignCertificate(self, payload: Payload) -> None:
        try:
            x509.load_pem_x509_csr(payload["csr"].encode())
        except ValueError as error:
            self._note(f"SignCertificate with {payload['csr']!r}: {error}")

    def _samples(self, payload: Payload) -> None:
        for value in [*payload.get("meterValue", []), *payload.get("transactionData", [])]:
            for sample in value["sampledValue"]:
                unit = sample.get("unit") or (sample.get("unitOfMeasure") or {}).get("unit") or "Wh"
                if unit not in UNITS:
                    self._note(f"a sample in {unit}")


def told_with(frame: Call) -> tuple[str, Any]:
    """A message with its requestId."""
    return frame.action, frame.payload.get("requestId")
