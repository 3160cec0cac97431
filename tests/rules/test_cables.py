"""A connector with a cable in is not Available."""

import pytest
from dialogue import about
from ocpp_proof.rules.common.cables import Cables

Dialogue = about(Cables)

TIME = "2026-11-30T10:00:00Z"


@pytest.fixture(params=["1.6", "2.0.1", "2.1"])
def talk(request):
    return Dialogue(request.param, of=("station",), in_time=60)


def status(talk, name, connector=1):
    if talk.version == "1.6":
        told = {"Occupied": "Charging"}.get(name, name)
        talk.station("StatusNotification", {}, connectorId=connector, errorCode="NoError", status=told)
    else:
        talk.station("StatusNotification", {}, timestamp=TIME, connectorStatus=name, evseId=connector, connectorId=1)


def driver(talk, verb, connector=1):
    place = (connector, connector) if talk.version == "1.6" else (connector, 1)
    talk.judge.operated(verb, place, talk.now)


def after(talk):
    talk.later(61)
    talk.station("Heartbeat", {"currentTime": TIME})
    return talk.found()


def test_available(talk):
    driver(talk, "plug_in")
    status(talk, "Occupied")
    driver(talk, "present_token")
    status(talk, "Available")
    assert after(talk) == ["available-while-plugged"]


def test_available_for_a_moment(talk):
    status(talk, "Occupied")
    driver(talk, "plug_in")  # heard of late
    status(talk, "Available")
    status(talk, "Occupied")
    assert talk.found() == ["available-while-plugged"]


@pytest.mark.parametrize("why", ["unplugged", "late", "untold", "other", "connection", "nobody", "fault", "power"])
def test_available_rightly(talk, why):
    if why != "nobody":
        driver(talk, "plug_in")
    if why != "untold":
        status(talk, "Occupied")
    match why:
        case "unplugged":
            driver(talk, "unplug")
        case "connection":
            talk.reconnect()
        case "fault":
            driver(talk, "fault")
        case "power":
            talk.judge.operated("power_cycle", None, talk.now)
    status(talk, "Available", 2 if why == "other" else 1)
    if why == "late":
        driver(talk, "unplug")
    assert after(talk) == []


def test_preparing_for_too_long():
    """1.6 §4.9 B1: nobody showed a card in time."""
    talk = Dialogue("1.6", of=("station",), in_time=60)
    driver(talk, "plug_in")
    status(talk, "Preparing")
    status(talk, "Available")
    assert after(talk) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_station_that_sees_no_cable(talk, late):
    """It tells that the connector is taken for a card, and is free when the driver has ended."""
    status(talk, "Available")
    driver(talk, "present_token")
    if not late:
        driver(talk, "plug_in")
    status(talk, "Occupied")
    if late:
        driver(talk, "plug_in")
    status(talk, "Available")
    assert after(talk) == []
