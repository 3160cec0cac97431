"""Rules about what follows an Accepted."""

from datetime import UTC, datetime

import pytest
from dialogue import about
from ocpp_proof.ocppj.frames import Call, CallResult
from ocpp_proof.rules.common.consequences import Consequences

Dialogue = about(Consequences)

TIME = "2026-11-30T10:00:00Z"
ACCEPTED = {"status": "Accepted"}
CARD = {"idToken": "04A1B2C3", "type": "ISO14443"}


def talk_in(version):
    return Dialogue(version, of=("station",), in_time=60)


def after(talk):
    talk.later(61)
    talk.station("Heartbeat", {"currentTime": TIME})
    return talk.found()


def status_16(talk, connector):
    told = {"connectorId": connector, "errorCode": "NoError", "status": "Available"}
    talk.station("StatusNotification", {}, **told)


# --- triggers


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(
    ("status", "broken"), [("Accepted", True), ("Rejected", False), ("NotImplemented", False), (None, False)]
)
def test_a_trigger(version, status, broken):
    talk = talk_in(version)
    talk.csms("TriggerMessage", status and {"status": status}, requestedMessage="FirmwareStatusNotification")
    assert after(talk) == (["triggered-message-sent"] if broken else [])


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("why", ["sent", "connection", "boot", "wrong"])
def test_a_trigger_that_is_kept_or_lost(version, why):
    talk = talk_in(version)
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="FirmwareStatusNotification")
    match why:
        case "sent":
            talk.station("FirmwareStatusNotification", {}, status="Idle")
        case "connection":
            talk.reconnect()
        case "boot":
            told = {"chargePointModel": "m", "chargePointVendor": "v"}
            if version != "1.6":
                told = {"chargingStation": {"model": "m", "vendorName": "v"}, "reason": "PowerUp"}
            answer = {"status": "Accepted", "interval": 300, "currentTime": TIME}
            talk.station("BootNotification", answer, **told)
        case "wrong":
            talk.judge.said("station", Call("x", "FirmwareStatusNotification", {}), talk.now, broken=True)
    assert after(talk) == []


@pytest.mark.parametrize(("connector", "broken"), [(1, False), (2, True)])
def test_the_connector_of_a_trigger(connector, broken):
    talk = talk_in("1.6")
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="StatusNotification", connectorId=1)
    status_16(talk, connector)
    assert after(talk) == (["triggered-message-sent"] if broken else [])


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize(("evse", "connector", "broken"), [(1, 1, False), (1, 2, True), (2, 1, True)])
def test_the_evse_of_a_trigger(version, evse, connector, broken):
    talk = talk_in(version)
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="StatusNotification", evse={"id": 1, "connectorId": 1})
    told = {"timestamp": TIME, "connectorStatus": "Available", "evseId": evse, "connectorId": connector}
    talk.station("StatusNotification", {}, **told)
    assert after(talk) == (["triggered-message-sent"] if broken else [])


def test_triggers_of_other_names():
    talk = talk_in("1.6")
    talk.csms("ExtendedTriggerMessage", ACCEPTED, requestedMessage="SignChargePointCertificate")
    talk.csms("ExtendedTriggerMessage", ACCEPTED, requestedMessage="FirmwareStatusNotification")
    talk.station("SignCertificate", ACCEPTED, csr="x")
    talk.station("SignedFirmwareStatusNotification", {}, status="Idle")
    assert after(talk) == []
    talk = talk_in("2.0.1")
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="TransactionEvent")  # none runs
    assert after(talk) == []


# --- files


LOG = {"logType": "SecurityLog", "requestId": 4, "log": {"remoteLocation": "ftp://x/y"}}


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize(("number", "broken"), [(4, False), (5, True), (None, True)])
def test_a_log(version, number, broken):
    talk = talk_in(version)
    talk.csms("GetLog", ACCEPTED, **LOG)
    if number is not None:
        talk.station("LogStatusNotification", {}, status="Uploading", requestId=number)
    assert ("log-status-follows" in after(talk)) == broken


