"""2.x: registers within a transaction."""

from datetime import UTC, datetime

import pytest
from transaction_talk import OTHER, talk

__all__ = ["talk"]

pytestmark = pytest.mark.parametrize("version", ["2.0.1", "2.1"])


def energy(value, at, **more):
    time = datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")
    return {"timestamp": time, "sampledValue": [{"value": value} | more]}


def test_a_register_that_falls(talk):
    now = talk.now
    talk.start(meterValue=[energy(1000.5, now)])
    talk.event(meterValue=[energy(1200, now + 1, measurand="Energy.Active.Import.Register", location="Outlet")])
    assert talk.broken() == []
    talk.event(meterValue=[energy(1100, now + 5)])
    assert talk.broken() == ["meter-register-does-not-fall"]


def test_what_is_no_falling_register(talk):
    now = talk.now
    power = {"measurand": "Power.Active.Import", "unitOfMeasure": {"unit": "W"}}
    talk.start(meterValue=[energy(1000, now), energy(9000, now, **power)])
    talk.event(meterValue=[energy(1.1, now + 1, unitOfMeasure={"unit": "kWh"})])
    talk.event(meterValue=[energy(11, now + 1, unitOfMeasure={"unit": "Wh", "multiplier": 2})])
    talk.event(meterValue=[energy(400, now + 2, phase="L1"), energy(0, now + 2, **power)])
    talk.event(meterValue=[energy(900, now - 9)])  # earlier
    talk.event(at=now + 9, meterValue=[energy(1300, now + 9), energy(1250, now + 6)])  # the newest first
    talk.event(meterValue=[energy(-5, now + 9, measurand="Energy.Active.Net")])
    talk.reconnect()
    talk.event(meterValue=[energy(0, now + 20)])
    talk.start(of="T2", idToken=OTHER, evse={"id": 2, "connectorId": 1}, meterValue=[energy(0, now + 20)])
    assert talk.broken() == []


@pytest.mark.parametrize(("late", "broken"), [(0, False), (0.9, False), (1, True), (-500, False)])
@pytest.mark.parametrize("kind", ["several", "one", "at the end"])
def test_samples_that_are_later_than_their_event(talk, late, broken, kind):
    talk.start()
    values = [energy(1000, talk.now - 3), energy(1001, talk.now + late)][0 if kind != "one" else 1 :]
    if kind == "at the end":
        talk.end(meterValue=values)
    else:
        talk.event(meterValue=values)
    assert ("samples-until-their-event" in talk.broken()) is (broken and kind == "several")


def reading(talk, value, **more):
    sample = {"timestamp": datetime.fromtimestamp(talk.now, UTC).isoformat(), "sampledValue": [{"value": value}]}
    talk.event(meterValue=[sample], **more)


@pytest.mark.parametrize(
    ("first", "second", "falls"),
    [(10.4, 10, False), (1.237, 1.23, False), (11, 10.7, False), (100, 99, True), (1.23, 1.22, True), (10.5, 9, True)],
)
def test_a_reading_that_is_rounded_otherwise(talk, first, second, falls):
    talk.start()
    reading(talk, first)
    reading(talk, second)
    assert talk.broken() == (["meter-register-does-not-fall"] if falls else [])


def test_the_meter_of_another_evse(talk):
    talk.start()
    reading(talk, 100)
    talk.event(trigger="EVCommunicationLost", chargingState="Idle")
    reading(talk, 5, trigger="CablePluggedIn", evse={"id": 2, "connectorId": 1}, chargingState="EVConnected")
    assert talk.broken() == []
