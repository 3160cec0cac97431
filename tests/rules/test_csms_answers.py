"""Rules about what a CSMS answers: the time, tokens, transaction ids, stations that it has not accepted."""

from datetime import UTC, datetime

import pytest
from dialogue import START, about
from ocpp_proof.rules.common.not_accepted import NotAccepted
from ocpp_proof.rules.common.time_told import TimeTold
from ocpp_proof.rules.common.tokens import Tokens
from ocpp_proof.rules.ocpp16.transaction_ids import TransactionIds

Dialogue = about(NotAccepted, TimeTold, Tokens, TransactionIds)

V2 = ["2.0.1", "2.1"]
BOOT = {
    "1.6": {"chargePointVendor": "Lade", "chargePointModel": "AC"},
    "2.0.1": {"reason": "PowerUp", "chargingStation": {"vendorName": "Lade", "model": "AC"}},
}
BOOT["2.1"] = BOOT["2.0.1"]


def time(seconds=0.0):
    return datetime.fromtimestamp(START + seconds, UTC).isoformat().replace("+00:00", "Z")


def boot(talk, status="Accepted", told=0.0):
    answer = {"status": status, "currentTime": time(told), "interval": 300}
    talk.station("BootNotification", answer, **BOOT[talk.version])


# --- the time


@pytest.mark.parametrize("version", BOOT)
@pytest.mark.parametrize(("off", "broken"), [(0, False), (59, False), (-59, False), (61, True), (-7200, True)])
def test_the_time(version, off, broken):
    talk = Dialogue(version)
    boot(talk, told=off)
    assert talk.found() == (["time-at-boot"] if broken else [])
    talk.station("Heartbeat", {"currentTime": time(off)})
    assert talk.found() == (["time-of-a-heartbeat"] if broken else [])


def test_an_offset_and_a_time_without_zone():
    talk = Dialogue("1.6")
    zone = datetime.fromtimestamp(START, UTC).astimezone(tz=None)
    talk.station("Heartbeat", {"currentTime": zone.isoformat()})
    assert talk.found() == []


def test_an_answer_that_was_long_on_its_way():
    talk = Dialogue("1.6")
    talk.slow = 200
    talk.station("Heartbeat", {"currentTime": time(1)})
    assert talk.found() == []
    talk.station("Heartbeat", {"currentTime": time(1)})
    assert talk.found() == ["time-of-a-heartbeat"]


def test_no_answer_tells_no_time():
    talk = Dialogue("2.0.1")
    talk.station("Heartbeat", "InternalError")
    talk.station("Heartbeat", None)
    assert talk.found() == []


# --- stations that are not accepted


@pytest.mark.parametrize("version", BOOT)
def test_nothing_is_asked_of_a_rejected_station(version):
    talk = Dialogue(version)
    boot(talk, "Pending")
    talk.csms("ClearCache", None)
    assert talk.found() == []
    boot(talk, "Rejected")
    talk.csms("ClearCache", None)
    assert talk.found() == ["silent-when-rejected"]
    boot(talk)
    talk.csms("ClearCache", None)
    assert talk.found() == []


def test_what_comes_while_the_station_boots_may_be_older_than_its_answer():
    talk = Dialogue("2.0.1")
    boot(talk, "Rejected")
    talk.station("BootNotification", None, **BOOT["2.0.1"])
    talk.csms("ClearCache", None)
    assert talk.found() == []


@pytest.mark.parametrize("version", V2)
@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_who_speaks_before_it_is_accepted(version, status):
    talk = Dialogue(version)
    boot(talk, status)
    talk.station("Heartbeat", "SecurityError")
    assert talk.found() == []
    talk.station("Heartbeat", {"currentTime": time()})
    assert talk.found() == ["security-error-before-accepted"]
    talk.station("Heartbeat", None)
    assert talk.found() == []


def test_who_was_asked_to_may_speak():
    talk = Dialogue("2.0.1")
    boot(talk, "Pending")
    talk.csms("TriggerMessage", {"status": "Accepted"}, requestedMessage="Heartbeat")
    talk.station("Heartbeat", {"currentTime": time()})
    assert talk.found() == []


def test_a_boot_whose_answer_was_lost_may_have_been_accepted():
    talk = Dialogue("2.0.1")
    boot(talk, "Rejected")
    talk.station("BootNotification", None, **BOOT["2.0.1"])
    talk.reconnect()
    talk.csms("ClearCache", None)
    talk.station("Heartbeat", {"currentTime": time()})
    assert talk.found() == []


def test_a_rejected_station_stays_so_over_its_next_connection():
    talk = Dialogue("2.0.1")
    boot(talk, "Rejected")
    talk.reconnect()
    talk.csms("ClearCache", None)
    assert talk.found() == ["silent-when-rejected"]


