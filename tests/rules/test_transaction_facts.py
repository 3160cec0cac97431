"""2.x: what the events of a transaction tell: states, places, tokens, reservations."""

import pytest
from transaction_talk import ACCEPTED, CARD, HERE, OTHER, talk

__all__ = ["talk"]

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


def test_no_charging_state(talk):
    talk.event("Started", "Authorized", evse=HERE, idToken=CARD)
    talk.event(trigger="ChargingStateChanged")
    assert talk.broken() == ["charging-state-told"] and talk.judge.times == {}


def test_a_charging_state_that_has_not_changed(talk):
    talk.start()
    talk.event(trigger="ChargingStateChanged", chargingState="EVConnected")  # an event of its own, after the card's
    at = talk.now
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", at=at)  # a part of the one before
    assert talk.broken() == []
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    assert talk.broken() == ["charging-state-changed"]


def test_a_limit_that_stops_nothing(talk, version):
    talk.start()
    talk.event(trigger="EnergyLimitReached", chargingState="SuspendedEVSE")
    talk.event(trigger="TimeLimitReached")
    assert talk.broken() == []
    talk.event(trigger="EnergyLimitReached", chargingState="Charging")
    assert talk.broken() == (["limit-stops-energy"] if version == "2.1" else [])


def test_no_evse(talk):
    talk.event("Started", "Authorized", chargingState="Idle", idToken=CARD)
    assert talk.broken() == []
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse={"id": 1})
    assert talk.broken() == ["transaction-evse-told"]


def test_no_evse_where_it_may_have_been_told(talk):
    talk.event(trigger="ChargingStateChanged", chargingState="Charging", no=4)
    talk.start(of="T2", no=0)
    talk.reconnect()
    talk.event(of="T2", chargingState="Charging", no=3)
    assert talk.broken() == []


def test_another_evse(talk):
    talk.start()
    talk.event(evse={"id": 2, "connectorId": 1})
    assert talk.broken() == ["transaction-evse-same"]


def test_another_evse_for_the_next_vehicle(talk):
    talk.event("Started", "Authorized", chargingState="Idle", idToken=CARD, evse={"id": 1})
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse={"id": 2, "connectorId": 1})
    talk.event(trigger="EVCommunicationLost", chargingState="Idle")
    talk.event(trigger="CablePluggedIn", chargingState="EVConnected", evse=HERE)
    assert talk.broken() == []


def test_no_token(talk):
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    talk.event(trigger="Authorized")
    assert talk.broken() == ["transaction-token-told"]


@pytest.mark.parametrize("accepted", [True, False])
def test_energy_without_a_token(talk, accepted):
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    if accepted:
        talk.station("Authorize", ACCEPTED, idToken=CARD)
    talk.event(trigger="ChargingStateChanged", chargingState="Charging")
    assert talk.broken() == (["transaction-token-before-energy"] if accepted else [])  # free vend has none


def test_a_token_again(talk):
    talk.start()
    talk.event(idToken=CARD | {"idToken": "04a1b2c3"})
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("transaction-token-once", True)]


def test_a_token_for_another_authorization(talk):
    talk.start()
    talk.event(trigger="StopAuthorized", idToken=CARD)
    talk.station("Authorize", ACCEPTED, idToken=CARD)
    talk.event(trigger="MeterValuePeriodic", idToken=CARD)
    talk.end("EVCommunicationLost", idToken=CARD)
    talk.start(of="T2", answer="InternalError")
    talk.event(of="T2", idToken=CARD)
    assert talk.broken() == []


def accept(talk, token, group=""):
    info = {"status": "Accepted"} | ({"groupIdToken": {"idToken": group, "type": "Central"}} if group else {})
    talk.station("Authorize", {"idTokenInfo": info}, idToken=token)


@pytest.mark.parametrize("told", ["by Authorize", "by the event", "the same token"])
@pytest.mark.parametrize("kind", ["Updated", "Ended"])
def test_a_stop_without_its_token(talk, told, kind):
    """That of a colleague, or the same one, for which the station has asked once more."""
    if told == "by Authorize":
        accept(talk, CARD, "fleet")
    group = {"groupIdToken": {"idToken": "FLEET", "type": "Central"}}
    talk.start(answer={"idTokenInfo": {"status": "Accepted"} | (group if told == "by the event" else {})})
    accept(talk, CARD if told == "the same token" else OTHER, "Fleet")
    talk.event(kind, "StopAuthorized")
    assert [(b.rule.id, b.should) for b in talk.breaches()] == [("transaction-stop-token-told", True)]


@pytest.mark.parametrize(
    "why",
    ["told", "a button", "refused", "no group", "another group", "long ago", "another runs", "offline", "restart"],
)
def test_a_stop_that_may_have_no_token(talk, why):
    accept(talk, CARD, "" if why == "no group" else "fleet")
    talk.start()
    if why == "another runs":
        talk.start(of="T2", evse={"id": 2, "connectorId": 1}, idToken=OTHER)
    if why == "refused":
        talk.station("Authorize", {"idTokenInfo": {"status": "Blocked"}}, idToken=OTHER)
    elif why != "a button":
        accept(talk, OTHER, {"no group": "", "another group": "others"}.get(why, "fleet"))
    if why == "long ago":
        talk.later(31)
    if why == "restart":
        talk.reconnect()
    told = {"idToken": OTHER} if why == "told" else {"offline": True} if why == "offline" else {}
    talk.event(trigger="StopAuthorized", **told)
    assert "transaction-stop-token-told" not in talk.broken()


def reserve(talk, status="Accepted", **more):
    request = {"id": 5, "expiryDateTime": "2030-01-01T00:00:00Z", "idToken": CARD, "evseId": 1} | more
    talk.csms("ReserveNow", {"status": status}, **request)


def test_a_reservation(talk):
    reserve(talk)
    talk.start()
    talk.end()
    assert talk.broken() == ["transaction-reservation-told"]


def test_a_reservation_that_is_told(talk):
    reserve(talk)
    talk.event("Started", "CablePluggedIn", chargingState="EVConnected", evse=HERE)
    talk.event(trigger="Authorized", idToken=CARD, reservationId=5)
    talk.end()
    assert talk.broken() == []


@pytest.mark.parametrize("why", ["refused", "other card", "other EVSE", "cancelled", "over", "restart", "expired"])
def test_no_reservation(talk, why):
    reserve(
        talk,
        "Rejected" if why == "refused" else "Accepted",
        idToken=OTHER if why == "other card" else CARD,
        evseId=2 if why == "other EVSE" else 1,
        expiryDateTime="2020-01-01T00:00:00Z" if why == "over" else "2030-01-01T00:00:00Z",
    )
    if why == "cancelled":
        talk.csms("CancelReservation", {"status": "Accepted"}, reservationId=5)
    if why == "restart":
        talk.reconnect()
    if why == "expired":
        talk.station("ReservationStatusUpdate", {}, reservationId=5, reservationUpdateStatus="Expired")
    talk.start()
    talk.end()
    assert talk.broken() == []


def test_an_older_event_of_another_evse_that_comes_late(talk):
    talk.start(no=0)
    talk.event(trigger="EVCommunicationLost", no=2, chargingState="Idle")
    talk.event(trigger="CablePluggedIn", no=3, chargingState="EVConnected", evse={"id": 2, "connectorId": 1})
    talk.event(no=1, evse=HERE)
    assert "transaction-evse-same" not in talk.broken()
