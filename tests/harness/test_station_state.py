"""What a station was brought to hold, from requests, answers and its own messages alone."""

import time

import pytest
from ocpp_proof.ocppj.frames import Call, CallError, CallResult
from ocpp_proof.roles.liveness import Liveness, Silence
from ocpp_proof.roles.message import Message, Payload
from ocpp_proof.roles.station_state import StationState


class Told:
    """A state that is told of exchanges."""

    def __init__(self, ocpp):
        self.state = StationState(ocpp)
        self.number = 0

    def asked(self, action, payload, answer, case="TC_A"):
        self.number += 1
        self.state.asked(Call(str(self.number), action, payload), case)
        self.state.answered(CallResult(str(self.number), answer))

    def heard(self, action, payload, answer=None, case="TC_A"):
        message = Message(action, Payload(payload), "m", 0, time.monotonic(), 0)
        message.answer = answer
        self.state.heard(message, case)

    @property
    def left(self):
        return [(held.case, held.action, held.payload, held.blocks) for _, held in self.state.held.left()]


ACCEPTED = {"status": "Accepted"}


def test_an_accepted_reservation_is_held_until_it_is_cancelled_used_or_over():
    told = Told("1.6")
    wish = {"connectorId": 1, "reservationId": 7, "idTag": "A", "expiryDate": "2999-01-01T00:00:00Z"}
    told.asked("ReserveNow", wish, {"status": "Occupied"})
    assert not told.left
    told.asked("ReserveNow", wish, ACCEPTED)
    assert told.left == [("TC_A", "CancelReservation", {"reservationId": 7}, True)]
    told.asked("CancelReservation", {"reservationId": 7}, ACCEPTED)
    assert not told.left
    told.asked("ReserveNow", wish, ACCEPTED)
    told.heard("StartTransaction", {"connectorId": 1, "idTag": "A", "reservationId": 7})
    assert not told.left
    told.asked("ReserveNow", wish | {"expiryDate": "2001-01-01T00:00:00Z"}, ACCEPTED)
    assert not told.left