def test_a_boot_that_was_made_wrong_may_have_been_accepted():
    talk = Dialogue("2.0.1")
    boot(talk, "Rejected")
    talk.station_wrong("BootNotification", {}, reason="?")
    talk.csms("ClearCache", None)
    assert talk.found() == []


def test_a_report_that_was_asked_for_is_taken_over_the_next_boot_while_pending():
    report = {"requestId": 1, "reportBase": "FullInventory"}
    part = {"requestId": 1, "generatedAt": time(), "seqNo": 0}
    talk = Dialogue("2.0.1")
    boot(talk, "Pending")
    talk.csms("GetBaseReport", {"status": "Accepted"}, **report)
    boot(talk, "Pending")
    talk.station("NotifyReport", {}, **part)
    assert talk.found() == []
    boot(talk)
    talk.csms("GetBaseReport", {"status": "Accepted"}, **report)
    boot(talk, "Pending")
    talk.station("NotifyReport", {}, **part)
    assert talk.found() == ["security-error-before-accepted"]


def test_a_boot_that_was_triggered_is_no_restart():
    talk = Dialogue("2.0.1")
    boot(talk)
    talk.csms("TriggerMessage", {"status": "Accepted"}, requestedMessage="BootNotification")
    answer = {"status": "Pending", "currentTime": time(), "interval": 300}
    talk.station("BootNotification", answer, **BOOT["2.0.1"] | {"reason": "Triggered"})
    talk.station("Heartbeat", {"currentTime": time()})
    assert talk.found() == []


# --- tokens

CARD = {"idToken": "04A1B2C3", "type": "ISO14443"}


def authorize(talk, status, group=None):
    if talk.version == "1.6":
        talk.station("Authorize", {"idTagInfo": {"status": status}}, idTag="04A1B2C3")
    else:
        info = {"status": status} | ({"groupIdToken": group} if group else {})
        talk.station("Authorize", {"idTokenInfo": info}, idToken=CARD)


def start(talk, status, *, connector=1, id=7, answer=True, at=0.0):
    answer = {"idTagInfo": {"status": status}, "transactionId": id} if answer else None
    talk.station("StartTransaction", answer, connectorId=connector, idTag="04a1b2c3", meterStart=0, timestamp=time(at))


def event(talk, info, *, token=CARD, at=0.0, **more):
    payload = {
        "eventType": "Started",
        "timestamp": time(at),
        "triggerReason": "Authorized",
        "seqNo": 0,
        "transactionInfo": {"transactionId": "t1"},
    }
    payload |= {"idToken": token} if token else {}
    talk.station("TransactionEvent", {"idTokenInfo": info} if info else {}, **payload, **more)


@pytest.mark.parametrize(
    ("told", "again", "broken"),
    [
        ("Invalid", "Accepted", True),
        ("Blocked", "Accepted", True),
        ("Invalid", "Blocked", False),
        ("Accepted", "Invalid", False),
        ("Accepted", "Accepted", False),
        ("ConcurrentTx", "Accepted", False),
    ],
)
def test_a_refused_token_is_not_accepted_in_a_transaction(told, again, broken):
    for version in BOOT:
        talk = Dialogue(version)
        authorize(talk, told)
        if version == "1.6":
            start(talk, again)
        else:
            event(talk, {"status": again})
        assert talk.found() == (["token-judged-in-transaction"] if broken else [])


def test_an_operator_may_change_his_mind():
    talk = Dialogue("1.6")
    authorize(talk, "Invalid")
    talk.later(61)
    start(talk, "Accepted")
    assert talk.found() == []


def test_an_operator_who_lets_a_token_charge_has_changed_his_mind():
    talk = Dialogue("1.6")
    authorize(talk, "Invalid")
    talk.csms("RemoteStartTransaction", {"status": "Accepted"}, idTag="04A1B2C3")
    start(talk, "Accepted")
    authorize(talk, "Invalid")
    entry = {"idTag": "04A1B2C3", "idTagInfo": {"status": "Accepted"}}
    payload = {"listVersion": 2, "updateType": "Full", "localAuthorizationList": [entry]}
    talk.csms("SendLocalList", {"status": "Accepted"}, **payload)
    start(talk, "Accepted")
    talk = Dialogue("2.1")
    authorize(talk, "Unknown")
    talk.csms("RequestStartTransaction", {"status": "Accepted"}, idToken=CARD, remoteStartId=1)
    event(talk, {"status": "Accepted"})
    assert talk.found() == []


def test_a_token_whose_next_answer_was_lost():
    talk = Dialogue("1.6")
    authorize(talk, "Invalid")
    talk.station("Authorize", None, idTag="04A1B2C3")
    talk.reconnect()
    start(talk, "Accepted")
    assert talk.found() == []


