"""1.6: why a transaction ended."""

import pytest
from dialogue import about
from ocpp_proof.rules.ocpp16.stop_reasons import StopReasons
from test_transactions import INFO, at, start, stop

Dialogue = about(StopReasons)

NAMES = ("reason-asked-for", "reason-without-cause")


def talk_with_start(info=INFO):
    talk = Dialogue("1.6")
    talk.station("Heartbeat", {"currentTime": at(talk)})
    start(talk, info=info)
    return talk


def remote_stop(talk, answer="Accepted", number=7):
    talk.csms("RemoteStopTransaction", {"status": answer}, transactionId=number)


def reset(talk, kind):
    talk.csms("Reset", {"status": "Accepted"}, type=kind)


def unlock(talk):
    talk.csms("UnlockConnector", {"status": "Unlocked"}, connectorId=1)


@pytest.mark.parametrize(
    ("asked", "reason", "broken"),
    [
        (remote_stop, "Remote", False),
        (remote_stop, "Local", True),
        (remote_stop, "Other", True),
        (remote_stop, "EVDisconnected", False),  # the driver was faster
        (lambda talk: remote_stop(talk, "Rejected"), "Local", False),
        (lambda talk: remote_stop(talk, number=8), "Local", False),
        (lambda talk: reset(talk, "Hard"), "HardReset", False),
        (lambda talk: reset(talk, "Hard"), "PowerLoss", False),
        (lambda talk: reset(talk, "Hard"), "Other", True),
        (lambda talk: reset(talk, "Hard"), "SoftReset", True),
        (unlock, "UnlockCommand", False),
        (unlock, "Local", False),  # it was answered: it waited for nothing
        (lambda talk: None, "Remote", False),  # an app of the maker
        (lambda talk: None, "HardReset", False),
    ],
)
def test_what_was_asked_for(asked, reason, broken):
    talk = talk_with_start()
    asked(talk)
    stop(talk, reason=reason)
    assert talk.found() == (["reason-asked-for"] if broken else [])


def test_a_driver_with_a_card_may_have_been_faster():
    talk = talk_with_start()
    remote_stop(talk)
    stop(talk, idTag="TAG")
    assert talk.found() == []


def test_what_stopped_before_it_was_asked_for():
    talk = talk_with_start()
    stopped = at(talk)
    talk.later(30)
    reset(talk, "Soft")
    stop(talk, reason="Local", timestamp=stopped)  # it had waited in the queue
    assert talk.found() == []


def test_a_refused_token():
    talk = talk_with_start({"status": "Invalid"})
    stop(talk)
    assert talk.found() == ["reason-asked-for"]
    start(talk, 8, info={"status": "Invalid"})
    talk.later(60)  # it was only suspended
    stop(talk, 8)
    assert talk.found() == []


@pytest.mark.parametrize("reason", ["UnlockCommand", "DeAuthorized"])
def test_what_nobody_asked_for(reason):
    talk = talk_with_start()
    stop(talk, reason=reason)
    assert talk.found() == ["reason-without-cause"]
    talk.csms("UnlockConnector", None, connectorId=1)
    start(talk, 8, info={"status": "Blocked"})
    stop(talk, 8, reason=reason)
    assert talk.found() == []


@pytest.mark.parametrize("why", ["expired", "refused later", "listed"])
def test_a_token_may_be_refused_otherwise(why):
    talk = talk_with_start(INFO | {"expiryDate": "2026-12-01T00:00:00Z"} if why == "expired" else INFO)
    if why == "refused later":
        talk.station("Authorize", {"idTagInfo": {"status": "Blocked"}}, idTag="tag")
    elif why == "listed":
        talk.csms("SendLocalList", {"status": "Accepted"}, listVersion=1, updateType="Full")
    stop(talk, reason="DeAuthorized")
    assert talk.found() == []


@pytest.mark.parametrize("told", [True, False])
def test_a_refused_token_may_go_on(told):
    talk = Dialogue("1.6")
    talk.station("Heartbeat", {"currentTime": at(talk)})
    key = "StopTransactionOnInvalidId"
    if told:
        entry = {"key": key, "readonly": False, "value": "false"}
        talk.csms("GetConfiguration", {"configurationKey": [entry]}, key=[key])
    else:
        talk.csms("ChangeConfiguration", {"status": "Accepted"}, key=key, value="False")
    start(talk, info={"status": "Invalid"})
    stop(talk)  # the driver presses a button
    assert talk.found() == []


def test_a_maker_unlocks_in_its_own_way():
    talk = talk_with_start()
    talk.csms("DataTransfer", {"status": "Accepted"}, vendorId="V", messageId="Unlock")
    stop(talk, reason="UnlockCommand")
    assert talk.found() == []
