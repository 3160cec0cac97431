"""1.6: what a meter shows does not fall."""

import pytest
from dialogue import about
from ocpp_proof.rules.ocpp16.registers import Registers
from test_registration import boot
from test_transactions import at

Dialogue = about(Registers)


def value(talk, text, plus=0.0, **more):
    return {"timestamp": at(talk, plus), "sampledValue": [{"value": text, **more}]}


def told(*readings, number=7, **more):
    talk = Dialogue("1.6")
    for reading in readings:
        talk.station("MeterValues", {}, connectorId=1, transactionId=number, meterValue=[value(talk, reading, **more)])
        talk.later(5)
    return talk.found()


@pytest.mark.parametrize(
    ("readings", "more", "falls"),
    [
        (("10", "10", "11"), {}, False),
        (("10", "8"), {}, True),
        (("1.2", "0.9"), {"unit": "kWh"}, True),
        (("1.20", "1.19"), {"unit": "kWh"}, False),  # rounded
        (("10", "8"), {"measurand": "Power.Active.Import"}, False),
        (("10", "8"), {"measurand": "Energy.Active.Import.Interval"}, False),
        (("10", "8"), {"format": "SignedData"}, False),
        (("10", "nothing"), {}, False),
        (("1e3", "10"), {}, True),
    ],
)
def test_readings(readings, more, falls):
    assert told(*readings, **more) == (["register-falls"] if falls else [])


def test_no_transaction_no_order():
    assert told("10", "5", number=-1) == []


def test_what_comes_late_or_by_a_clock_that_was_set_back():
    talk = Dialogue("1.6")
    for text, plus in (("10", 0), ("8", -60), ("11", 0)):
        talk.station("MeterValues", {}, connectorId=1, transactionId=7, meterValue=[value(talk, text, plus)])
    assert talk.found() == []


def test_what_begins_anew():
    talk = Dialogue("1.6")
    talk.later(60)
    for begin in (
        lambda: talk.station("StartTransaction", None, connectorId=1, idTag="T", meterStart=0, timestamp=at(talk)),
        lambda: boot(talk),
    ):
        talk.station("MeterValues", {}, connectorId=1, transactionId=7, meterValue=[value(talk, "10")])
        begin()
        talk.later(5)
        talk.station("MeterValues", {}, connectorId=1, transactionId=7, meterValue=[value(talk, "5")])
        talk.later(5)
    assert talk.found() == []


def test_the_values_of_a_stop():
    talk = Dialogue("1.6")
    data = [value(talk, "10"), value(talk, "8", 5)]
    talk.station("StopTransaction", {}, transactionId=7, meterStop=9, timestamp=at(talk), transactionData=data)
    assert talk.found() == ["register-falls"]
    talk.station("StopTransaction", {}, transactionId=8, meterStop=9, timestamp=at(talk), transactionData=data[::-1])
    assert talk.found() == []
