"""A station that is given another password has its old one when the case ends, or is let in with what it has."""

import contextlib
from types import SimpleNamespace

import pytest
import runner
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.cases.timing import Timing
from ocpp_proof.roles.csms import HandshakePolicy
from ocpp_proof.roles.handshakes import Handshake
from ocpp_reports.model import CaseResult, StepRecord, Verdict
from ocpp_testcases.common.station_password import password_changed

OLD, NEW = "the-old-password-16", "the-new-password-16"


@pytest.mark.parametrize(("ocpp", "select"), [("1.6", "TC_073_CS or TC_085_CS"), ("2.0.1", "TC_A_09_CS or TC_A_01_CS")])
def test_a_station_that_takes_nothing_before_it_has_booted_on_its_new_connection(ocpp, select):
    config = runner.config("station", freedoms=("boots-at-every-connection",))
    results, _, problems = runner.run(config, ocpp, 1, select=select)
    assert {r.id: (r.verdict, r.reason) for r in results} == {r.id: (Verdict.PASS, "") for r in results}
    assert len(results) == 2
    assert not problems


async def done(*_):
    """Whatever is waited for is there."""


async def taken_back(*answers, comes_with):
    """What the harness lets in after the undo, of a station that gives these answers and has come with a password."""
    given = iter(answers)
    csms = SimpleNamespace(
        ocpp="2.0.1",
        timing=Timing(),
        handshake_policy=HandshakePolicy("CS001", 1, password=OLD),
        handshakes=[],
        connections=[],
        connected=True,
        answering_handshakes=lambda _: contextlib.nullcontext(),
        wait_until=done,
        wait_until_quiet=done,
    )

    async def change(_):
        return next(given)

    run = CaseRun(CaseResult("TC_1", "t", "2.0.1", 1, "station", "s", scenario=StepRecord("scenario", kind="root")))
    with running(run):
        await password_changed(csms, NEW, change)
    assert csms.handshake_policy.password == NEW
    csms.handshakes.append(Handshake(0, "CS001", user="CS001", password=comes_with, accepted=True))
    ((_, undo),) = run.undo
    error = None
    try:
        await undo()
    except Inconclusive as known:
        error = str(known)
    return csms.handshake_policy.password, error


@pytest.mark.asyncio
async def test_it_is_let_in_with_what_it_has():
    assert await taken_back("Accepted", "Accepted", comes_with=NEW) == (OLD, None)
    assert await taken_back("Rejected", comes_with=OLD) == (OLD, None)
    refused = "the station answers Rejected to its old password"
    assert await taken_back("Accepted", "Rejected", comes_with=NEW) == (NEW, refused)
    assert await taken_back("Accepted", "Rejected", comes_with=OLD) == (OLD, refused)
