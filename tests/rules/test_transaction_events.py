"""Rules about TransactionEvents: one whole, what they tell, and why they are sent."""

from datetime import UTC, datetime

import pytest
from dialogue import Dialogue
from ocpp_proof.rules.ocpp2.transaction_events import TransactionEvents
from ocpp_proof.rules.ocpp2.transaction_facts import TransactionFacts
from ocpp_proof.rules.ocpp2.transaction_meter import TransactionMeter
from ocpp_proof.rules.ocpp2.transaction_reasons import TransactionReasons

SUBJECTS = (TransactionEvents, TransactionFacts, TransactionReasons, TransactionMeter)

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
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
    return Talk(version)


def test_a_sound_transaction(talk):
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    talk.event()
    talk.end(idToken=CARD)
    talk.start(of="T2")
    assert talk.broken() == []


# --- begin and end


@pytest.mark.parametrize("number", [0, 7])
def test_no_started(talk, number):
    talk.event(no=number)
    assert talk.broken() == ([] if number else ["transaction-started-first"])  # what was before is not known


def test_started_again(talk):
    talk.start()
    talk.start()
    assert talk.broken() == ["transaction-started-first"]


def test_updated_after_ended(talk):
    talk.start()
    talk.end()
    talk.event()
    assert talk.broken() == ["transaction-ended-last"]


def test_ended_twice(talk):
    talk.start()
    talk.end()
    talk.end()
    assert talk.broken() == ["transaction-ended-last"]


def test_late_events_of_a_time_without_connection(talk):
    talk.start()
    at = talk.now
    talk.later(60)
    talk.reconnect()
    talk.end(no=3, at=at + 9, offline=True)
    talk.event(no=2, at=at + 5, offline=True)
    talk.event(no=1, at=at + 1, offline=True)
    assert talk.broken() == []


# --- numbers


def test_a_gap(talk):
    talk.start()
    talk.event(no=2)
    assert talk.broken() == ["transaction-numbers-without-gap"]


def test_a_gap_that_is_filled(talk):
    talk.start()
    talk.event(no=2, answer=None, at=talk.now + 5)
    talk.event(no=1, at=talk.now - 1)
    assert talk.broken() == []


def test_a_gap_where_something_may_be_missed(talk):
    talk.start()
    talk.reconnect()
    talk.event(no=5)
    talk.judge.said("station", None, talk.now, connection=1)
    talk.event(no=9)
    assert talk.broken() == []


def test_a_gap_of_what_was_dropped_offline(talk):
    talk.start(offline=True)
    talk.event(no=2, offline=True)
    talk.event(no=4, offline=True)
    assert talk.broken() == []


def test_one_counter_for_two_transactions(talk):
    talk.start(no=10)
    talk.start(no=11, of="T2", evse={"id": 2, "connectorId": 1}, idToken=OTHER)
    talk.event(no=12)
    assert talk.broken() == []


def test_a_number_twice(talk):
    talk.start()
    talk.event(no=1)
    talk.event(no=1, trigger="MeterValueClock")
    assert talk.broken() == ["transaction-number-once"]


def test_an_event_sent_again(talk):
    at = talk.now
    talk.start(answer=None)
    talk.reconnect()
    talk.start(no=0, at=at, offline=True)
    talk.event(no=1, at=at + 5, answer="InternalError")
    talk.event(no=1, at=at + 5)
    assert talk.broken() == []


def test_a_time_corrected_before_it_is_sent_again(talk):
    talk.start(answer=None, at=946684800)
    talk.reconnect()
    talk.start(no=0)
    assert talk.broken() == []


def test_an_id_again(talk):
    talk.start()
    talk.end()
    talk.start(no=0)
    assert talk.broken() == ["transaction-id-new"]
    talk.end()
    talk.start(no=9)
    assert talk.broken() == ["transaction-id-new"]


def test_two_on_an_evse(talk):
    talk.start()
    talk.start(of="T2", idToken=OTHER)
    talk.later(61)
    assert talk.broken() == ["transaction-alone-on-evse"]


def test_the_end_comes_late(talk):
    talk.start()
    talk.start(of="T2", idToken=OTHER, at=talk.now + 5)
    talk.end(of="T1")
    talk.later(61)
    assert talk.broken() == []


def test_two_on_an_evse_after_a_restart(talk):
    talk.start()
    talk.reconnect()
    talk.start(of="T2", idToken=OTHER)
    talk.later(61)
    assert talk.broken() == []


