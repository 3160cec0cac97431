"""No generated message hurts a product that takes it: what is sent at all, and what stands in it.

All messages of all versions and both roles; those with a fault whole, least, and as small as shrinking makes them.
"""

import asyncio
import csv
import json
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.timing import Timing
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.ocppj.sample_values import NOBODY
from ocpp_proof.ocppj.shrink import smallest_json
from ocpp_proof.roles.message import Answer, Message
from ocpp_testcases.edge.states import generated_messages as generated
from ocpp_testcases.edge.states.carried_out import CarriedOut
from ocpp_testcases.edge.states.message_plans import EVENT, MODEL, OWN, OWN_TEXT, SEQ, VENDOR, requests_sent_to
from ocpp_testcases.edge.states.own_transaction import OwnTransaction

ROLES = ("station", "csms")
EVERYWHERE = [(ocpp, role) for ocpp in VERSIONS for role in ROLES]
with (Path(__file__).parent / "harm_schema.csv").open(encoding="utf-8") as lines:
    TABLE = {
        (row["role"], row["action"]): row["why it is safe if the product takes it"] for row in csv.DictReader(lines)
    }

NEVER_TO_A_STATION = {
    *("Reset", "ClearCache", "UnlockConnector", "CustomerInformation", "SetNetworkProfile"),
    *("UpdateFirmware", "SignedUpdateFirmware", "PublishFirmware", "CertificateSigned", "InstallCertificate"),
    *("SendLocalList", "SetMonitoringBase", "SetMonitoringLevel", "SetDefaultTariff", "ClearTariffs"),
    *("SetDERControl", "ClearDERControl", "AFRRSignal", "RequestBatterySwap", "SetDisplayMessage"),
    *("NotifyWebPaymentStarted", "GetLog", "GetDiagnostics"),
}
NEVER_TO_A_CSMS = {
    *("SignCertificate", "Get15118EVCertificate", "GetCertificateStatus", "GetCertificateChainStatus"),
    *("VatNumberValidation", "NotifySettlement", "BatterySwap", "NotifyPriorityCharging"),
    *("NotifyDERAlarm", "NotifyDERStartStop", "OpenPeriodicEventStream"),
}
MAY_MEAN_THE_STATION = {
    *("GetChargingProfiles", "GetCompositeSchedule", "GetTariffs", "GetMonitoringReport", "GetReport", "GetVariables"),
    *("SetVariables", "TriggerMessage"),
}
"""What only asks, or is about a component that does not exist: with EVSE 0 too."""
NAMES_ITSELF = {
    "ClearChargingProfile": ("id", "chargingProfileId"),
    "ClearDisplayMessage": ("id",),
    "ClearVariableMonitoring": ("id",),
    "CancelReservation": ("reservationId",),
    "ChangeAvailability": ("connectorId", "evse"),
    "ReserveNow": ("connectorId", "evseId"),
    "SetChargingProfile": ("connectorId", "evseId"),
    "RemoteStartTransaction": ("connectorId",),
    "RequestStartTransaction": ("evseId",),
    "RemoteStopTransaction": ("transactionId",),
    "RequestStopTransaction": ("transactionId",),
    "UnpublishFirmware": ("checksum",),
    "UpdateDynamicSchedule": ("chargingProfileId",),
    "UsePriorityCharging": ("transactionId",),
    "GetChargingProfiles": ("chargingProfile",),
}
"""What says which thing is meant, where without it all would be meant, or the wrong one."""


@cache
def messages(ocpp, role):
    """(action, payload, whether it has a fault) of everything that is sent; the usual messages too."""
    found = []
    for fault in generated._all_wrong(ocpp, role):
        found += [(fault.action, made, True) for made in (generated.whole_message(fault), fault.least()) if made]
    for edge in generated._all_edges(ocpp, role):
        found += [(edge.action, edge.payload, False), (edge.action, edge.plain, False)]
    for request in requests_sent_to(role, ocpp):
        for full in (True, False):
            payload = generated.build(ocpp, request.name, "request", full=full, plan=request.plan_of_faults)
            found.append((request.name, payload, False))
    return found + [(fault.action, small, True) for fault, _, small in shrunk(ocpp, role)]


