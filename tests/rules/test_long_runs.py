"""What rules keep in mind does not grow with the length of a run."""

from dialogue import START, about
from ocpp_proof.rules.ocpp16.transactions import Transactions
from test_csms_answers import boot, time


def test_stops_whose_answers_are_never_known_to_arrive():
    talk = about(Transactions)("1.6")
    boot(talk)
    for number in range(1, 200):
        start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": time(talk.now - START)}
        talk.station("StartTransaction", {"transactionId": number, "idTagInfo": {"status": "Accepted"}}, **start)
        talk.later(5)
        stop = {"transactionId": number, "meterStop": 0, "timestamp": time(talk.now - START)}
        talk.station("StopTransaction", {}, **stop)
        talk.later(5)
    assert talk.found() == []
    assert len(talk.judge._subjects[0].running._stops) <= 51