def clock(talk, ahead):
    time = datetime.fromtimestamp(talk.now + ahead, UTC).isoformat().replace("+00:00", "Z")
    talk.station("Heartbeat", {"currentTime": time})


def test_times_backwards(talk):
    clock(talk, 0)
    talk.later(100)
    talk.start()
    clock(talk, 0.5)
    talk.event(at=talk.now - 100)
    assert talk.broken() == ["transaction-times-in-order"]


@pytest.mark.parametrize("when", ["before", "between", "never"])
@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_a_clock_that_is_set(talk, when, ahead):
    if when != "never":
        clock(talk, 0)
    talk.later(100)
    at = talk.now - 1
    if when == "before":  # the event was made before that, and waited
        clock(talk, ahead)
    talk.start(at=at)
    if when == "between":
        clock(talk, ahead)
    talk.event(at=talk.now + min(ahead, 0))
    assert talk.broken() == []


# --- what is told


def test_no_charging_state(talk):
    talk.event("Started", "Authorized", evse=HERE, idToken=CARD)
    talk.event(trigger="ChargingStateChanged")
    assert talk.broken() == ["charging-state-told"] and talk.judge.times == {}


def test_a_charging_state_that_has_not_changed(talk):
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="EVConnected")  # an event of its own, after the card's
    at = talk.now
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", at=at)  # a part of the one before
    assert talk.broken() == []
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    assert talk.broken() == ["charging-state-changed"]


def test_no_evse(talk):
    talk.event("Started", "Authorized", chargingState="Idle", idToken=CARD)
    assert talk.broken() == []
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse={"id": 1})
    assert talk.broken() == ["transaction-evse-told"]


def test_no_evse_where_it_may_have_been_told(talk):
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", no=4)
    talk.start(of="T2", no=0)
    talk.reconnect()
    talk.event(of="T2", chargingState="Charging", no=3)
    assert talk.broken() == []


def test_another_evse(talk):
    talk.start()
    talk.event(evse={"id": 2, "connectorId": 1})
    assert talk.broken() == ["transaction-evse-same"]


def test_another_evse_for_the_next_vehicle(talk):
    talk.event("Started", "Authorized", chargingState="Idle", idToken=CARD, evse={"id": 1})
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse={"id": 2, "connectorId": 1})
    talk.event(trigger="EVCommunicationLost", chargingState="Idle")
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse=HERE)
    assert talk.broken() == []


def test_no_token(talk):
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    talk.event(trigger="Authorized")
    assert talk.broken() == ["transaction-token-told"]


@pytest.mark.parametrize("accepted", [True, False])
def test_energy_without_a_token(talk, accepted):
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    if accepted:
        talk.station("Authorize", ACCEPTED, idToken=CARD)
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    assert talk.broken() == (["transaction-token-before-energy"] if accepted else [])  # free vend has none


def test_a_token_again(talk):
    talk.start()
    talk.event(idToken=CARD | {"idToken": "04a1b2c3"})
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("transaction-token-once", True)]


def test_a_token_for_another_authorization(talk):
    talk.start()
    talk.event(trigger="StopAuthorized", idToken=CARD)
    talk.station("Authorize", ACCEPTED, idToken=CARD)
    talk.event(trigger="MeterValuePeriodic", idToken=CARD)
    talk.end("EVCommunicationLost", idToken=CARD)
    talk.start(of="T2", answer="InternalError")
    talk.event(of="T2", idToken=CARD)
    assert talk.broken() == []


def reserve(talk, status="Accepted", **more):
    request = {"id": 5, "expiryDateTime": "2030-01-01T00:00:00Z", "idToken": CARD, "evseId": 1} | more
    talk.csms("ReserveNow", {"status": status}, **request)


def test_a_reservation(talk):
    reserve(talk)
    talk.start()
    talk.end()
    assert talk.broken() == ["transaction-reservation-told"]


def test_a_reservation_that_is_told(talk):
    reserve(talk)
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    talk.event(trigger="Authorized", idToken=CARD, reservationId=5)
    talk.end()
    assert talk.broken() == []


@pytest.mark.parametrize("why", ["refused", "other card", "other EVSE", "cancelled", "over", "restart", "expired"])
def test_no_reservation(talk, why):
    reserve(
        talk,
        "Rejected" if why == "refused" else "Accepted",
        idToken=OTHER if why == "other card" else CARD,
        evseId=2 if why == "other EVSE" else 1,
        expiryDateTime="2020-01-01T00:00:00Z" if why == "over" else "2030-01-01T00:00:00Z",
    )
    if why == "cancelled":
        talk.csms("CancelReservation", {"status": "Accepted"}, reservationId=5)
    if why == "restart":
        talk.reconnect()
    if why == "expired":
        talk.station("ReservationStatusUpdate", {}, reservationId=5, reservationUpdateStatus="Expired")
    talk.start()
    talk.end()
    assert talk.broken() == []


