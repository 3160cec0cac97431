"""A charge point that tells of its transactions (1.6), for the tests of the rules about them."""

from datetime import UTC, datetime

from dialogue import about
from ocpp_proof.rules.common.clock import Clock
from ocpp_proof.rules.ocpp16.connectors import Connectors
from ocpp_proof.rules.ocpp16.transactions import Transactions

__all__ = ["CONNECTORS", "INFO", "Dialogue", "at", "start", "status", "stop", "talk_to_one", "values"]

Dialogue = about(Transactions, Connectors, Clock)

CONNECTORS = {"configurationKey": [{"key": "NumberOfConnectors", "readonly": True, "value": "1"}]}
INFO = {"status": "Accepted"}


def at(talk, plus=0.0):
    return datetime.fromtimestamp(talk.now + plus, UTC).isoformat()


def talk_to_one(**options):
    """A charge point with one connector, whose clock is set, and of which nothing from before runs."""
    talk = Dialogue("1.6", **options)
    talk.station("Heartbeat", {"currentTime": at(talk)})
    talk.csms("GetConfiguration", CONNECTORS, key=["NumberOfConnectors"])
    status(talk, "Available")
    talk.later(5)
    return talk


def status(talk, name):
    talk.station("StatusNotification", {}, connectorId=1, errorCode="NoError", status=name, timestamp=at(talk))


def start(talk, number=7, *, answer=None, info=INFO, connector=1, tag="TAG", meter=1000, timestamp=None, told=True):
    answer = {"transactionId": number, "idTagInfo": info} if answer is None else answer
    timestamp = timestamp or at(talk)
    talk.station("StartTransaction", answer, connectorId=connector, idTag=tag, meterStart=meter, timestamp=timestamp)
    if not talk.slow and told:
        status(talk, "Charging")  # it has gone on at once, and so has the answer
    talk.later(5)


def stop(talk, number=7, *, answer=None, meter=1000, timestamp=None, **more):
    timestamp = timestamp or at(talk)
    answer = {} if answer is None else answer
    talk.station("StopTransaction", answer, transactionId=number, meterStop=meter, timestamp=timestamp, **more)
    status(talk, "Finishing")
    talk.later(5)


def values(talk, number=None, *, connector=1, timestamp=None):
    value = {"timestamp": timestamp or at(talk), "sampledValue": [{"value": "5"}]}
    more = {} if number is None else {"transactionId": number}
    talk.station("MeterValues", {}, connectorId=connector, meterValue=[value], **more)
    talk.later(5)
