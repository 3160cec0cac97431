"""What the harness's own stations send is as sound as what it judges (test_healthy); a fault of theirs is heard."""

from contextlib import nullcontext

import pytest
import runner
from ocpp_fixtures.csms.stations import Station as KnownStation
from ocpp_proof.roles import default_station
from ocpp_proof.roles.accepted_requests import AcceptedRequests
from ocpp_proof.roles.calls import Calls
from ocpp_proof.roles.default_station import StationDefaults
from ocpp_proof.roles.nameplate import Nameplate
from ocpp_proof.roles.peer import Peer
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.states.transaction_messages import Transaction
from ocpp_testcases.ocpp2.csms.states import a_security, e_transactions, g_availability
from own_traffic import listening

READABLE = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
UNWRITABLE = {"component": {"name": "EVSE"}, "variable": {"name": "Power"}, "attributeValue": "7"}
PERIOD = {"startPeriod": 0, "limit": 6.0}
OWN = {
    "1.6": [
        ("GetConfiguration", {}),
        ("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "-1"}),
        ("GetConfiguration", {"key": ["MeterValueSampleInterval"]}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ("TriggerMessage", {"requestedMessage": "FirmwareStatusNotification"}),
        ("TriggerMessage", {"requestedMessage": "MeterValues"}),
        ("GetDiagnostics", {"location": "https://own.example/"}),
        ("GetLog", {"logType": "SecurityLog", "requestId": 77, "log": {"remoteLocation": "https://own.example/"}}),
        ("ChangeAvailability", {"connectorId": 1, "type": "Inoperative"}),
    ],
    "2.0.1": [
        ("GetBaseReport", {"requestId": 77, "reportBase": "FullInventory"}),
        ("GetVariables", {"getVariableData": [READABLE, UNWRITABLE | {"attributeType": "Target"}]}),
        ("SetVariables", {"setVariableData": [UNWRITABLE, READABLE | {"attributeValue": "77"}]}),
        ("GetVariables", {"getVariableData": [READABLE]}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ("TriggerMessage", {"requestedMessage": "LogStatusNotification"}),
        ("TriggerMessage", {"requestedMessage": "BootNotification"}),
        ("GetLog", {"logType": "SecurityLog", "requestId": 78, "log": {"remoteLocation": "https://own.example/"}}),
        (
            "SetChargingProfile",
            {
                "evseId": 2,
                "chargingProfile": {
                    "id": 7,
                    "stackLevel": 0,
                    "chargingProfilePurpose": "TxDefaultProfile",
                    "chargingProfileKind": "Absolute",
                    "chargingSchedule": [{"id": 1, "chargingRateUnit": "A", "chargingSchedulePeriod": [PERIOD]}],
                },
            },
        ),
        ("GetChargingProfiles", {"requestId": 79, "chargingProfile": {}}),
        ("Reset", {"type": "Immediate"}),
    ],
}
"""What the CSMS asks of each station of its own accord, right after the boot."""
REFUSED = {
    "1.6": {("ChangeConfiguration", None), ("TriggerMessage", "MeterValues"), ("ChangeAvailability", None)},
    "2.0.1": {("TriggerMessage", "BootNotification"), ("Reset", None)},
}
for one in OWN["2.0.1"][1][1]["getVariableData"]:
    one.pop("attributeValue", None)


def heard_in(ocpp, select, *, security_profile=0):
    with listening() as heard:
        results, _, _ = runner.run(runner.config("csms"), ocpp, security_profile, select=select)
    return heard, results


@pytest.fixture
def talkative(monkeypatch):
    """The reference CSMS asks every station for all of OWN when it has booted."""
    sent = []
    answer = KnownStation.answer

    def answered(station, action, request):
        if action == "BootNotification":

            async def ask():
                for action, payload in OWN[station.version]:
                    sent.append(station.request(action, payload))

            station.after_answer(ask)
        return answer(station, action, request)

    monkeypatch.setattr(KnownStation, "answer", answered)
    return sent


@pytest.mark.parametrize("ocpp", OWN)
def test_a_station_keeps_what_it_accepts_from_whoever_asks(ocpp, talkative):
    heard, results = heard_in(ocpp, "TC_001_CSMS or TC_B_01_CSMS or X_NET_02 or X_SIM_04")
    assert not heard.found
    assert not {r.key: r.reason for r in results if r.verdict is not Verdict.PASS}
    refused = {
        (sent.action, sent.request.get("requestedMessage"))
        for sent in talkative
        if (sent.response or {}).get("status") in ("Rejected", "NotImplemented")
    }
    assert refused == REFUSED[ocpp]


def test_a_second_run_repeats_no_event():
    with listening() as heard:
        for _ in range(2):
            runner.run(runner.config("csms"), "2.0.1", 0, select="TC_B_01_CSMS or X_SCHEMA_02_CSMS")
    assert len(heard.said["eventId"]) > 4
    assert not heard.found


def second_call(patch):
    send_call = Calls.send_call

    async def with_another(self, action, payload, **options):
        self.send_unanswered("Heartbeat", {})
        return await send_call(self, action, payload, **options)

    patch.setattr(Calls, "send_call", with_another)


def refused_value_kept(patch):
    remember = StationDefaults.remember
    patch.setattr(StationDefaults, "remember", lambda self, a, p, _: remember(self, a, p, {"status": "Accepted"}))


def no_first_state(patch):
    event = e_transactions.Transaction.event

    async def other(self, triggerReason, **fields):
        attempt = self.station.attempt

        async def without(action, /, **payload):
            if payload.get("eventType") == "Started":
                payload["transactionInfo"].pop("chargingState")
            return await attempt(action, **payload)

        self.station.attempt = without
        return await event(self, triggerReason, **fields)

    patch.setattr(e_transactions.Transaction, "event", other)


def text_in_fragments(patch):
    patch.setattr(Peer, "holding", lambda self, action: nullcontext())


def promises_forgotten(patch):
    patch.setattr(AcceptedRequests, "_settle", lambda self: None)


def place_never_told(patch):
    made = Transaction._message2

    def without(self, *told):
        action, payload = made(self, *told)
        payload.pop("evse")
        return action, payload

    patch.setattr(Transaction, "_message2", without)


FAULTS = {
    "place": (place_never_told, "2.0.1", "X_NET_09_CSMS", "E01.FR.16"),
    "one-call": (second_call, "1.6", "TC_001_CSMS", "ONE_OUTSTANDING"),
    "event-id": (lambda p: p.setattr(g_availability, "new_event_id", lambda: 1), "2.0.1", "TC_B_01_CSMS", "eventId"),
    "refused": (refused_value_kept, "1.6", "TC_001_CSMS", "which was refused"),
    "attribute-type": (
        lambda p: p.setattr(default_station, "_named", lambda d: {k: d[k] for k in ("component", "variable")}),
        "2.0.1",
        "TC_B_06_CSMS",
        "attributeType",
    ),
    "first-state": (no_first_state, "2.0.1", "TC_E_15_CSMS", "E02.FR.13"),
    "schema": (
        lambda p: p.setattr(Nameplate, "boot", lambda self, ocpp: {"chargePointVendor": 5, "chargePointModel": "x"}),
        "1.6",
        "TC_001_CSMS",
        "SCHEMA",
    ),
    "fragments": (text_in_fragments, "1.6", "X_SIM_07_CSMS", "inside of a fragmented message"),
    "promise": (promises_forgotten, "2.0.1", "TC_B_01_CSMS", "which was promised"),
    "request": (
        lambda p: p.setattr(a_security, "make_request", lambda *_: (b"sample", None)),
        "2.0.1",
        "TC_A_11_CSMS",
        "SignCertificate with",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_harness_is_heard(name, monkeypatch, talkative):
    put_in, ocpp, select, what = FAULTS[name]
    put_in(monkeypatch)
    heard, _ = heard_in(ocpp, select, security_profile=3 if name == "request" else 0)
    assert [found for found in heard.found if what in found]