# --- reasons


def remote_start(talk, **answer):
    request = {"remoteStartId": 77, "idToken": CARD, "evseId": 1}
    talk.csms("RequestStartTransaction", {"status": "Accepted"} | answer, **request)


def test_a_remote_start(talk):
    remote_start(talk)
    talk.start("RemoteStart", remoteStartId=77)
    talk.end()
    assert talk.broken() == []


def test_a_remote_start_without_its_id(talk):
    remote_start(talk)
    talk.start("RemoteStart")
    assert talk.broken() == ["remote-start-id-told"]


def test_a_remote_start_with_another_id(talk):
    remote_start(talk)
    talk.start("RemoteStart", remoteStartId=78)
    assert talk.broken() == ["remote-start-id-asked-for"]


def test_a_remote_start_with_another_token(talk):
    remote_start(talk)
    talk.start("RemoteStart", remoteStartId=77, idToken=OTHER)
    assert talk.broken() == ["remote-start-id-asked-for"]


def test_a_remote_start_said_to_be_local(talk):
    remote_start(talk)
    talk.start()
    assert talk.broken() == ["remote-start-reason"]


def test_a_card_after_a_remote_start(talk):
    remote_start(talk)
    talk.judge.operated("present_token", None, talk.now)
    talk.start()
    remote_start(talk)
    talk.later(60)  # nobody came with a cable
    talk.start(of="T2", evse={"id": 2, "connectorId": 1})
    remote_start(talk, status="Rejected")
    talk.start(of="T3", evse={"id": 3, "connectorId": 1})
    assert talk.broken() == []


def test_a_remote_start_told_before_its_token(talk):
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    remote_start(talk, transactionId="T1")
    talk.event(trigger="RemoteStart", remoteStartId=77)
    talk.event(trigger="Authorized", idToken=CARD)
    assert talk.broken() == []


ASKED = [
    ("RemoteStop", "RequestStopTransaction", {"transactionId": "T1"}, {"status": "Accepted"}),
    ("Trigger", "TriggerMessage", {"requestedMessage": "TransactionEvent"}, {"status": "Accepted"}),
    ("ResetCommand", "Reset", {"type": "Immediate"}, {"status": "Accepted"}),
    ("UnlockCommand", "UnlockConnector", {"evseId": 1, "connectorId": 1}, {"status": "OngoingAuthorizedTransaction"}),
]


@pytest.mark.parametrize(("trigger", "action", "request_", "answer"), ASKED, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("asked", ["answered", "unanswered", "wrong", "never"])
def test_a_request_that_a_reason_names(talk, trigger, action, request_, answer, asked):
    talk.start()
    if asked == "wrong":
        from ocpp_proof.ocppj.frames import Call

        talk.judge.said("csms", Call("x", action, {}), talk.now, deviating=True)
    elif asked != "never":
        talk.csms(action, answer if asked == "answered" else None, **request_)
    talk.event(trigger=trigger)
    assert talk.broken() == (["trigger-reason-asked-for"] if asked == "never" else [])


def test_a_reason_from_before_the_first_event(talk):
    talk.event(no=8)
    talk.event(trigger="Trigger")
    talk.end("RemoteStop", stoppedReason="Remote")
    assert talk.broken() == []


def test_a_request_of_the_vendor(talk):
    talk.start()
    talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="org.example")
    talk.end("RemoteStop", stoppedReason="Remote")
    assert talk.broken() == []


def test_a_stop_of_another_transaction(talk):
    talk.start()
    talk.csms("RequestStopTransaction", {"status": "Rejected"}, transactionId="T9")
    talk.end("StopAuthorized", stoppedReason="Remote")
    assert talk.broken() == ["stopped-reason-asked-for"]


def stopped(talk, trigger, reason):
    talk.end(trigger, **({"stoppedReason": reason} if reason else {}))
    return talk.broken()


@pytest.mark.parametrize(("reason", "broken"), [("Remote", False), ("Local", True), (None, True)])
def test_reason_of_a_remote_stop(talk, reason, broken):
    talk.start()
    talk.csms("RequestStopTransaction", {"status": "Accepted"}, transactionId="T1")
    assert stopped(talk, "RemoteStop", reason) == (["stopped-reason-remote"] if broken else [])


