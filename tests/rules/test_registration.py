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


@EVERY
def test_a_station_of_which_it_is_not_known_that_it_has_restarted(version):
    """One that ran before anyone listened, and tells of itself whenever it connects, need not be silent."""
    talk = Dialogue(version)
    boot(talk, None)
    status(talk)
    [breach] = talk.breaches()
    assert breach.should
    boot(talk)
    talk.judge.operated("power_cycle", None, talk.now)  # is told when it is done
    talk.reconnect()
    boot(talk, None)
    status(talk)
    [breach] = talk.breaches()
    assert breach.should
    boot(talk, "Pending", interval=0)
    boot(talk, None)
    status(talk)
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("silence-until-answered", False)


@EVERY
def test_what_was_sent_before_a_refusal_was_there(version):
    talk = Dialogue(version)
    boot(talk)
    talk.reconnect()
    boot(talk, "Pending", interval=60)
    status(talk)
    assert [breach.should for breach in talk.breaches()] == [True]
    talk.later(2)
    status(talk)
    assert [breach.should for breach in talk.breaches()] == [False]


@EVERY
def test_a_refusal_that_may_not_have_arrived(version):
    talk = Dialogue(version)
    boot(talk)
    talk.reconnect()
    boot(talk, "Rejected", interval=60)
    talk.reconnect()
    talk.later(5)
    status(talk)
    assert talk.found() == []


@EVERY
def test_the_first_message_after_a_reset(version):
    talk = Dialogue(version)
    boot(talk)
    status(talk)
    reset(talk)
    talk.later(5)
    talk.reconnect()
    status(talk)
    boot(talk, reason="RemoteReset")
    [breach] = talk.breaches()
    assert (breach.rule.id, breach.should) == ("boot-first", False)


@EVERY
def test_what_was_asked_for_before_a_reset_is_not_told_after_it(version):
    talk = Dialogue(version)
    boot(talk)
    trigger(talk)
    reset(talk)
    talk.reconnect()
    boot(talk, "Pending", reason="RemoteReset")
    status(talk)
    assert talk.found() == ["silence-while-pending"]


@EVERY
def test_the_level_and_the_length_of_the_interval(version):
    talk = Dialogue(version)
    boot(talk, "Pending", interval=10)
    talk.later(5)
    boot(talk, "Pending", interval=10)
    [breach] = talk.breaches()
    assert breach.should == (version == "1.6")  # SHOULD NOT in 4.2
    talk.slow = 4
    boot(talk, "Pending", interval=10)
    talk.slow = 0
    talk.breaches()
    talk.later(6)
    boot(talk, "Pending", interval=10)  # counted from when it asked
    if version == "1.6":
        talk.csms("ChangeConfiguration", {"status": "Accepted"}, key="HeartbeatInterval", value="1")
    else:
        name = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        result = [name | {"attributeStatus": "Accepted"}]
        talk.csms("SetVariables", {"setVariableResult": result}, setVariableData=[name | {"attributeValue": "1"}])
    talk.later(1)
    boot(talk)
    assert talk.found() == []
