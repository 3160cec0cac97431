"""Boots that were asked for."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.rules.common.boot import Boots
from test_registration import at, boot, reset, status, trigger

Dialogue = about(Boots)

TX2 = pytest.mark.parametrize("version", ["2.0.1", "2.1"])
EVERY = pytest.mark.parametrize("version", VERSIONS)


def booted(version, **options):
    talk = Dialogue(version, **options)
    boot(talk)
    return talk


@EVERY
def test_a_reset_boots(version):
    talk = booted(version)
    reset(talk)
    talk.reconnect()
    boot(talk, reason="RemoteReset")
    talk.later(100)
    status(talk)
    assert talk.found() == []
    reset(talk)
    status(talk)  # it takes its time
    talk.later(61)
    status(talk)
    assert talk.found() == ["reset-boots"]


@EVERY
def test_where_no_boot_is_due(version):
    talk = booted(version)
    kind = "Hard" if version == "1.6" else "Immediate"
    talk.csms("Reset", {"status": "Rejected"}, type=kind)
    talk.csms("Reset", "InternalError", type=kind)
    if version != "1.6":
        talk.csms("Reset", {"status": "Scheduled"}, type="OnIdle")
        talk.csms("Reset", {"status": "Accepted"}, type="OnIdle", evseId=1)
    talk.later(100)
    status(talk)
    reset(talk)
    talk.later(100)
    talk.reconnect()
    status(talk)  # it has only just come back
    assert talk.found() == []


@EVERY
def test_the_time_in_which_nobody_could_listen(version):
    talk = booted(version)
    reset(talk)
    talk.later(70)
    talk.judge._held_up = lambda: 30.0
    status(talk)
    assert talk.found() == []


@TX2
@pytest.mark.parametrize(
    ("reason", "broken"),
    [("RemoteReset", 0), ("ScheduledReset", 0), ("Watchdog", 0), ("PowerUp", 1), ("Unknown", 1), ("FirmwareUpdate", 1)],
)
def test_the_reason_of_a_reset(version, reason, broken):
    talk = booted(version)
    reset(talk)
    talk.reconnect()
    boot(talk, reason=reason)
    assert talk.found() == ["boot-reason-of-a-reset"] * broken
    talk.reconnect()
    boot(talk, reason="PowerUp")  # whatever a plain reconnection says
    reset(talk)
    talk.judge.operated("power_cycle", None, talk.now)
    boot(talk, reason="PowerUp")
    assert talk.found() == []


@TX2
def test_the_reason_of_a_trigger(version):
    talk = Dialogue(version)
    boot(talk, "Pending", interval=10)
    trigger(talk, "BootNotification")
    boot(talk, "Pending", interval=10, reason="Triggered")
    trigger(talk, "BootNotification", "Rejected")
    talk.later(10)
    boot(talk, "Pending", interval=10)
    talk.later(9.5)
    trigger(talk, "BootNotification")
    boot(talk, "Pending", interval=10)  # it was due anyhow
    assert talk.found() == []
    trigger(talk, "BootNotification")
    boot(talk)
    assert talk.found() == ["boot-reason-of-a-trigger"]


@TX2
def test_triggered_by_nobody(version):
    talk = Dialogue(version)
    boot(talk, reason="Triggered")
    assert talk.found() == ["boot-reason-of-a-trigger"]


@EVERY
def test_how_long_a_reset_takes_is_not_said(version):
    for passed, should in ((100, True), (400, False)):
        talk = booted(version)
        reset(talk)
        talk.later(passed)
        status(talk)
        [breach] = talk.breaches()
        assert breach.should == should


@TX2
def test_a_boot_long_after_its_reset(version):
    talk = booted(version)
    reset(talk)
    talk.later(3600)
    talk.reconnect()
    boot(talk, reason="PowerUp")
    [breach] = talk.breaches()
    assert breach.should
    talk = Dialogue(version)
    boot(talk, reason="Triggered")  # by whoever was there before
    [breach] = talk.breaches()
    assert breach.should


@TX2
def test_the_reset_of_an_evse_boots_nothing(version):
    talk = booted(version)
    for evse in (1, 2):
        told = {"timestamp": at(talk), "evseId": evse, "connectorId": 1}
        talk.station("StatusNotification", {}, connectorStatus="Available", **told)
    talk.csms("Reset", {"status": "Accepted"}, type="Immediate", evseId=1)
    boot(talk, reason="Watchdog")  # something else
    talk.csms("Reset", {"status": "Scheduled"}, type="OnIdle", evseId=1)
    talk.csms("Reset", {"status": "Accepted"}, type="Immediate")
    talk.reconnect()
    boot(talk, reason="RemoteReset")
    assert talk.found() == []
    talk.csms("Reset", {"status": "Accepted"}, type="Immediate", evseId=1)
    talk.reconnect()
    boot(talk, reason="RemoteReset")
    assert talk.found() == ["evse-reset-boots-nothing"]


@TX2
def test_the_reset_of_the_only_evse(version):
    talk = booted(version)
    status(talk)
    talk.csms("Reset", {"status": "Accepted"}, type="Immediate", evseId=1)
    talk.reconnect()
    boot(talk, reason="RemoteReset")
    assert talk.found() == []