@pytest.mark.parametrize("kind", ["Immediate", "OnIdle"])
@pytest.mark.parametrize(("reason", "broken"), [("ImmediateReset", False), ("Reboot", True), (None, True)])
def test_reason_of_a_reset(talk, kind, reason, broken):
    talk.start()
    talk.csms("Reset", {"status": "Accepted"}, type=kind)
    broken = broken and kind == "Immediate"
    assert stopped(talk, "ResetCommand", reason) == (["stopped-reason-reset"] if broken else [])


@pytest.mark.parametrize(("reason", "broken"), [("Timeout", False), ("Other", True)])
def test_reason_of_a_vehicle_that_does_not_come(talk, reason, broken):
    talk.start(chargingState="Idle", evse={"id": 1})
    assert stopped(talk, "EVConnectTimeout", reason) == (["stopped-reason-timeout"] if broken else [])


def test_offline_while_connected(talk):
    talk.start()
    talk.event(offline=False)
    assert talk.broken() == []
    talk.event(offline=True)
    assert talk.broken() == ["offline-flag"]


@pytest.mark.parametrize("why", ["connection", "boot", "no answer", "no answer before", "unknown"])
def test_offline_perhaps(talk, why):
    talk.numbers["T1"] = 8
    if why != "unknown":
        talk.start()
    match why:
        case "connection":
            talk.reconnect()
        case "boot":
            answer = {"status": "Accepted", "interval": 300, "currentTime": "2026-12-01T00:00:00Z"}
            station = {"model": "m", "vendorName": "v"}
            talk.station("BootNotification", answer, chargingStation=station, reason="Unknown")
        case "no answer":
            talk.station("Heartbeat", None)
        case "no answer before":
            talk.event(answer=None)
            talk.event()
    talk.event(offline=True)
    assert talk.broken() == []


# --- registers


def energy(value, at, **more):
    time = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    return {"timestamp": time, "sampledValue": [{"value": value} | more]}


def test_a_register_that_falls(talk):
    now = talk.now
    talk.start(meterValue=[energy(1000.5, now)])
    talk.event(meterValue=[energy(1200, now + 1, measurand="Energy.Active.Import.Register", location="Outlet")])
    assert talk.broken() == []
    talk.event(meterValue=[energy(1100, now + 5)])
    assert talk.broken() == ["meter-register-does-not-fall"]


def test_what_is_no_falling_register(talk):
    now = talk.now
    power = {"measurand": "Power.Active.Import", "unitOfMeasure": {"unit": "W"}}
    talk.start(meterValue=[energy(1000, now), energy(9000, now, **power)])
    talk.event(meterValue=[energy(1.1, now + 1, unitOfMeasure={"unit": "kWh"})])
    talk.event(meterValue=[energy(11, now + 1, unitOfMeasure={"unit": "Wh", "multiplier": 2})])
    talk.event(meterValue=[energy(400, now + 2, phase="L1"), energy(0, now + 2, **power)])
    talk.event(meterValue=[energy(900, now - 9)])  # earlier
    talk.event(meterValue=[energy(1300, now + 9), energy(1250, now + 6)])  # the newest first
    talk.event(meterValue=[energy(-5, now + 9, measurand="Energy.Active.Net")])
    talk.reconnect()
    talk.event(meterValue=[energy(0, now + 20)])
    talk.start(of="T2", idToken=OTHER, evse={"id": 2, "connectorId": 1}, meterValue=[energy(0, now + 20)])
    assert talk.broken() == []


# --- products that are otherwise


def test_a_counter_for_all_evses_whose_events_come_in_another_order(talk):
    talk.start()
    talk.event(no=2)
    talk.start("CablePluggedIn", of="T2", no=1, evse={"id": 2, "connectorId": 1})
    assert talk.broken() == []


@pytest.mark.parametrize("taken", [False, True])
def test_what_waits_behind_an_event_that_is_sent_again(talk, taken):
    """E13: the retries of the refused one may take longer than anything that we wait for."""
    talk.start()
    talk.event(answer="InternalError")
    if taken:
        talk.event()
    talk.start(of="T2")
    assert talk.broken() == (["transaction-alone-on-evse"] if taken else [])


@pytest.mark.parametrize("back", [30, 90])
def test_a_clock_that_is_set_back(talk, back):
    """By NTP, while the CSMS tells another time; both within what clocks may differ by."""
    talk.station("Heartbeat", {"currentTime": datetime.fromtimestamp(talk.now - 30, UTC).isoformat()})
    talk.start(at=talk.now - 30)
    talk.event(at=talk.now - 30 - back)
    assert [breach.should for breach in talk.breaches()] == [back == 30]


