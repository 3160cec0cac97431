"""Which refusals a station that the harness plays gets over by waiting, and how long it stays away."""

import asyncio
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.back_off import refused_for_now
from ocpp_proof.roles.station import Credentials, Station
from ocpp_reports.model import CaseResult, Verdict
from ocpp_testcases.edge.states.raw_connection import reply_to


@pytest.mark.parametrize(
    ("status", "at_first", "later"),
    [
        (401, False, False),
        (403, False, True),
        (404, False, False),
        (409, False, True),
        (429, True, True),
        (500, False, False),
        (503, True, True),
    ],
)
def test_only_who_came_before_may_seem_to_be_connected_already(status, at_first, later):
    refusal = ConnectionRefused("no", phase="handshake", status=status)
    assert refused_for_now(refusal, came_before=False) is at_first
    assert refused_for_now(refusal, came_before=True) is later


def test_a_first_connection_that_is_closed_at_once_is_refused():
    assert not refused_for_now(None, came_before=False)
    assert refused_for_now(None, came_before=True)


def test_who_is_hung_up_on_may_come_again_unless_it_did_something_before():
    assert refused_for_now(ConnectionRefused("connection lost", phase="handshake"), came_before=False)
    assert not refused_for_now(ConnectionRefused("connection lost", phase="handshake"), came_before=True)
    assert not refused_for_now(ConnectionRefused("nobody listens", phase="tcp"), came_before=False)


def test_a_certificate_is_not_refused_for_now():
    refusal = ConnectionRefused("unknown authority", phase="tls", tls_alert="unknown_ca")
    assert not refused_for_now(refusal, came_before=True)


class Refused(Station):
    """A station of which each attempt ends as the next of `answers` says; the last one stays. 101: it is let in."""

    def __init__(self, *answers):
        super().__init__(
            ocpp="2.0.1", timing=Timing(quiet=0.01, event=0.2), url="ws://nowhere", credentials=Credentials("A")
        )
        self.answers_left = list(answers)

    async def dial(self, **_):
        status = self.answers_left.pop(0) if len(self.answers_left) > 1 else self.answers_left[0]
        self.refusal = None if status == 101 else ConnectionRefused("no", phase="handshake", status=status)
        if self.refusal is not None:
            raise self.refusal
        self.connections.append(SimpleNamespace(is_open=True, close=lambda: None))
        return self.connections[-1]

    async def outcome_of(self, *_, **__):
        return None


async def refused(station):
    run = CaseRun(CaseResult("X_TEST_01", "wrong", "2.0.1", 1, "csms", "a CSMS"))
    with running(run):
        station.begin(run)
        await station.expect_refused(requirement="survival", credentials=Credentials("A"), what="a wrong password")
    run.settle(None)
    return run.result.verdict


@pytest.mark.asyncio
async def test_come_later_is_no_refusal_of_what_is_wrong():
    assert await refused(Refused(429, 503, 101)) is Verdict.FAIL
    assert await refused(Refused(429, 401)) is Verdict.PASS
    with pytest.raises(Inconclusive, match="whether a wrong password would be let in cannot be told"):
        await refused(Refused(429))


@pytest.mark.asyncio
async def test_a_request_that_is_to_come_later_does(unused_tcp_port):
    answers = [429, 503, 426]

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {answers.pop(0)} As It Is\r\n\r\n".encode())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", unused_tcp_port):
        station = Refused(101)
        station.url = f"ws://127.0.0.1:{unused_tcp_port}"
        assert (await reply_to(station, b"GET / HTTP/1.1\r\n\r\n")).status == 426
