"""What may become of a generated message, and how much it weighs where it may not."""

from types import SimpleNamespace

import pytest
from ocpp_proof.cases.requirements import level_of
from ocpp_proof.cases.timing import Timing
from ocpp_proof.ocppj.boundaries import Boundary
from ocpp_proof.ocppj.error_codes import fitting_codes
from ocpp_proof.ocppj.frames import CallError
from ocpp_proof.ocppj.mutations import Fault
from ocpp_proof.ocppj.sample_values import DAY
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_testcases.edge.states import generated_messages as generated
from ocpp_testcases.edge.states import message_sender, rpc_probes
from ocpp_testcases.edge.states.message_levels import (
    CLOSED,
    REFUSED,
    TAKEN,
    WITH_STATUS,
    is_accepted,
    is_right,
    requirement_of_closing,
    requirement_of_edge,
    requirement_of_fault,
)
from ocpp_testcases.edge.states.message_sender import MessageSender


def fault(ocpp, keyword, *path, action="GetVariables", value=1):
    return Fault(ocpp, action, "request", "name", keyword, path or ("x",), value)


def refusal(code):
    answer = ErrorAnswer({})
    answer.__dict__.update(error=code, description="")
    return answer


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_a_field_that_is_not_known_may_be_taken(ocpp):
    unknown = fault(ocpp, "additionalProperties")
    assert is_right(unknown, TAKEN)
    assert is_right(unknown, WITH_STATUS)
    assert not is_right(unknown, CLOSED)


@pytest.mark.parametrize("keyword", ["maxItems", "minimum", "maximum"])
@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_a_range_is_refused_by_a_status_too_and_taking_it_is_a_warning(ocpp, keyword):
    assert is_right(fault(ocpp, keyword), WITH_STATUS)
    assert level_of(requirement_of_fault(fault(ocpp, keyword), TAKEN), ocpp) == "SHOULD"


@pytest.mark.parametrize("keyword", ["required", "type", "enum", "format"])
def test_a_type_is_a_must_in_2_and_not_in_1_6(keyword):
    for became in (TAKEN, WITH_STATUS):
        assert level_of(requirement_of_fault(fault("2.0.1", keyword), became), "2.0.1") == "MUST"
        assert level_of(requirement_of_fault(fault("1.6", keyword), became), "1.6") == "SHOULD"


@pytest.mark.parametrize(
    ("action", "path", "level"),
    [
        ("GetVariables", ("getVariableData",), "MUST"),
        ("GetReport", ("componentCriteria",), "SHOULD"),
        ("RequestStartTransaction", ("idToken", "additionalInfo"), "SHOULD"),
        ("TransactionEvent", ("meterValue", 0, "sampledValue"), "MUST"),
    ],
)
def test_an_empty_list_is_a_must_where_it_has_to_be_there(action, path, level):
    for became in (TAKEN, WITH_STATUS):
        empty = fault("2.0.1", "minItems", *path, action=action, value=[])
        assert level_of(requirement_of_fault(empty, became), "2.0.1") == level


@pytest.mark.parametrize(
    ("ocpp", "code", "level"),
    [
        ("1.6", "OccurrenceConstraintViolation", "SHOULD"),
        ("1.6", "MessageTypeNotSupported", "MUST"),
        ("2.0.1", "OccurenceConstraintViolation", "MUST"),
        ("2.1", "FormationViolation", "MUST"),
    ],
)
def test_a_code_of_another_version_is_judged_alike_in_both_families(ocpp, code, level, monkeypatch):
    found = []
    for family in (generated, rpc_probes):
        monkeypatch.setattr(family, "check", lambda requirement, right, **texts: found.append((requirement, right)))
    generated._check_codes(ocpp, "required", {code})
    peer = SimpleNamespace(ocpp=ocpp, strays=[CallError("a", code)], unreadable=[])
    rpc_probes.check_error_codes(peer, fitting_codes(ocpp, "frame"))
    assert [right for _, right in found] == [False, False]
    assert {level_of(requirement, ocpp) for requirement, _ in found} == {level}


def test_a_fitting_code_passes_beside_one_of_another_version(monkeypatch):
    found = []
    monkeypatch.setattr(generated, "check", lambda requirement, right, **texts: found.append((requirement, right)))
    generated._check_codes("2.0.1", "type", {"TypeConstraintViolation", "FormationViolation"})
    assert found == [("OCPP-J error code", False), ("OCPP-J 4.3", True)]


def test_what_has_a_status_of_its_own_is_answered_with_one():
    value = fault("2.0.1", "maxLength", "setVariableData", 0, "attributeValue", action="SetVariables")
    assert is_right(value, WITH_STATUS)  # B05.FR.07 and .08
    name = fault("2.0.1", "maxLength", "getVariableData", 0, "component", "name")
    assert level_of(requirement_of_fault(name, WITH_STATUS), "2.0.1") == "SHOULD"  # B06.FR.06
    assert level_of(requirement_of_fault(name, TAKEN), "2.0.1") == "MUST"
    assert level_of(requirement_of_fault(fault("2.1", "maxLength", "checksum"), WITH_STATUS), "2.1") == "SHOULD"