def test_an_older_event_of_another_evse_that_comes_late(talk):
    talk.start(no=0)
    talk.event(trigger="EVCommunicationLost", no=2, chargingState="Idle")
    talk.event(trigger="CablePluggedIn", no=3, chargingState="EVConnected", evse={"id": 2, "connectorId": 1})
    talk.event(no=1, evse=HERE)
    assert "transaction-evse-same" not in talk.broken()


@pytest.mark.parametrize("other_case", [False, True])
def test_the_id_of_a_remote_stop_in_another_case(talk, other_case):
    talk.start(of="abc")
    talk.csms("RequestStopTransaction", {"status": "Accepted"}, transactionId="ABC" if other_case else "x")
    talk.end("RemoteStop", of="abc", stoppedReason="Remote")
    assert talk.broken() == ([] if other_case else ["stopped-reason-asked-for", "trigger-reason-asked-for"])


def test_a_request_that_only_the_station_could_read(talk):
    talk.start()
    talk.judge.said("csms", None, talk.now)
    talk.end("RemoteStop", stoppedReason="Remote")
    assert talk.broken() == []


@pytest.mark.parametrize("held_back", [0, 30])
def test_a_link_that_is_lost_under_the_connection(talk, held_back):
    """A modem without network: the connection survives, and what happened meanwhile is told after it."""
    talk.start()
    at = talk.now
    talk.later(held_back)
    talk.event(offline=True, at=at)
    talk.event(offline=True)
    assert talk.broken() == ([] if held_back else ["offline-flag"])


@pytest.mark.parametrize("why", ["asked", "presented", "neither"])
def test_a_card_that_was_shown_before_the_remote_start_of_its_token(talk, why):
    if why == "asked":
        talk.station("Authorize", ACCEPTED, idToken=CARD)
    if why == "presented":
        talk.judge.operated("present_token", None, talk.now)
    talk.csms("RequestStartTransaction", {"status": "Accepted"}, remoteStartId=3, idToken=CARD)
    talk.start()
    assert talk.broken() == (["remote-start-reason"] if why == "neither" else [])


def reading(talk, value, **more):
    sample = {"timestamp": datetime.fromtimestamp(talk.now, UTC).isoformat(), "sampledValue": [{"value": value}]}
    talk.event(meterValue=[sample], **more)


@pytest.mark.parametrize(
    ("first", "second", "falls"),
    [(10.4, 10, False), (1.237, 1.23, False), (11, 10.7, False), (100, 99, True), (1.23, 1.22, True), (10.5, 9, True)],
)
def test_a_reading_that_is_rounded_otherwise(talk, first, second, falls):
    talk.start()
    reading(talk, first)
    reading(talk, second)
    assert talk.broken() == (["meter-register-does-not-fall"] if falls else [])


def test_the_meter_of_another_evse(talk):
    talk.start()
    reading(talk, 100)
    talk.event(trigger="EVCommunicationLost", chargingState="Idle")
    reading(talk, 5, trigger="CablePluggedIn", evse={"id": 2, "connectorId": 1}, chargingState="EVConnected")
    assert talk.broken() == []


def test_what_is_remembered_has_an_end(talk):
    for number in range(300):
        talk.start(of=f"T{number}")
        talk.end(of=f"T{number}", idToken=CARD)
        talk.later(400)
    talk.start(of="long")
    for _ in range(1500):
        talk.event(of="long")
    assert talk.found() == []
    for subject in talk.judge._subjects:
        assert len(subject.transactions) <= 200
        assert len(subject.transactions["long"].events) <= 1000
    talk.start(of="T1")  # sent again, or another one: no longer known
    talk.event(of="long", no=7)
    assert talk.found() == []
    talk.event("Started", of="long", no=2000)
    assert "transaction-started-first" in talk.found()


def test_an_event_that_is_sent_again_in_whole_seconds(talk):
    talk.start()
    at = int(talk.now)
    talk.event(at=at + 0.75, answer="InternalError")
    talk.event(at=at, no=1)
    assert talk.broken() == []


@pytest.mark.parametrize("read", [False, True])
def test_an_event_whose_answer_did_not_arrive(talk, read):
    """It is sent again after a restart, by a clock that was set."""
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    if read:
        talk.station("Heartbeat", {"currentTime": "2026-12-01T00:00:00Z"})
    talk.reconnect()
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", at=talk.now - 3600, no=1)
    assert talk.broken() == (["transaction-number-once"] if read else [])