@pytest.mark.parametrize(("before", "broken"), [(30, False), (-1, True)])
def test_a_token_may_have_been_good_when_a_queued_transaction_began(before, broken):
    found = ["token-judged-in-transaction"] if broken else []
    talk = Dialogue("1.6")
    authorize(talk, "Expired")
    start(talk, "Accepted", at=-before)
    assert talk.found() == found
    talk = Dialogue("2.0.1")
    authorize(talk, "Expired")
    event(talk, {"status": "Accepted"}, at=-before)
    assert talk.found() == found


@pytest.mark.parametrize("version", V2)
def test_where_a_certificate_was_refused_the_token_may_be_good(version):
    hashes = {"hashAlgorithm": "SHA256", "issuerNameHash": "a", "issuerKeyHash": "b", "serialNumber": "1"}
    hashes["responderURL"] = "http://ocsp"
    contract = {"idToken": "DE-ABC-1", "type": "eMAID"}
    talk = Dialogue(version)
    answer = {"idTokenInfo": {"status": "Invalid"}, "certificateStatus": "CertificateRevoked"}
    talk.station("Authorize", answer, idToken=contract, iso15118CertificateHashData=[hashes])
    event(talk, {"status": "Accepted"}, token=contract)
    assert talk.found() == []


def test_what_is_told_of_tokens_is_kept_for_a_minute_only():
    talk = Dialogue("1.6")
    for number in range(300):
        talk.station("Authorize", {"idTagInfo": {"status": "Invalid"}}, idTag=f"T{number}")
        talk.later(1)
    (tokens,) = [one for one in talk.judge._subjects if isinstance(one, Tokens)]
    assert len(tokens._told) <= 62


@pytest.mark.parametrize("version", V2)
def test_a_token_in_an_event(version):
    talk = Dialogue(version)
    event(talk, None)
    assert talk.found() == ["status-of-a-token-told"]
    event(talk, None, token=None)
    assert talk.found() == []
    event(talk, {"status": "Invalid"}, token={"idToken": "", "type": "NoAuthorization"})
    assert talk.found() == ["no-authorization-accepted"]


@pytest.mark.parametrize("version", V2)
def test_the_group_of_a_token(version):
    group = {"idToken": "GROUP1", "type": "Central"}
    talk = Dialogue(version)
    authorize(talk, "Accepted", group)
    event(talk, {"status": "Accepted", "groupIdToken": group})
    assert talk.found() == []
    event(talk, {"status": "Accepted"})
    assert talk.found() == ["group-of-a-token-told"]
    event(talk, {"status": "Accepted"}, offline=True)
    assert talk.found() == []
    talk.later(61)
    event(talk, {"status": "Accepted"})
    assert talk.found() == []


def test_a_group_is_the_same_in_another_case_and_of_a_token_that_is_refused_none():
    talk = Dialogue("2.0.1")
    authorize(talk, "Accepted", {"idToken": "GROUP1", "type": "Central"})
    event(
        talk,
        {
            "status": "Accepted",
            "groupIdToken": {
                "idToken": "Group1",
                "type": "Central",
                "additionalInfo": [{"additionalIdToken": "x", "type": "y"}],
            },
        },
    )
    event(talk, {"status": "Blocked"})
    assert talk.found() == []
    event(talk, {"status": "Accepted", "groupIdToken": {"idToken": "GROUP2", "type": "Central"}})
    assert talk.found() == ["group-of-a-token-told"]


# --- transaction ids of 1.6


def test_two_that_run_have_two_ids():
    talk = Dialogue("1.6")
    start(talk, "Accepted", connector=1)
    start(talk, "Accepted", connector=2)
    assert talk.found() == ["transaction-ids-differ"]


def test_the_same_start_again_a_refused_one_and_one_after_the_end():
    talk = Dialogue("1.6")
    start(talk, "Accepted")
    start(talk, "Accepted")
    start(talk, "Invalid", connector=2)
    talk.station("StopTransaction", {}, transactionId=7, meterStop=0, timestamp=time())
    start(talk, "Accepted", connector=2)
    assert talk.found() == []


def test_an_end_that_nobody_tells_of():
    """A power loss, or a message that nobody understood: the Central System may have ended it itself."""
    talk = Dialogue("1.6")
    start(talk, "Accepted")
    start(talk, "Accepted", at=9.0)  # at the same connector: the one before is over
    boot(talk)
    start(talk, "Accepted", connector=2)
    talk.station_wrong("StopTransaction", {}, transactionId="7")
    start(talk, "Accepted", connector=3)
    assert talk.found() == []
    start(talk, "Accepted", connector=4)
    assert talk.found() == ["transaction-ids-differ"]