@cache
def shrunk(ocpp, role):
    """(fault, whole message, the smallest) of one fault of each kind: a system that takes everything has
    each message shrunk as far as the harness ever shrinks it, or further."""

    async def takes_all(payload):
        return True

    found, seen = [], set()
    for fault in generated._all_wrong(ocpp, role):
        kind = (fault.action, fault.keyword)
        payload = generated.whole_message(fault)
        if kind in seen or fault.keyword == "maxItems" or payload is None:
            continue
        seen.add(kind)
        keeps = generated.as_wrong_as(fault, payload)
        found.append((fault, payload, asyncio.run(smallest_json(payload, takes_all, keeps=keeps, tries=60))))
    return found


def numbers(value, name=""):
    """Every number that names a thing, with the name of its field; also where a fault made it a text or a fraction."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from numbers(member, key)
    elif isinstance(value, list):
        for member in value:
            yield from numbers(member, name)
    elif name == "id" or name.endswith("Id"):
        if isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, value


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_every_action_that_is_sent_has_its_reason(ocpp, role):
    sent = {action for action, _, _ in messages(ocpp, role)}
    assert sent == {request.name for request in requests_sent_to(role, ocpp)}
    assert not [action for action in sent if not TABLE.get((role, action))]


@pytest.mark.parametrize("role", ROLES)
def test_no_reason_is_left_over(role):
    sent = {request.name for ocpp in VERSIONS for request in requests_sent_to(role, ocpp)}
    assert {action for of, action in TABLE if of == role} == sent


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_each_action_of_the_version_is_sent_or_left_out_on_purpose(ocpp, role):
    """An action that is in neither list is a new one that nobody has thought about."""
    other = "csms" if role == "station" else "station"
    received = {a.name for a in actions(ocpp) if a.kind == "call" and a.sender in ("both", other)}
    never = NEVER_TO_A_STATION if role == "station" else NEVER_TO_A_CSMS
    sent = {action for action, _, _ in messages(ocpp, role)}
    assert sent | (never & received) == received
    assert not sent & never


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_a_station_is_told_of_nothing_that_exists(ocpp):
    """0 and what is below is no thing of the owner, but for an EVSE: it is the whole station."""
    wrong = [
        (action, name, number)
        for action, payload, _ in messages(ocpp, "station")
        for name, number in numbers(payload)
        if 0 < number < NOBODY - 3 or (number == 0 and action not in MAY_MEAN_THE_STATION)
    ]
    assert not wrong


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_what_would_mean_all_always_names_one(ocpp):
    for action, payload, _ in messages(ocpp, "station"):
        names = NAMES_ITSELF.get(action, ())
        assert not names or any(payload.get(name) for name in names), (action, payload)
        for name in names:
            if isinstance(payload.get(name), int | list):
                assert payload[name] in (NOBODY, [NOBODY]), (action, payload)
        if action == "ClearChargingProfile":
            assert (
                not {"chargingProfilePurpose", "chargingProfileCriteria", "stackLevel", "connectorId"} & payload.keys()
            )
        if action == "ChangeAvailability" and "evse" in payload:
            assert payload["evse"]["id"] == NOBODY


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_no_word_takes_a_station_out_of_service_or_limits_it(ocpp):
    for action, payload, wrong in messages(ocpp, "station"):
        text = json.dumps(payload)
        if action == "ChangeAvailability":
            assert '"Inoperative"' not in text
        assert "ChargePointMaxProfile" not in text
        assert "ChargingStationMaxProfile" not in text
        assert "TxDefaultProfile" not in text
        assert not str(payload.get("requestedMessage", "")).startswith("Sign")
        assert ".example" in text or "://" not in text, (action, payload, wrong)


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_a_csms_hears_of_no_transaction_but_the_harness_own(ocpp):
    for action, payload, wrong in messages(ocpp, "csms"):
        for name, number in numbers(payload):
            assert number <= 1 or number >= NOBODY - 4 or name not in ("transactionId", "reservationId", "requestId")
        if action in ("StopTransaction", "MeterValues") and ocpp == "1.6":
            told = payload.get("transactionId", OWN)
            assert told in (OWN, str(OWN), None)
        if action == "TransactionEvent" and not wrong:
            told = payload["transactionInfo"]["transactionId"]
            assert told == OWN_TEXT or (payload["eventType"] == "Started" and set(told) == {"x"})
            assert payload["seqNo"] == SEQ or payload["eventType"] == "Started"
        if action == "NotifyEvent" and not wrong:
            assert [event["eventId"] for event in payload["eventData"]] == [EVENT]
        if action == "Authorize":
            assert not {"certificate", "iso15118CertificateHashData"} & payload.keys()


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_no_smaller_message_loses_what_names_it(ocpp, role):
    assert shrunk(ocpp, role)
    for fault, payload, small in shrunk(ocpp, role):
        for place in fault.plan.keeps:
            there = generated._at(payload, place)
            assert there
            assert generated._at(small, place) == there, (fault.name, small)
        assert set(generated._texts(small)) <= set(generated._texts(payload)), (fault.name, small)


@pytest.mark.parametrize(("ocpp", "role"), EVERYWHERE)
def test_no_fault_stands_where_a_message_says_what_it_means(ocpp, role):
    for fault in generated._all_wrong(ocpp, role):
        place = ".".join(part for part in fault.path if isinstance(part, str))
        assert fault.keyword == "additionalProperties" or not fault.plan.wants(place), fault.name


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_no_fault_is_next_to_the_harness_own_transaction(ocpp):
    """A CSMS that rounds would take half a number more for the transaction of somebody else."""
    values = [fault.value for fault in generated._all_wrong(ocpp, "csms")]
    assert OWN + 0.5 not in values
    assert ocpp != "1.6" or str(OWN) in values


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_what_says_whose_message_it_is_has_no_fault(ocpp):
    for action, payload, wrong in messages(ocpp, "csms"):
        if wrong and action == "TransactionEvent":
            assert payload["transactionInfo"]["transactionId"] == OWN_TEXT
            assert "costDetails" not in payload
        if wrong and action == "StopTransaction":
            assert payload["transactionId"] == OWN
        if wrong and action == "BootNotification":
            plate = payload if ocpp == "1.6" else payload["chargingStation"]
            assert {VENDOR, MODEL} <= set(generated._texts(plate))


@pytest.mark.parametrize(
    ("ocpp", "action", "payload", "undo"),
    [
        ("1.6", "ReserveNow", {"reservationId": 7}, ("CancelReservation", {"reservationId": 7})),
        ("2.0.1", "ReserveNow", {"id": 7}, ("CancelReservation", {"reservationId": 7})),
        (
            "1.6",
            "SetChargingProfile",
            {"csChargingProfiles": {"chargingProfileId": 7}},
            ("ClearChargingProfile", {"id": 7}),
        ),
        (
            "2.1",
            "SetChargingProfile",
            {"chargingProfile": {"id": 7}},
            ("ClearChargingProfile", {"chargingProfileId": 7}),
        ),
        ("2.1", "RequestStartTransaction", {"remoteStartId": 7}, ("RequestStopTransaction", {"transactionId": "new"})),
        ("1.6", "RemoteStartTransaction", {"idTag": "sample"}, ("RemoteStopTransaction", {"transactionId": 8})),
    ],
)
@pytest.mark.asyncio
async def test_what_a_station_carried_out_is_taken_back(ocpp, action, payload, undo):
    sent = []

    async def send_call(name, request, judge):
        sent.append((name, request))

    async def wait_until(condition, within, what):
        assert condition()

    told = {"StartTransaction": {"idTag": "sample"}, "TransactionEvent": {"transactionInfo": {"remoteStartId": 7}}}
    told["TransactionEvent"]["transactionInfo"]["transactionId"] = "new"
    inbox = [
        Message(name, request, "m", index, 0.0, 0, answer={"transactionId": 8})
        for index, (name, request) in enumerate(told.items())
    ]
    csms = SimpleNamespace(
        ocpp=ocpp, connected=True, send_call=send_call, wait_until=wait_until, timing=Timing(), inbox=inbox
    )
    done = CarriedOut(csms, action, payload, Answer({"status": "Accepted"}), since=0)
    await done.take_back()
    assert sent == [undo]
    csms.connected = False
    with pytest.raises(ConnectionError):
        await done.take_back()


@pytest.mark.asyncio
async def test_an_own_transaction_that_cannot_be_stopped_is_not_forgotten():
    own = OwnTransaction(SimpleNamespace(connected=False), SimpleNamespace(ocpp="1.6"))
    own.took(5)
    with pytest.raises(ConnectionError):
        await own.end()
    assert own.id == 5
