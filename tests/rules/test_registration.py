"""What a station sends before it is accepted."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import VERSIONS, Call
from ocpp_proof.rules.common.registration import Registration
from test_transactions import at

Dialogue = about(Registration)

EVERY = pytest.mark.parametrize("version", VERSIONS)


def boot(talk, status="Accepted", *, interval=60, reason="PowerUp"):
    answer = status and {"status": status, "currentTime": at(talk), "interval": interval}
    if talk.version == "1.6":
        talk.station("BootNotification", answer, chargePointModel="M", chargePointVendor="V")
    else:
        station = {"model": "M", "vendorName": "V"}
        talk.station("BootNotification", answer, chargingStation=station, reason=reason)


def status(talk):
    if talk.version == "1.6":
        talk.station("StatusNotification", {}, connectorId=1, errorCode="NoError", status="Available")
    else:
        more = {"timestamp": at(talk), "evseId": 1, "connectorId": 1}
        talk.station("StatusNotification", {}, connectorStatus="Available", **more)


def trigger(talk, wanted="StatusNotification", answer="Accepted"):
    talk.csms("TriggerMessage", {"status": answer}, requestedMessage=wanted)


def reset(talk):
    talk.csms("Reset", {"status": "Accepted"}, type="Hard" if talk.version == "1.6" else "Immediate")


@EVERY
def test_a_station_that_waits(version):
    talk = Dialogue(version)
    boot(talk, "Pending", interval=5)
    trigger(talk)
    status(talk)
    status(talk)  # of another connector
    talk.later(5)
    boot(talk, "Rejected", interval=5)
    talk.later(5)
    boot(talk)
    status(talk)
    assert talk.found() == []


@EVERY
@pytest.mark.parametrize(
    ("answer", "rule"),
    [
        (None, "silence-until-answered"),
        ("", "silence-until-answered"),
        ("Pending", "silence-while-pending"),
        ("Rejected", "silence-while-rejected"),
    ],
)
def test_a_station_that_does_not(version, answer, rule):
    talk = Dialogue(version)
    boot(talk, "InternalError" if answer == "" else answer) if answer != "" else boot_refused(talk)
    status(talk)
    assert talk.found() == [rule]


def boot_refused(talk):
    payload = {"chargePointModel": "M", "chargePointVendor": "V"}
    if talk.version != "1.6":
        payload = {"chargingStation": {"model": "M", "vendorName": "V"}, "reason": "PowerUp"}
    talk.station("BootNotification", "InternalError", **payload)


@EVERY
def test_what_was_before_is_not_known(version):
    talk = Dialogue(version)
    status(talk)
    talk.later(60)
    boot(talk)  # a station that boots later, of its own
    assert talk.found() == []


@EVERY
def test_the_first_message_of_a_boot(version):
    talk = Dialogue(version)
    status(talk)
    boot(talk)
    assert talk.found() == ["boot-first"]
    talk.reconnect()
    status(talk)  # it only lost its connection
    reset(talk)
    boot(talk, reason="RemoteReset")
    assert talk.found() == []


@EVERY
def test_a_station_that_was_accepted_and_boots_at_each_connection(version):
    talk = Dialogue(version)
    boot(talk)
    talk.reconnect()
    boot(talk, None)
    status(talk)
    assert talk.found() == []
    reset(talk)
    talk.reconnect()
    boot(talk, None, reason="RemoteReset")
    status(talk)
    assert talk.found() == ["silence-until-answered"]


@EVERY
def test_a_boot_that_was_triggered_when_it_was_accepted_changes_nothing(version):
    talk = Dialogue(version)
    boot(talk)
    trigger(talk, "BootNotification")
    boot(talk, "Pending", reason="Triggered")
    status(talk)
    assert talk.found() == []


@EVERY
def test_the_interval(version):
    talk = Dialogue(version)
    boot(talk, "Rejected", interval=10)
    talk.later(9.5)
    boot(talk, "Pending", interval=10)
    assert talk.found() == []
    talk.later(5)
    boot(talk, "Pending", interval=0)
    assert talk.found() == ["boot-interval"]
    boot(talk, "Pending", interval=10)
    trigger(talk, "BootNotification")
    boot(talk, "Pending", interval=10, reason="Triggered")
    talk.reconnect()  # it may have been switched off and on
    boot(talk, "Pending", interval=10)
    talk.judge.operated("power_cycle", None, talk.now)
    boot(talk)
    assert talk.found() == []


@EVERY
def test_what_was_wrong_by_form_may_have_meant_anything(version):
    talk = Dialogue(version)
    talk.station_wrong("BootNotification", {"status": "Pending", "currentTime": at(talk), "interval": 9})
    status(talk)
    boot(talk, "Pending")
    talk.judge.said("csms", Call("x", "TriggerMessage", {}), talk.now, deviating=True)
    status(talk)
    assert talk.found() == []


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_reports_and_vendor_messages_may_come_while_pending(version):
    talk = Dialogue(version)
    boot(talk, "Pending")
    talk.csms("GetBaseReport", {"status": "Accepted"}, requestId=1, reportBase="FullInventory")
    talk.station("NotifyReport", {}, requestId=1, generatedAt=at(talk), seqNo=0)
    talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="V")
    status(talk)
    assert talk.found() == []
