"""2.x: why an event of a transaction is sent, and why a transaction ends."""

import pytest
from transaction_talk import ACCEPTED, CARD, HERE, OTHER, talk

__all__ = ["talk"]

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


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