@pytest.mark.parametrize(
    ("time", "level"),
    [
        (f"{DAY}T03:04:05+14:00", "MUST"),
        (f"{DAY}T03:04:05.123456789Z", "MUST"),
        ("2025-03-30T02:30:00+01:00", "SHOULD"),
        ("1970-01-01T00:00:00Z", "SHOULD"),
    ],
)
def test_every_receiver_of_1_6_handles_offsets_and_fractions(time, level):
    edge = Boundary("StatusNotification", "name", "format", {"timestamp": time}, {}, ("timestamp",))
    assert level_of(requirement_of_edge("1.6", edge, refusal("PropertyConstraintViolation")), "1.6") == level


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_what_is_asked_for_is_whole(ocpp):
    for edge in generated.boundary_messages(ocpp, "station", "enum"):
        asked = edge.payload.get("requestedMessage")
        assert asked != "StatusNotification" or "evse" in edge.payload
        assert asked != "CustomTrigger" or "customTrigger" in edge.payload
    for role in ("station", "csms"):
        edges = generated.boundary_messages(ocpp, role, "minimum")
        assert not [e.name for e in edges if e.path[-1] in ("evseId", "connectorId") or e.path[-2:] == ("evse", "id")]


def test_silence_is_judged_and_closing_is_not_taken_for_it(monkeypatch):
    found = []
    monkeypatch.setattr(message_sender, "check", lambda requirement, right, **texts: found.append(requirement))
    for connected in (True, False):
        made = sender(connected=connected)
        made.peer.timing, made.sut = Timing(), SimpleNamespace(ocpp="2.0.1")
        made.bench = SimpleNamespace(learnt={"answers nothing": set()})
        made.faults = made.failures = 0
        monkeypatch.setattr(message_sender, "closing_text", lambda endpoint: "closed")
        made._judge_silence("Authorize", {})
        assert made.bench.learnt["answers nothing"] == ({"Authorize"} if connected else set())
        assert made.failures == 1
    assert found == ["OCPP-J answer", "survival"]


def test_warnings_are_not_counted_as_failures():
    made = sender(connected=True)
    made.sut, made.faults, made.failures = SimpleNamespace(ocpp="2.0.1"), 0, 0
    for requirement in ("OCPP-J range", "OCPP-J boundary", "OCPP-J 4.1.7"):
        made.count(requirement)
    assert (made.faults, made.failures) == (3, 1)


def test_only_a_station_of_2_has_to_keep_the_connection():
    assert level_of(requirement_of_closing("2.0.1", "station"), "2.0.1") == "MUST"
    assert level_of(requirement_of_closing("2.0.1", "csms"), "2.0.1") == "SHOULD"
    assert level_of(requirement_of_closing("1.6", "station"), "1.6") == "SHOULD"


@pytest.mark.parametrize(
    ("ocpp", "action", "level"),
    [
        ("1.6", "StopTransaction", "SHOULD"),
        ("2.0.1", "TransactionEvent", "SHOULD"),
        ("2.1", "TransactionEvent", "MUST"),
        ("2.1", "StatusNotification", "SHOULD"),
    ],
)
def test_a_value_that_makes_no_sense_to_a_csms(ocpp, action, level):
    edge = Boundary(action, "name", "format", {"timestamp": "1970-01-01T00:00:00Z"}, {}, ("timestamp",))
    assert level_of(requirement_of_edge(ocpp, edge, refusal("PropertyConstraintViolation")), ocpp) == level
    assert level_of(requirement_of_edge(ocpp, edge, refusal("FormatViolation")), ocpp) == "MUST"
    nobody_asked = requirement_of_edge(ocpp, edge, refusal("InternalError"), spontaneous=False)
    assert level_of(nobody_asked, ocpp) == "SHOULD"


@pytest.mark.parametrize("status", ["Accepted", "AcceptedCanceled", "Unlocked", "Scheduled", "RebootRequired"])
def test_words_that_say_that_it_is_done(status):
    assert is_accepted(Answer({"status": status}))
    assert not is_accepted(Answer({"status": "Rejected"}))


@pytest.mark.parametrize(
    "keyword", ["enum", "maxLength", "minimum", "maximum", "multipleOf", "format", "minItems", "type"]
)
def test_protocol_error_fits_whatever_breaks_the_schema_in_2(keyword):
    assert "ProtocolError" in fitting_codes("2.0.1", keyword)
    assert "ProtocolError" not in fitting_codes("2.0.1", "unknown action")


class Closed:
    def __init__(self, code):
        self.code = code

    def done(self):
        return True

    def result(self):
        return self


def sender(*, connected, code=1000):
    made = object.__new__(MessageSender)
    made.peer = SimpleNamespace(connected=connected, connections=[SimpleNamespace(closed=Closed(code))])
    return made


def test_what_was_answered_counts_before_the_connection_that_closed():
    assert sender(connected=False).became(Answer({"status": "Accepted"}), {}) == TAKEN
    assert sender(connected=False).became(refusal("FormatViolation"), {}) == REFUSED
    assert sender(connected=False).became(None, {}) == CLOSED


def test_closing_for_a_message_that_is_too_big_is_a_refusal():
    assert sender(connected=False, code=1009).became(None, {}) == REFUSED
    assert sender(connected=False).became(None, {"x": "y" * 70_000}) == REFUSED


def test_no_text_is_ever_shortened_where_a_message_is_made_smaller():
    wrong = next(f for f in generated.wrong_messages("1.6", "station", "format") if f.path == ("expiryDate",))
    payload = wrong.least()
    is_as_wrong = generated.as_wrong_as(wrong, payload)
    assert not is_as_wrong(payload | {"expiryDate": "yesterday"})
    assert not is_as_wrong(payload | {"idTag": payload["idTag"][:3]})
    assert is_as_wrong(dict(payload))
