"""What the cases of things that happen at once only warn of, and what they need of a bench."""

import contextlib
import dataclasses
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from ocpp_proof.roles.message import Message, Payload
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.identities import Identities
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.states.remote_start import open_transactions

sys.path.insert(0, str(Path(__file__).parents[1] / "matrix"))

import runner
from survey import SHORT


@pytest.mark.parametrize(
    ("sut", "ocpp", "defect", "case"),
    [
        ("station", "2.0.1", "second-call-dropped", "X_SIM_03_CS"),
        ("csms", "2.0.1", "second-call-dropped", "X_SIM_02_CSMS"),
        ("csms", "1.6", "calls-not-queued", "X_SIM_03_CSMS"),
        ("csms", "1.6", "transactions-keyed-by-id-alone", "X_SIM_06_CSMS"),
        ("csms", "1.6", "transaction-ids-repeated-under-load", "X_SIM_08_CSMS"),
        ("csms", "2.0.1", "connections-limited", "X_SIM_08_CSMS"),
    ],
)
def test_where_the_standard_is_silent_there_is_a_warning(sut, ocpp, defect, case):
    results, _, _ = runner.run(runner.config(sut, defects=(defect,), timing=SHORT), ocpp, 0, select=case)
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.WARN}
    assert [r for r in results if r.verdict is Verdict.WARN]


def few():
    config = runner.config("csms")
    return dataclasses.replace(
        config, connection=dataclasses.replace(config.connection, pattern="", identities=tuple("ABCDE"))
    )


def test_a_load_that_there_are_no_stations_for_is_inconclusive(monkeypatch):
    monkeypatch.delenv(runner.MOST_STATIONS, raising=False)
    results, _, problems = runner.run(few(), "2.0.1", 0, select="X_SIM_08_CSMS")
    assert [r.verdict for r in results] == [Verdict.INCONCLUSIVE] * 3
    assert all("connection.identities" in r.reason for r in results)
    assert not problems


def test_stations_that_the_csms_does_not_know_are_not_held_against_it(monkeypatch):
    @contextlib.contextmanager
    def strangers(self, count):
        yield [f"nobody knows {n}" for n in range(count)]

    monkeypatch.setattr(Identities, "lend", strangers)
    results, _, _ = runner.run(runner.config("csms"), "1.6", 0, select="X_SIM_08_CSMS")
    assert {r.verdict for r in results} == {Verdict.INCONCLUSIVE}
    assert all("connection.identities" in r.reason for r in results)


def test_the_wire_of_a_load_is_not_kept():
    results, _, _ = runner.run(runner.config("csms"), "1.6", 0, select="X_SIM_08_CSMS")
    assert {r.verdict for r in results} == {Verdict.PASS}
    assert all(len(r.wire) < 100 for r in results)
    assert all(len(list(r.checks())) < 100 for r in results)
    assert any("the slowest answer took" in str(record.data) for record in results[-1].wire)


@pytest.mark.asyncio
async def test_lent_identities_come_back():
    bench = Bench(few(), ocpp="2.0.1", security_profile=0)
    await bench.start()
    try:
        with bench.identities.lend(5) as names:
            assert sorted(names) == list("ABCDE")
        with bench.identities.lend(5) as again:
            assert sorted(again) == list("ABCDE")
    finally:
        await bench.stop()


def heard(*messages):
    """As much of a CSMS as is asked what it heard."""
    inbox = [
        Message(action, Payload(payload), "", n, 0.0, 0, answer=answer)
        for n, (action, payload, answer) in enumerate(messages)
    ]
    return SimpleNamespace(inbox=inbox)


def test_a_transaction_that_was_told_again_has_the_id_of_the_last_answer():
    start = {"connectorId": 1, "timestamp": "2026-01-01T00:00:00Z"}
    first, again = ("StartTransaction", start, None), ("StartTransaction", start, {"transactionId": 7})
    stop = ("StopTransaction", {"transactionId": 7}, {})
    assert open_transactions(heard(first, again), "1.6", before=1) == ["7"]
    assert open_transactions(heard(first, again, stop), "1.6", before=1) == []
    later = ("StartTransaction", {**start, "connectorId": 2}, {"transactionId": 8})
    assert open_transactions(heard(first, again, stop, later), "1.6", before=1) == []


def test_a_transaction_is_over_when_its_end_is_told():
    def event(kind, id):
        return "TransactionEvent", {"eventType": kind, "transactionInfo": {"transactionId": id}}, {}

    messages = [event("Started", "a"), event("Started", "b"), event("Ended", "a")]
    assert open_transactions(heard(*messages), "2.1", before=3) == ["b"]
    assert open_transactions(heard(*messages), "2.1", before=1) == []
