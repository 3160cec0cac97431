"""Rules about the statuses of uploads and updates."""

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call
from ocpp_proof.rules.common.statuses import Statuses

Dialogue = about(Statuses)

ALL = ["1.6", "2.0.1", "2.1"]
LOG = {"logType": "SecurityLog", "log": {"remoteLocation": "ftp://x/y"}}
ACCEPTED = {"status": "Accepted"}
OLD = "2020-01-01T00:00:00Z"


@pytest.fixture(params=ALL)
def talk(request):
    return Dialogue(request.param, of=("station",))


def log(talk, number=4):
    talk.csms("GetLog", ACCEPTED, requestId=number, **LOG)


def told(talk, *statuses, number=4):
    for status in statuses:
        request = {} if number is None else {"requestId": number}
        talk.station("LogStatusNotification", {}, status=status, **request)


def test_a_log(talk):
    told(talk, "Uploading", number=3)  # goes on since before anybody listened
    log(talk)
    told(talk, "Uploading", "Uploaded", "Uploaded", "Idle")
    log(talk)
    told(talk, "Uploading", "Uploading", "UploadFailure")
    told(talk, *([] if talk.version == "1.6" else ["AcceptedCanceled"]), number=3)
    told(talk, "Idle", number=None)
    assert talk.found() == []


def test_a_request_from_before_that_goes_on(talk):
    talk.csms("GetLog", {"status": "AcceptedCanceled"}, requestId=4, **LOG)
    told(talk, "UploadFailure", number=3)
    assert talk.found() == []


@pytest.mark.parametrize("number", [5, None])
def test_another_request(talk, number):
    log(talk)
    told(talk, "Uploading", number=number)
    assert "log-status-request" in talk.found()


def test_a_request_that_is_not_known(talk):
    talk.judge.said("csms", Call("x", "GetLog", LOG | {"requestId": 9}), talk.now, deviating=True)
    log(talk)
    told(talk, "Uploading", number=9)
    told(talk, "Uploading")
    assert talk.found() == []


def test_after_uploaded(talk):
    log(talk)
    told(talk, "Uploaded", "Uploading")
    assert talk.found() == ["log-status-order"]


def test_after_uploaded_and_a_lost_connection(talk):
    log(talk)
    told(talk, "Uploaded")
    talk.reconnect()
    told(talk, "Uploading", "Uploaded")
    assert talk.found() == []


def diagnostics(talk, *statuses):
    for status in statuses:
        talk.station("DiagnosticsStatusNotification", {}, status=status)


def test_diagnostics():
    talk = Dialogue("1.6", of=("station",))
    talk.csms("GetDiagnostics", {"fileName": "a"}, location="ftp://x/y")
    diagnostics(talk, "Uploading", "Uploaded")
    talk.csms("GetDiagnostics", {"fileName": "a"}, location="ftp://x/y")
    diagnostics(talk, "Uploading", "UploadFailed", "Uploading", "Uploaded")
    assert talk.found() == []
    diagnostics(talk, "UploadFailed")
    assert talk.found() == ["diagnostics-status-order"]


@pytest.mark.parametrize("kind", ["Diagnostics", "Firmware"])
def test_idle(kind):
    talk = Dialogue("1.6", of=("station",))
    action = f"{kind}StatusNotification"
    talk.station(action, {}, status="Idle")
    assert talk.found() == [f"{kind.lower()}-idle-triggered"]
    talk.csms("TriggerMessage", None, requestedMessage=action)
    talk.station(action, {}, status="Idle")
    talk.station(action, {}, status="Idle")
    assert talk.found() == []


def test_idle_after_a_wrong_trigger():
    talk = Dialogue("1.6", of=("station",))
    talk.judge.said("csms", Call("x", "TriggerMessage", {}), talk.now, deviating=True)
    diagnostics(talk, "Idle")
    assert talk.found() == []


def update(talk, number=4):
    if talk.version == "1.6":
        talk.csms("UpdateFirmware", {}, location="ftp://x/y", retrieveDate=OLD)
    else:
        firmware = {"location": "ftp://x/y", "retrieveDateTime": OLD}
        talk.csms("UpdateFirmware", ACCEPTED, requestId=number, firmware=firmware)


def firmware(talk, *statuses, number=4):
    request = {} if talk.version == "1.6" else {"requestId": number}
    for status in statuses:
        talk.station("FirmwareStatusNotification", {}, status=status, **request)