@pytest.mark.parametrize("name", ["a.log", None])
def test_diagnostics(name):
    talk = talk_in("1.6")
    talk.csms("GetDiagnostics", {"fileName": name} if name else {}, location="ftp://x/y")
    assert after(talk) == (["diagnostics-status-follows"] if name else [])
    talk.csms("GetDiagnostics", {"fileName": "a"}, location="ftp://x/y")
    talk.station("DiagnosticsStatusNotification", {}, status="UploadFailed")
    assert after(talk) == []


@pytest.mark.parametrize(("date", "broken"), [("2020-01-01T00:00:00Z", True), ("2030-01-01T00:00:00Z", False)])
@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_firmware(version, date, broken):
    talk = talk_in(version)
    if version == "1.6":
        talk.csms("UpdateFirmware", {}, location="ftp://x/y", retrieveDate=date)
    else:
        firmware = {"location": "ftp://x/y", "retrieveDateTime": date}
        talk.csms("UpdateFirmware", ACCEPTED, requestId=4, firmware=firmware)
    talk.later(61)
    talk.station("Heartbeat", {"currentTime": TIME})
    found = [(breach.rule.id, breach.should) for breach in talk.breaches()]
    assert found == ([("firmware-status-follows", version == "1.6")] if broken else [])


def test_signed_firmware():
    talk = talk_in("1.6")
    date = "2020-01-01T00:00:00Z"
    firmware = {"location": "ftp://x/y", "retrieveDateTime": date, "signingCertificate": "c", "signature": "s"}
    talk.csms("SignedUpdateFirmware", {"status": "InvalidCertificate"}, requestId=3, firmware=firmware)
    assert after(talk) == []
    talk.csms("SignedUpdateFirmware", ACCEPTED, requestId=4, firmware=firmware)
    assert after(talk) == ["signed-firmware-status-follows"]


# --- reports and transactions


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_report(version):
    talk = talk_in(version)
    talk.csms("GetBaseReport", {"status": "NotSupported"}, requestId=4, reportBase="SummaryInventory")
    assert after(talk) == []
    talk.csms("GetBaseReport", ACCEPTED, requestId=5, reportBase="FullInventory")
    assert after(talk) == ["report-follows"]


def event(talk, kind, trigger, number, **more):
    info = {"transactionId": "T1", "chargingState": "EVConnected"} | more
    told = {"eventType": kind, "timestamp": TIME, "triggerReason": trigger, "seqNo": number, "transactionInfo": info}
    told |= {"evse": {"id": 1, "connectorId": 1}} if kind == "Started" else {}
    talk.station("TransactionEvent", {}, **told)


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("what", ["nothing", "ended", "told", "not running", "refused"])
def test_a_remote_stop(version, what):
    talk = talk_in(version)
    if what != "not running":
        event(talk, "Started", "CablePluggedIn", 0)
    status = "Rejected" if what == "refused" else "Accepted"
    talk.csms("RequestStopTransaction", {"status": status}, transactionId="T1")
    if what == "ended":
        event(talk, "Ended", "RemoteStop", 1, stoppedReason="Remote")
    if what == "told":
        event(talk, "Updated", "RemoteStop", 1)
    assert after(talk) == (["remote-stop-follows"] if what == "nothing" else [])


