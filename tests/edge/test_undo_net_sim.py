"""What the states of NET and SIM take back when a case ends: an undo that failed does not succeed at the retry."""

import asyncio
from types import SimpleNamespace

import pytest
import runner
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.roles.message import Answer, ErrorAnswer, Message, Payload
from ocpp_reports.model import CaseResult
from ocpp_testcases.edge.sim import test_charging
from ocpp_testcases.edge.states.charging_session import StartedSession
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.station_fleet import StationFleet
from ocpp_testcases.edge.states.transaction_messages import Transaction

REFUSED = ErrorAnswer()
REFUSED.error, REFUSED.description = "InternalError", ""
TAKEN = Answer({"status": "Accepted"})


class Sut(SimpleNamespace):
    """What the states ask of a SUT."""

    def __init__(self, ocpp):
        super().__init__(
            ocpp=ocpp, evseId=1, connectorId=1, unplugged=0, fails=False, tokens=SimpleNamespace(valid=token())
        )

    def text(self, length):
        return "x" * length

    def number(self):
        return 7

    async def unplug(self, *_):
        if self.fails:
            raise RuntimeError("the driver does not act")
        self.unplugged += 1


def token():
    return SimpleNamespace(idToken="T1", payload={"idToken": "T1", "type": "ISO14443"})


class Peer(SimpleNamespace):
    """One end of the wire without a wire: what it sent, and what it answers."""

    def __init__(self, *answers):
        super().__init__(
            connected=True,
            timing=SimpleNamespace(long=1.0, event=1.0),
            sent=[],
            answers=list(answers),
            inbox=[],
        )

    async def attempt(self, action, **payload):
        self.sent.append((action, payload))
        return self.answers.pop(0) if self.answers else TAKEN

    def answer(self, action, reply, **where):
        """What a CSMS is told that asks by itself; nobody asks here."""

    async def wait_until(self, condition, *_):
        return condition()

    def match_from_now_on(self):
        pass

    def received(self, action, **_):
        return [m for m in self.inbox if m.action == action]

    def hears(self, action, payload, answer=None):
        self.inbox.append(Message(action, Payload(payload), "id", len(self.inbox), 0.0, 0, [], answer))


@pytest.fixture
def case_run():
    run = CaseRun(CaseResult("X", "", "2.0.1", 0, "csms", ""))
    with running(run):
        yield run


def test_a_fleet_tries_again_what_failed(case_run):
    done = []

    async def failing():
        done.append("tried")
        if len(done) == 1:
            raise RuntimeError("the connection is gone")

    case_run.undo.append(("End it", failing))
    fleet = object.__new__(StationFleet)
    fleet.members = [SimpleNamespace(run=case_run)]
    with pytest.raises(Inconclusive):
        asyncio.run(fleet.take_back())
    asyncio.run(fleet.take_back())
    asyncio.run(fleet.take_back())
    assert done == ["tried", "tried"]


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1"])
def test_an_end_that_the_csms_refuses_is_not_taken_for_one(case_run, ocpp):
    station = Peer(REFUSED, TAKEN)
    tx = Transaction(station, Sut(ocpp))
    tx.message("Started")
    if ocpp == "1.6":
        tx.note(Answer({"transactionId": 5}))
    with pytest.raises(Inconclusive, match="InternalError"):
        asyncio.run(tx.end())
    asyncio.run(tx.end())
    asyncio.run(tx.end())
    assert len(station.sent) == 2


def test_each_id_that_a_transaction_was_given_is_ended(case_run):
    station = Peer(TAKEN, REFUSED)
    tx = Transaction(station, Sut("1.6"))
    tx.message("Started")
    for number in (5, 6):
        tx.note(Answer({"transactionId": number}))
    with pytest.raises(Inconclusive):
        asyncio.run(tx.end())
    asyncio.run(tx.end())
    assert [payload["transactionId"] for _, payload in station.sent] == [5, 6, 6]


def started(ocpp, csms):
    """The station tells of the start of transaction 5 here."""
    if ocpp == "1.6":
        csms.hears("StartTransaction", {"connectorId": 1, "timestamp": "t", "idTag": "t1"}, {"transactionId": 5})
    else:
        csms.hears("TransactionEvent", {"eventType": "Started", "transactionInfo": {"transactionId": 5}})


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_a_session_whose_cable_is_out_is_stopped_all_the_same(case_run, ocpp):
    csms = Peer(REFUSED, TAKEN)
    session = StartedSession(csms, Sut(ocpp))
    started(ocpp, csms)
    with pytest.raises(Inconclusive, match="InternalError"):
        asyncio.run(session.end())
    csms.inbox.clear()  # as it is for a retry after the case
    asyncio.run(session.end())
    asyncio.run(session.end())
    assert [payload for _, payload in csms.sent] == [{"transactionId": 5}] * 2


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_a_session_that_has_ended_is_not_stopped(case_run, ocpp):
    csms = Peer()
    session = StartedSession(csms, Sut(ocpp))
    started(ocpp, csms)
    if ocpp == "1.6":
        csms.hears("StopTransaction", {"transactionId": 5})
    else:
        csms.hears("TransactionEvent", {"eventType": "Ended", "transactionInfo": {"transactionId": 5}})
    asyncio.run(session.end())
    assert not csms.sent


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_a_cable_that_could_not_be_taken_out_is_still_in(case_run, ocpp):
    sut = Sut(ocpp)
    session = RemotelyStartedSession(Peer(), sut, token())
    session.plugged = sut.fails = True
    with pytest.raises(RuntimeError):
        asyncio.run(session.end())
    sut.fails = False
    asyncio.run(session.end())
    assert sut.unplugged == 1


def test_a_remote_stop_that_fails_is_told(case_run):
    csms = Peer(REFUSED)
    session = RemotelyStartedSession(csms, Sut("1.6"), token())
    started("1.6", csms)
    with pytest.raises(Inconclusive, match="InternalError"):
        asyncio.run(session.end())


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_a_profile_is_cleared_where_the_case_ends_early(ocpp, monkeypatch):
    left, judge = [], test_charging.check

    def stumbling(requirement, *arguments, **named):
        if requirement == "profile answered":
            raise RuntimeError("the case ends here")
        return judge(requirement, *arguments, **named)

    def cleared(csms, sut, id, *, clear=test_charging.profile_cleared):
        left.append(id)
        return clear(csms, sut, id)

    monkeypatch.setattr(test_charging, "check", stumbling)
    monkeypatch.setattr(test_charging, "profile_cleared", cleared)
    _, _, problems = runner.run(runner.config("station"), ocpp, 0, select="X_SIM_08_CS")
    assert len(left) == 3  # the one that ended early cleared it once, the other one twice
    assert not problems
