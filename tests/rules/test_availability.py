"""What is out of service, or is to be, and what is told of it."""

import pytest
from dialogue import Dialogue
from ocpp_proof.ocppj.frames import Call, CallResult
from ocpp_proof.rules.ocpp2.availability import Availability

TIME = "2026-12-01T00:00:00Z"
pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


class Talk(Dialogue):
    """A station of two EVSEs with one connector each."""

    def __init__(self, version):
        super().__init__(version, of=("station",), in_time=10, subjects=(Availability,))
        self.numbers = {}

    def boot(self, reason="PowerUp"):
        answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
        self.station("BootNotification", answer, reason=reason, chargingStation={"model": "m", "vendorName": "v"})
        for evse in (1, 2):
            self.tells(evse, "Available")

    def tells(self, evse, status, connector=1):
        place = {"evseId": evse, "connectorId": connector}
        self.station("StatusNotification", {}, timestamp=TIME, connectorStatus=status, **place)

    def tells_by_event(self, evse, value, connector=1):
        event = {
            "eventId": 1,
            "timestamp": TIME,
            "trigger": "Delta",
            "actualValue": value,
            "eventNotificationType": "HardWiredNotification",
            "component": {"name": "Connector", "evse": {"id": evse, "connectorId": connector}},
            "variable": {"name": "AvailabilityState"},
        }
        self.station("NotifyEvent", {}, generatedAt=TIME, seqNo=0, eventData=[event])

    def change(self, kind="Inoperative", status="Accepted", **evse):
        self.csms("ChangeAvailability", {"status": status}, operationalStatus=kind, **({"evse": evse} if evse else {}))

    def event(self, kind="Updated", of="T1", evse=1, **info):
        number = self.numbers[of] = self.numbers.get(of, -1) + 1
        place = {"evse": {"id": evse, "connectorId": 1}} if evse else {}
        more = {"offline": True} if info.pop("offline", False) else {}
        answer = info.pop("answer", {})
        self.station(
            "TransactionEvent",
            answer,
            eventType=kind,
            timestamp=TIME,
            triggerReason="Authorized",
            seqNo=number,
            transactionInfo={"transactionId": of} | info,
            **place,
            **more,
        )

    def later_found(self):
        self.later(20)
        self.station("Heartbeat", {"currentTime": TIME})
        return self.found()


@pytest.fixture
def talk(version):
    found = Talk(version)
    found.boot()
    return found


# --- states


@pytest.mark.parametrize(("value", "known"), [("Occupied", True), ("occupied", True), ("Preparing", False)])
def test_a_state_is_one_of_five(talk, value, known):
    talk.tells_by_event(1, value)
    assert talk.found() == ([] if known else ["connector-state-known"])


# --- out of service, and back


@pytest.mark.parametrize("place", [{}, {"id": 1}, {"id": 1, "connectorId": 1}])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("by_event", [True, False])
def test_out_of_service_is_told(talk, place, told, by_event):
    talk.change(**place)
    for evse in (1, 2) if told else ():
        (talk.tells_by_event if by_event else talk.tells)(evse, "Unavailable")
    assert talk.later_found() == ([] if told else ["changed-availability-told"])


def test_one_of_two_is_not_told(talk):
    talk.change()
    talk.tells(1, "Unavailable")
    assert talk.later_found() == ["changed-availability-told"]


@pytest.mark.parametrize("doubt", ["boot", "reconnect", "reset", "again"])
def test_nothing_is_due_any_more(talk, doubt):
    talk.change(id=1)
    match doubt:
        case "boot":
            talk.boot()
        case "reconnect":
            talk.reconnect()
        case "reset":
            talk.csms("Reset", {"status": "Accepted"}, type="Immediate")
        case "again":
            talk.change("Operative", id=1)
    assert talk.later_found() == []


@pytest.mark.parametrize("status", ["Rejected", "Scheduled"])
def test_what_is_not_done_now_is_not_told(talk, status):
    talk.event("Started")
    talk.change(status=status, id=1)
    assert talk.later_found() == []