@pytest.mark.parametrize("what", ["nothing", "stopped", "not running"])
def test_a_remote_stop_of_1_6(what):
    talk = talk_in("1.6")
    if what != "not running":
        started = {"transactionId": 5, "idTagInfo": ACCEPTED}
        talk.station("StartTransaction", started, connectorId=1, idTag="A", meterStart=0, timestamp=TIME)
    talk.csms("RemoteStopTransaction", ACCEPTED, transactionId=5)
    if what == "stopped":
        talk.station("StopTransaction", {}, transactionId=5, meterStop=1, timestamp=TIME, reason="Remote")
    assert after(talk) == (["remote-stop-stops"] if what == "nothing" else [])


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("what", ["nothing", "told", "asks", "other"])
def test_a_remote_start(version, what):
    talk = talk_in(version)
    event(talk, "Started", "CablePluggedIn", 0)
    answer = ACCEPTED | ({} if what == "other" else {"transactionId": "T1"})
    talk.csms("RequestStartTransaction", answer, remoteStartId=8, idToken=CARD)
    if what == "told":
        event(talk, "Updated", "RemoteStart", 1, remoteStartId=8)
    if what == "asks":
        talk.station("Authorize", {"idTokenInfo": {"status": "Invalid"}}, idToken=CARD)
    assert after(talk) == (["remote-start-follows"] if what == "nothing" else [])


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize("why", ["told before", "refused", "waits"])
def test_a_remote_stop_that_need_not_be_told_now(version, why):
    talk = talk_in(version)
    event(talk, "Started", "CablePluggedIn", 0)
    if why == "told before":
        event(talk, "Updated", "StopAuthorized", 1)
    talk.csms("RequestStopTransaction", ACCEPTED, transactionId="T1")
    if why == "refused":
        info = {"transactionId": "T1"}
        told = {"eventType": "Updated", "timestamp": TIME, "triggerReason": "MeterValuePeriodic", "seqNo": 1}
        talk.station("TransactionEvent", "InternalError", **told, transactionInfo=info)
    if why == "waits":
        talk.station("SecurityEventNotification", None, type="x", timestamp=TIME)
    assert after(talk) == []


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_a_transaction_that_was_stopped_goes_on_to_be_told_of(version):
    """TxStopPoint is EVConnected: what comes after the stop does not make it charge again."""
    talk = talk_in(version)
    event(talk, "Started", "CablePluggedIn", 0)
    event(talk, "Updated", "StopAuthorized", 1)
    event(talk, "Updated", "ChargingStateChanged", 2)
    talk.csms("RequestStopTransaction", ACCEPTED, transactionId="T1")
    assert after(talk) == []
    event(talk, "Updated", "Authorized", 3)
    talk.csms("RequestStopTransaction", ACCEPTED, transactionId="T1")
    assert after(talk) == ["remote-stop-follows"]


@pytest.mark.parametrize("why", ["ended unheard", "other evse", "runs"])
def test_a_trigger_for_transactions(why):
    talk = talk_in("2.0.1")
    event(talk, "Started", "CablePluggedIn", 0)
    if why == "ended unheard":
        talk.reconnect()
    evse = {"id": 2 if why == "other evse" else 1}
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="TransactionEvent", evse=evse)
    assert after(talk) == (["triggered-message-sent"] if why == "runs" else [])


def test_the_connector_0_of_a_trigger_is_any():
    talk = talk_in("1.6")
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="StatusNotification", connectorId=0)
    status_16(talk, 1)
    assert after(talk) == []


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("message", ["FirmwareStatusNotification", "SecurityEventNotification"])
def test_a_triggered_message_that_came_before_the_answer(version, message):
    talk = talk_in(version)
    ask = {"requestedMessage": "FirmwareStatusNotification"}
    talk.judge.said("csms", Call("c", "TriggerMessage", ask), talk.now)
    told = {"status": "Idle"} if message == "FirmwareStatusNotification" else {"type": "x", "timestamp": TIME}
    talk.station(message, {}, **told)
    talk.judge.said("station", CallResult("c", ACCEPTED), talk.now)
    assert after(talk) == (["triggered-message-sent"] if message.startswith("Security") else [])


@pytest.mark.parametrize("status", ["AcceptedCanceled", "Accepted", "Rejected"])
def test_an_upload_that_another_one_cancelled(status):
    talk = talk_in("2.0.1")
    talk.csms("GetLog", ACCEPTED, **LOG)
    talk.csms("GetLog", {"status": status}, **LOG | {"requestId": 5})
    if status != "Rejected":
        talk.station("LogStatusNotification", {}, status="Uploading", requestId=5)
    assert after(talk) == (["log-status-follows"] if status == "Rejected" else [])


FIRMWARE = {"location": "ftp://x/y", "retrieveDateTime": "2020-01-01T00:00:00Z"}