def test_firmware(talk):
    update(talk)
    firmware(talk, "Downloading", "DownloadFailed", "Downloading", "Downloaded", "Installing", "Installed", "Installed")
    update(talk)
    firmware(talk, "Downloading", "Installed")
    assert talk.found() == []
    firmware(talk, "Installing")
    assert talk.found() == ["firmware-status-order"]


COURSE = ("DownloadScheduled", "Downloading", "DownloadPaused", "Downloading", "Downloaded", "SignatureVerified")


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_the_course_of_an_update(version):
    talk = Dialogue(version, of=("station",))
    update(talk)
    firmware(talk, *COURSE, "InstallScheduled", "Installing", "InstallRebooting", "Installing", "Installed")
    assert talk.found() == []


@pytest.mark.parametrize(
    "statuses",
    [
        ("SignatureVerified", "Downloaded"),
        ("Installing", "SignatureVerified"),
        ("Downloaded", "Downloading"),
        ("InstallRebooting", "InvalidSignature"),
        ("InstallScheduled", "DownloadScheduled"),
    ],
)
@pytest.mark.parametrize("doubt", ["", "unanswered", "lost", "triggered", "another", "again"])
def test_an_update_that_goes_back(statuses, doubt):
    talk = Dialogue("2.0.1", of=("station",))
    update(talk)
    update(talk, number=5)
    before, after = statuses
    answer = None if doubt == "unanswered" else {}
    talk.station("FirmwareStatusNotification", answer, status=before, requestId=4)
    if doubt == "triggered":
        talk.csms("TriggerMessage", ACCEPTED, requestedMessage="FirmwareStatusNotification")
    if doubt == "lost":
        talk.reconnect()
    if doubt == "again":
        update(talk)
    firmware(talk, after, number=5 if doubt == "another" else 4)
    assert talk.found() == ([] if doubt else ["firmware-status-course"])


def test_another_update(talk):
    update(talk)
    firmware(talk, "Downloading", number=5)
    assert talk.found() == ([] if talk.version == "1.6" else ["firmware-status-request"])


def test_signed_and_unsigned_updates_of_1_6():
    talk = Dialogue("1.6", of=("station",))
    update(talk)
    image = {"location": "ftp://x/y", "retrieveDateTime": OLD, "signingCertificate": "c", "signature": "s"}
    talk.csms("SignedUpdateFirmware", ACCEPTED, requestId=4, firmware=image)
    firmware(talk, "Downloading")
    talk.station("SignedFirmwareStatusNotification", {}, status="Downloading", requestId=4)
    assert talk.found() == []
    talk.station("SignedFirmwareStatusNotification", {}, status="Downloading")
    assert talk.found() == ["firmware-status-request"]


@pytest.mark.parametrize("why", ["refused", "unanswered", "taken"])
def test_a_status_that_is_sent_again_after_the_last(why):
    talk = Dialogue("2.0.1", of=("station",))
    talk.csms("GetLog", ACCEPTED, logType="SecurityLog", requestId=4, log={"remoteLocation": "ftp://x/y"})
    answer = {"refused": "InternalError", "unanswered": None, "taken": {}}[why]
    talk.station("LogStatusNotification", answer, status="Uploading", requestId=4)
    talk.station("LogStatusNotification", {}, status="Uploaded", requestId=4)
    talk.station("LogStatusNotification", {}, status="Uploading", requestId=4)
    assert talk.found() == (["log-status-order"] if why == "taken" else [])


def test_an_update_of_1_6_may_be_begun_at_the_station():
    talk = Dialogue("1.6", of=("station",))
    for status in ("Installed", "Downloading"):
        talk.station("FirmwareStatusNotification", {}, status=status)
    assert [breach.should for breach in talk.breaches()] == [True]


@pytest.mark.parametrize("begun", [False, True])
def test_the_last_status_of_an_older_update_when_triggered(begun):
    """L01.FR.26: it is sent again, whatever was accepted meanwhile."""
    talk = Dialogue("2.0.1", of=("station",))
    firmware = {"location": "ftp://x/y", "retrieveDateTime": "2026-11-30T10:00:00Z"}
    talk.csms("UpdateFirmware", ACCEPTED, requestId=4, firmware=firmware)
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="FirmwareStatusNotification")
    if begun:
        talk.station("FirmwareStatusNotification", {}, status="Downloading", requestId=4)
    talk.station("FirmwareStatusNotification", {}, status="InstallationFailed", requestId=3)
    assert talk.found() == (["firmware-status-request"] if begun else [])