def test_told_before_the_answer(talk):
    asked = Call("c1", "ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}})
    talk.judge.said("csms", asked, talk.now)
    talk.tells(1, "Unavailable")
    talk.judge.said("station", CallResult("c1", {"status": "Accepted"}), talk.now)
    assert talk.later_found() == []


@pytest.mark.parametrize("told", ["Available", "Occupied", "Faulted", "Unavailable", None])
def test_back_in_service_is_told(talk, told):
    talk.change(id=1)
    talk.tells(1, "Unavailable")
    talk.change("Operative", id=1)
    if told:
        talk.tells(1, told)
    silent = told in ("Unavailable", None)
    assert talk.later_found() == (["changed-availability-told"] if silent else [])


def test_what_another_request_keeps_out_of_service(talk):
    talk.change(id=1, connectorId=1)
    talk.tells(1, "Unavailable")
    talk.change(id=1)
    talk.change("Operative", id=1)
    assert talk.later_found() == []


def test_what_was_unavailable_before_for_reasons_of_its_own(talk):
    talk.tells(1, "Unavailable")
    talk.change(id=1)
    talk.change("Operative", id=1)
    assert talk.later_found() == []


# --- with a transaction


@pytest.mark.parametrize("place", [{}, {"id": 1}, {"id": 1, "connectorId": 1}])
@pytest.mark.parametrize("ends", [True, False])
def test_a_transaction_in_progress(talk, place, ends):
    talk.event("Started")
    talk.change(**place)
    talk.tells(2, "Unavailable")
    if ends:  # it was over, and its end on its way
        talk.event("Ended")
    talk.tells(1, "Unavailable")
    assert talk.later_found() == ([] if ends else ["inoperative-waits-for-a-transaction"])


@pytest.mark.parametrize("place", [{"id": 2}, {"id": 1, "connectorId": 2}])
def test_a_transaction_elsewhere(talk, place):
    talk.event("Started")
    talk.change(**place)
    talk.tells(2, "Unavailable")
    assert talk.later_found() == []


def test_what_is_scheduled_already(talk):
    talk.event("Started")
    talk.tells(1, "Occupied")
    talk.change(status="Scheduled", id=1)
    talk.change(id=1)
    assert talk.later_found() == []


@pytest.mark.parametrize("lost", ["reconnect", "refused"])
def test_a_transaction_whose_end_may_be_lost(talk, lost):
    talk.event("Started", answer="InternalError" if lost == "refused" else {})
    if lost == "reconnect":
        talk.reconnect()
    talk.change(id=1)
    talk.tells(1, "Unavailable")
    assert talk.later_found() == []


def test_scheduled_for_nothing(talk):
    talk.change(status="Scheduled", id=1)
    assert talk.later_found() == ["scheduled-for-a-transaction"]


@pytest.mark.parametrize("why", ["runs", "begins", "occupied", "reconnected"])
def test_scheduled_for_something(talk, why):
    match why:
        case "runs":
            talk.event("Started", evse=None)
        case "occupied":
            talk.tells(1, "Occupied")
        case "reconnected":
            talk.reconnect()
            talk.tells(1, "Available")
    talk.change(status="Scheduled", id=1)
    if why == "begins":
        talk.event("Started")
    assert talk.later_found() == []


@pytest.mark.parametrize(
    "told", [("Unavailable",), ("Occupied", "Unavailable"), ("Available", "Unavailable"), ("Available",), ()]
)
def test_after_the_transaction(talk, told):
    """The official EVDisconnected has Available before: only one that stays is wrong."""
    talk.event("Started")
    talk.tells(1, "Occupied")
    talk.change(status="Scheduled", id=1)
    talk.event("Ended")
    for status in told:
        talk.tells(1, status)
    assert talk.later_found() == (["scheduled-then-unavailable"] if told == ("Available",) else [])


@pytest.mark.parametrize("told", [True, False])
def test_the_cable_is_out_before_the_end(talk, told):
    talk.event("Started")
    talk.tells(1, "Occupied")
    talk.change(status="Scheduled", id=1)
    talk.tells(1, "Available")
    talk.event("Ended")
    if told:
        talk.tells(1, "Unavailable")
    assert talk.later_found() == ([] if told else ["scheduled-then-unavailable"])


def test_what_is_to_stay_in_service_after_all(talk):
    talk.event("Started")
    talk.tells(1, "Occupied")
    talk.change(status="Scheduled", id=1)
    talk.change("Operative", id=1)
    talk.event("Ended")
    talk.tells(1, "Available")
    assert talk.later_found() == []


# --- no energy


@pytest.mark.parametrize("place", [{}, {"id": 1}, {"id": 1, "connectorId": 1}])
def test_energy_at_what_is_out_of_service(talk, place):
    talk.change(**place)
    for evse in (1, 2):
        talk.tells(evse, "Unavailable")
    talk.event("Started", chargingState="EVConnected")
    assert talk.found() == []
    talk.event(chargingState="Charging")
    assert talk.found() == ["inoperative-gives-no-energy"]


@pytest.mark.parametrize("why", ["elsewhere", "began before", "offline", "operative", "refused"])
def test_energy_that_may_flow(talk, why):
    if why == "began before":
        talk.event("Started")
    talk.change(status="Rejected" if why == "refused" else "Accepted", id=1)
    talk.tells(1, "Unavailable")
    if why == "operative":
        talk.change("Operative", id=1)
        talk.tells(1, "Available")
    if why != "began before":
        talk.event("Started", evse=2 if why == "elsewhere" else 1, offline=why == "offline")
    talk.event(evse=2 if why == "elsewhere" else 1, chargingState="Charging")
    assert "inoperative-gives-no-energy" not in talk.found()