@pytest.mark.parametrize("status", ["AcceptedCanceled", "Accepted", "Rejected"])
@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
def test_an_update_that_another_one_cancelled(version, status):
    talk = talk_in(version)
    talk.csms("UpdateFirmware", ACCEPTED, requestId=4, firmware=FIRMWARE)
    talk.csms("UpdateFirmware", {"status": status}, requestId=5, firmware=FIRMWARE)
    if status != "Rejected":
        talk.station("FirmwareStatusNotification", {}, status="Downloading", requestId=5)
    assert after(talk) == (["firmware-status-follows"] if status == "Rejected" else [])


@pytest.mark.parametrize("status", ["Downloaded", "Installed"])
def test_an_update_of_1_6_while_another_one_goes_on(status):
    """UpdateFirmware cannot be refused in 1.6."""
    talk = talk_in("1.6")
    talk.station("FirmwareStatusNotification", {}, status=status)
    talk.csms("UpdateFirmware", {}, location="ftp://x/y", retrieveDate=FIRMWARE["retrieveDateTime"])
    assert after(talk) == (["firmware-status-follows"] if status == "Installed" else [])


def test_an_upload_that_is_tried_again_may_be_told_of_after_the_last_attempt():
    talk = talk_in("2.0.1")
    talk.csms("GetLog", ACCEPTED, **LOG, retries=2, retryInterval=30)
    assert after(talk) == []
    talk.later(180)
    assert after(talk) == ["log-status-follows"]


def test_a_date_of_a_clock_that_is_behind():
    talk = talk_in("1.6")
    talk.station("Heartbeat", {"currentTime": "2026-01-29T10:00:00Z"})
    talk.csms("UpdateFirmware", {}, location="ftp://x/y", retrieveDate="2026-01-29T22:00:00Z")
    assert after(talk) == []


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
@pytest.mark.parametrize(("report", "clear"), [(False, False), (True, False), (False, True)])
def test_information_about_a_customer(version, report, clear):
    """N10.FR.06: that it was cleared is told as well; N10.FR.07: nothing is asked for."""
    talk = talk_in(version)
    talk.csms("CustomerInformation", ACCEPTED, requestId=4, report=report, clear=clear, customerIdentifier="x")
    assert after(talk) == (["report-follows"] if report or clear else [])


@pytest.mark.parametrize("again", [False, True])
def test_what_waits_for_a_message_that_is_tried_again(again):
    talk = talk_in("1.6")
    started = {"transactionId": 5, "idTagInfo": ACCEPTED}
    talk.station("StartTransaction", started, connectorId=1, idTag="A", meterStart=0, timestamp=TIME)
    values = {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": [{"value": "1"}]}]}
    talk.station("MeterValues", "InternalError", **values)
    if again:
        talk.station("MeterValues", {}, **values)
    talk.csms("RemoteStopTransaction", ACCEPTED, transactionId=5)
    assert after(talk) == (["remote-stop-stops"] if again else [])


def test_the_time_is_told():
    talk = talk_in("1.6")
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="Heartbeat")
    talk.later(61)
    talk.station("StatusNotification", {}, connectorId=1, errorCode="NoError", status="Available")
    assert [breach.received for breach in talk.breaches()] == ["nothing in 60 s"]


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("queued", [True, False])
def test_what_waits_behind_a_long_queue(version, queued):
    """A slow link, and all that happened while there was none: each message of the queue is answered at once."""
    talk = talk_in(version)
    talk.csms("TriggerMessage", ACCEPTED, requestedMessage="Heartbeat")
    for _ in range(20):
        talk.later(10)
        time = datetime.fromtimestamp(talk.now - (9000 if queued else 0), UTC).isoformat()
        values = [{"timestamp": time, "sampledValue": [{"value": "1" if version == "1.6" else 1}]}]
        where = {"connectorId": 1} if version == "1.6" else {"evseId": 1}
        talk.station("MeterValues", {}, **where, meterValue=values)
    assert talk.found() == ([] if queued else ["triggered-message-sent"])
    talk.later(61)
    talk.station("MeterValues", {}, **where, meterValue=values)
    assert talk.found() == (["triggered-message-sent"] if queued else [])
