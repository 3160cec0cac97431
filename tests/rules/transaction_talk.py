"""A station that tells of its transactions (2.x), for the tests of the rules about them."""

from datetime import UTC, datetime

import pytest
from dialogue import Dialogue
from ocpp_proof.rules.ocpp2.transaction_events import TransactionEvents
from ocpp_proof.rules.ocpp2.transaction_facts import TransactionFacts
from ocpp_proof.rules.ocpp2.transaction_meter import TransactionMeter
from ocpp_proof.rules.ocpp2.transaction_reasons import TransactionReasons
from ocpp_proof.rules.ocpp2.transaction_stops import TransactionStops

__all__ = ["ACCEPTED", "CARD", "HERE", "OTHER", "Talk", "talk"]

SUBJECTS = (TransactionEvents, TransactionFacts, TransactionReasons, TransactionMeter, TransactionStops)
CARD = {"idToken": "04A1B2C3", "type": "ISO14443"}
OTHER = {"idToken": "04D4E5F6", "type": "ISO14443"}
HERE = {"id": 1, "connectorId": 1}
ACCEPTED = {"idTokenInfo": {"status": "Accepted"}}
PARTS = ("chargingState", "stoppedReason", "remoteStartId")


class Talk(Dialogue):
    """Events in the order in which they happen; `of` is the transaction's id."""

    def __init__(self, version):
        super().__init__(version, of=("station",), in_time=60, subjects=SUBJECTS)
        self.numbers = {}

    def event(self, kind="Updated", trigger="MeterValuePeriodic", *, of="T1", no=None, at=None, **more):
        answer = more.pop("answer", ACCEPTED)
        number = self.numbers.get(of, 0) if no is None else no
        self.numbers[of] = number + 1
        info = {"transactionId": of} | {name: more.pop(name) for name in PARTS if name in more}
        time = datetime.fromtimestamp(self.now if at is None else at, UTC).isoformat().replace("+00:00", "Z")
        payload = {"eventType": kind, "timestamp": time, "triggerReason": trigger, "seqNo": number}
        self.station("TransactionEvent", answer, **payload, transactionInfo=info, **more)
        self.later(1)

    def start(self, trigger="Authorized", **more):
        self.event("Started", trigger, **{"chargingState": "EVConnected", "evse": HERE, "idToken": CARD} | more)

    def end(self, trigger="StopAuthorized", **more):
        self.event("Ended", trigger, **more)

    def broken(self):
        self.later(100)
        self.station("Heartbeat", {"currentTime": "2026-12-01T00:00:00Z"})
        return self.found()


@pytest.fixture
def talk(version):
    """A conversation that has not begun, for the `version` of the test."""
    return Talk(version)