def test_a_negative_request_that_was_accepted_is_held_like_a_positive_one():
    told = Told("2.0.1")
    told.asked("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 99}}, ACCEPTED)
    back = {"operationalStatus": "Operative", "evse": {"id": 99}}
    assert told.left == [("TC_A", "ChangeAvailability", back, True)]
    told.asked("ChangeAvailability", back, ACCEPTED)
    assert not told.left


def test_a_setting_is_set_back_only_where_its_value_was_read_before():
    told = Told("1.6")
    told.asked("ChangeConfiguration", {"key": "Unread", "value": "1"}, ACCEPTED)
    told.asked("GetConfiguration", {}, {"configurationKey": [{"key": "Read", "readonly": False, "value": "5"}]})
    told.asked("ChangeConfiguration", {"key": "Read", "value": "6"}, {"status": "RebootRequired"}, case="TC_B")
    told.asked("ChangeConfiguration", {"key": "Read", "value": "7"}, ACCEPTED, case="TC_C")
    assert told.left == [("TC_B", "ChangeConfiguration", {"key": "Read", "value": "5"}, False)]
    told.asked("ChangeConfiguration", {"key": "Read", "value": "5"}, ACCEPTED)
    assert not told.left


@pytest.mark.parametrize("key", ["AuthorizationKey", "SecurityProfile"])
def test_how_the_station_connects_is_never_set_back_from_here(key):
    told = Told("1.6")
    told.asked("GetConfiguration", {}, {"configurationKey": [{"key": key, "readonly": False, "value": "1"}]})
    told.asked("ChangeConfiguration", {"key": key, "value": "2"}, ACCEPTED)
    assert not told.left


def test_variables_of_2x_are_told_apart_by_instance():
    told = Told("2.1")

    def item(instance, **more):
        return {"component": {"name": "C"}, "variable": {"name": "V", "instance": instance}, **more}

    read = [item(i, attributeStatus="Accepted", attributeValue=v) for i, v in (("a", "1"), ("b", "2"))]
    told.asked("GetVariables", {"getVariableData": [item("a"), item("b")]}, {"getVariableResult": read})
    wish = {"setVariableData": [item("a", attributeValue="9"), item("b", attributeValue="9")]}
    results = [item("a", attributeStatus="Rejected"), item("b", attributeStatus="Accepted")]
    told.asked("SetVariables", wish, {"setVariableResult": results})
    assert [payload for _, _, payload, _ in told.left] == [{"setVariableData": [item("b", attributeValue="2")]}]


def test_a_list_is_empty_again_when_its_entries_were_taken_out():
    told = Told("1.6")
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    whole = {"listVersion": 3, "updateType": "Full", "localAuthorizationList": [entry]}
    told.asked("SendLocalList", whole, ACCEPTED)
    assert told.left == [("TC_A", "SendLocalList", {"listVersion": 4, "updateType": "Full"}, False)]
    taken_out = {"listVersion": 4, "updateType": "Differential", "localAuthorizationList": [{"idTag": "A"}]}
    told.asked("SendLocalList", taken_out, ACCEPTED)
    assert not told.left


def test_a_remote_start_is_pending_until_its_transaction_begins_or_the_connector_is_free_again():
    told = Told("1.6")
    told.asked("RemoteStartTransaction", {"idTag": "Ab", "connectorId": 1}, ACCEPTED)
    assert told.state.starts.waiting
    told.heard("StartTransaction", {"connectorId": 1, "idTag": "AB"})
    assert not told.state.starts.waiting
    told.asked("RemoteStartTransaction", {"idTag": "Ab", "connectorId": 1}, ACCEPTED)
    for status in ("Preparing", "Available"):
        told.heard("StatusNotification", {"connectorId": 1, "status": status})
    assert not told.state.starts.waiting


@pytest.mark.parametrize(
    ("ocpp", "action", "wish", "told"),
    [
        ("1.6", "RemoteStartTransaction", {"idTag": "Ab"}, ("StartTransaction", {"connectorId": 1, "idTag": "AB"})),
        (
            "2.0.1",
            "RequestStartTransaction",
            {"idToken": {"idToken": "Ab", "type": "Central"}, "remoteStartId": 7},
            ("TransactionEvent", {"eventType": "Started", "transactionInfo": {"remoteStartId": 7}}),
        ),
    ],
)
def test_a_transaction_may_be_told_before_the_remote_start_is_answered(ocpp, action, wish, told):
    station = Told(ocpp)
    station.state.asked(Call("x", action, wish), "TC_A")
    station.heard(*told)
    station.state.answered(CallResult("x", ACCEPTED))
    assert not station.state.starts.waiting


@pytest.mark.parametrize(("status", "waits"), [("Invalid", False), ("Accepted", True)])
def test_a_remote_start_whose_token_is_refused_is_over(status, waits):
    told = Told("2.0.1")
    token = {"idToken": "Ab", "type": "Central"}
    told.asked("RequestStartTransaction", {"idToken": token, "remoteStartId": 7}, ACCEPTED)
    told.heard("Authorize", {"idToken": token}, {"idTokenInfo": {"status": status}})
    assert bool(told.state.starts.waiting) is waits


def test_a_setting_that_was_written_before_it_was_read_is_left_as_it_is():
    told = Told("1.6")
    told.asked("ChangeConfiguration", {"key": "Unread", "value": "1"}, ACCEPTED)
    told.asked("ChangeConfiguration", {"key": "Unread", "value": "0"}, ACCEPTED)
    assert not told.left


def test_what_somebody_else_has_in_the_list_stays_there():
    told = Told("1.6")
    update = {"listVersion": 3, "updateType": "Differential"}
    entry = {"idTag": "A", "idTagInfo": {"status": "Accepted"}}
    told.asked("SendLocalList", update | {"localAuthorizationList": [entry]}, ACCEPTED)
    undo = {"listVersion": 4, "updateType": "Differential", "localAuthorizationList": [{"idTag": "A"}]}
    assert told.left == [("TC_A", "SendLocalList", undo, False)]
    told.asked("SendLocalList", undo, ACCEPTED)
    assert not told.left


def test_a_cable_was_left_by_the_case_that_put_it_in():
    told = Told("2.0.1")
    for name in ("TC_A", "TC_B"):
        told.state.starts.operated("plug_in", {"evseId": 1, "connectorId": 2}, name)
    assert not told.state.starts.cables_in()  # the station does not say so
    told.heard("StatusNotification", {"evseId": 1, "connectorId": 2, "connectorStatus": "Occupied"})
    assert told.state.starts.cables_in() == [((1, 2), "TC_A")]
    told.state.starts.operated("unplug", {"evseId": 1, "connectorId": 2}, "TC_B")
    assert not told.state.starts.cables_in()


def test_an_error_and_a_payload_of_another_kind_change_nothing():
    state = StationState("2.0.1")
    state.asked(Call("1", "SetChargingProfile", {"chargingProfile": "none"}), "TC_A")
    state.answered(CallResult("1", {"status": "Accepted"}))
    state.asked(Call("2", "ReserveNow", {"id": 1}), "TC_A")
    state.answered(CallError("2", "InternalError", "", {}))
    state.answered(CallResult("3", {"status": "Accepted"}))
    assert not state.held.left()


def test_the_registration_is_that_of_the_last_answer():
    told = Told("2.0.1")
    told.heard("BootNotification", {}, {"status": "Pending", "interval": 5}, case="TC_B_02_CS")
    assert (told.state.registered, told.state.registered_in, told.state.interval) == ("Pending", "TC_B_02_CS", 5)
    told.heard("BootNotification", {}, {"status": "Accepted", "interval": 300})
    assert told.state.registered == "Accepted"


def test_silence_begins_with_the_frame_after_the_last_sign_and_ends_with_any_answer():
    liveness = Liveness()
    liveness.seen("in", "text", "hello")
    liveness.seen("out", "text", "the frame")
    liveness.called("TC_A")
    liveness.seen("out", "text", "the next")
    assert liveness.silence.text("the station answers nothing") == (
        "since TC_A, after this frame: the frame, the station answers nothing"
    )
    assert not liveness.mute
    liveness.unanswered()
    assert liveness.mute
    liveness.seen("in", "text", "[2,...]")
    assert liveness.silence is not None
    liveness.disconnected("TC_A")
    assert liveness.lost == Silence("TC_A", "")
    liveness.answered()
    assert liveness.silence is None
    assert not liveness.mute


def test_what_blocks_is_known_with_its_place():
    told = Told("1.6")
    told.asked("ChangeAvailability", {"connectorId": 9, "type": "Inoperative"}, ACCEPTED)
    told.asked("ChangeAvailability", {"connectorId": 0, "type": "Inoperative"}, ACCEPTED)
    assert [(held.blocks, held.place) for _, held in told.state.held.left()] == [(True, None), (True, 9)]
