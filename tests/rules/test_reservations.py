"""1.6: transactions that use a reservation."""

import pytest
from dialogue import about
from ocpp_proof.rules.ocpp16.reservations import Reservations
from test_connectors import status
from test_registration import boot
from test_transactions import at

Dialogue = about(Reservations)

ANSWER = {"transactionId": 7, "idTagInfo": {"status": "Accepted"}}


def reserved(answer="Accepted", *, place=1, plus=600):
    talk = Dialogue("1.6")
    talk.station("Heartbeat", {"currentTime": at(talk)})
    talk.later(60)
    reserve(talk, answer, place=place, plus=plus)
    return talk


def reserve(talk, answer="Accepted", *, number=5, place=1, plus=600):
    what = {"connectorId": place, "expiryDate": at(talk, plus), "idTag": "TAG", "reservationId": number}
    talk.csms("ReserveNow", {"status": answer}, **what)
    talk.later(5)


def start(talk, number=None, *, tag="tag", timestamp=None, place=1):
    more = {} if number is None else {"reservationId": number}
    what = {"connectorId": place, "idTag": tag, "meterStart": 1, "timestamp": timestamp or at(talk)}
    talk.station("StartTransaction", ANSWER, **what, **more)
    talk.later(5)


def test_it_is_named():
    talk = reserved()
    status(talk, "Reserved")
    start(talk, 5)
    assert talk.found() == []
    talk = reserved()
    start(talk)
    assert talk.found() == ["reservation-named"]


@pytest.mark.parametrize(
    "doubt", ["refused", "expired", "zero", "another", "elsewhere", "queued", "cancelled", "free", "boot", "faulted"]
)
def test_where_it_need_not_be(doubt):
    talk = reserved(
        "Occupied" if doubt == "refused" else "Accepted",
        place=0 if doubt == "zero" else 1,
        plus=30 if doubt == "expired" else 600,
    )
    match doubt:
        case "cancelled":
            talk.csms("CancelReservation", None, reservationId=5)
        case "free":
            status(talk, "Available")
        case "faulted":
            status(talk, "Faulted")
        case "boot":
            boot(talk)
    start(
        talk,
        tag="OTHER" if doubt == "another" else "TAG",
        place=2 if doubt == "elsewhere" else 1,
        timestamp=at(talk, -50) if doubt == "queued" else None,
    )
    assert talk.found() == []


def test_it_is_named_once():
    talk = reserved()
    same = at(talk)
    start(talk, 5, timestamp=same)
    start(talk, 5, timestamp=same)  # sent again
    start(talk, 6)  # of before
    assert talk.found() == []
    start(talk, 5)
    assert talk.found() == ["reservation-named-again"]
    reserve(talk)
    start(talk, 5)
    assert talk.found() == []


def test_not_after_it_was_cancelled():
    talk = reserved()
    talk.csms("CancelReservation", {"status": "Accepted"}, reservationId=5)
    start(talk, 5, timestamp=at(talk, -30))  # it had waited
    assert talk.found() == []
    talk = reserved()
    talk.csms("CancelReservation", {"status": "Accepted"}, reservationId=5)
    start(talk, 5)
    assert talk.found() == ["reservation-named-again"]


def test_a_number_that_means_none():
    for none in (0, -1):
        talk = reserved()
        start(talk, none, tag="OTHER")
        start(talk, none, tag="OTHER")
        assert talk.found() == []


def test_what_may_have_ended_it_unseen():
    talk = reserved()
    talk.reconnect()  # a fault, meanwhile, that is over
    start(talk)
    assert talk.found() == []


def test_a_start_that_is_sent_again_with_more():
    talk = reserved()
    same = at(talk)
    start(talk, 5, tag="tag", timestamp=same)
    start(talk, 5, tag="TAG", timestamp=same)
    assert talk.found() == []
