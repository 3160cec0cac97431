"""What was put out of service stays so over a restart."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.common.out_of_service import OutOfService

Dialogue = about(OutOfService)

pytestmark = pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
TIME = "2026-12-01T00:00:00Z"


@pytest.fixture
def talk(version):
    return Dialogue(version, of=("station",))


def change(talk, place, kind="Inoperative", status="Accepted"):
    """`place`: an EVSE, with a connector or without, and 0 for the station."""
    evse, connector = place
    if talk.version == "1.6":
        talk.csms("ChangeAvailability", {"status": status}, connectorId=evse, type=kind)
        return
    where = {"evse": {"id": evse} | ({"connectorId": connector} if connector else {})} if evse else {}
    talk.csms("ChangeAvailability", {"status": status}, operationalStatus=kind, **where)


def boot(talk):
    answer = {"status": "Accepted", "currentTime": TIME, "interval": 300}
    if talk.version == "1.6":
        talk.station("BootNotification", answer, chargePointModel="m", chargePointVendor="v")
    else:
        talk.station("BootNotification", answer, reason="PowerUp", chargingStation={"model": "m", "vendorName": "v"})


def tells(talk, evse, status):
    if talk.version == "1.6":
        talk.station("StatusNotification", {}, connectorId=evse, errorCode="NoError", status=status)
    else:
        place = {"evseId": evse, "connectorId": 1}
        talk.station("StatusNotification", {}, timestamp=TIME, connectorStatus=status, **place)


@pytest.mark.parametrize("place", [(1, 0), (1, 1), (0, 0)])
@pytest.mark.parametrize("status", ["Unavailable", "Faulted", "Available"])
def test_after_a_restart(talk, place, status):
    change(talk, place)
    tells(talk, 1, "Unavailable")
    boot(talk)
    tells(talk, 1, status)
    assert talk.found() == (["inoperative-over-a-restart"] if status == "Available" else [])


def test_told_by_an_event(talk):
    if talk.version == "1.6":
        return
    change(talk, (1, 0))
    boot(talk)
    event = {
        "eventId": 1,
        "timestamp": TIME,
        "trigger": "Delta",
        "actualValue": "Available",
        "eventNotificationType": "HardWiredNotification",
        "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
        "variable": {"name": "AvailabilityState"},
    }
    talk.station("NotifyEvent", {}, generatedAt=TIME, seqNo=0, eventData=[event])
    assert talk.found() == ["inoperative-over-a-restart"]


def test_another_place(talk):
    change(talk, (1, 0))
    boot(talk)
    tells(talk, 2, "Available")
    assert talk.found() == []


@pytest.mark.parametrize("why", ["no boot", "scheduled", "refused", "operative", "part operative", "wrong", "vendor"])
def test_what_need_not_stay(talk, why):
    change(talk, (0, 0), status={"scheduled": "Scheduled", "refused": "Rejected"}.get(why, "Accepted"))
    match why:
        case "operative":
            change(talk, (0, 0), "Operative")
        case "part operative":
            change(talk, (1, 0), "Operative")
        case "wrong":
            talk.judge.said("csms", Call("x", "ChangeAvailability", {}), talk.now, deviating=True)
        case "vendor":
            talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="org.example")
    if why != "no boot":
        boot(talk)
    tells(talk, 1, "Available")
    assert talk.found() == []


def test_operative_after_the_restart(talk):
    change(talk, (1, 0))
    boot(talk)
    tells(talk, 1, "Unavailable")
    change(talk, (1, 0), "Operative")
    tells(talk, 1, "Available")
    assert talk.found() == []
