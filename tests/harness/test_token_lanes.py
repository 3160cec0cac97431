"""Cases that run at the same time have tokens of their own: a pattern, a list, or what a driver puts on the books."""

import asyncio
import dataclasses
import sys
from pathlib import Path

import pytest
from ocpp_proof.cases.errors import ConfigurationError, DriverError
from ocpp_proof.run.token_lanes import TokenLanes
from ocpp_proof.sut.config import load, parse
from ocpp_proof.sut.drivers import Unsupported
from ocpp_reports.model import Verdict

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))
import runner

CSMS = {"sut": {"role": "csms", "ocpp": ["1.6"]}, "connection": {"url": "ws://127.0.0.1:1/ocpp"}}
FREEDOM = "one-transaction-for-a-token"


def config(tokens):
    return parse(CSMS | {"values": {"tokens": tokens}}, where="sut.toml", folder=Path())


def lanes(tokens, *, most=64):
    return TokenLanes(config(tokens), most=most, seed=1)


class Books:
    """A driver that can put tokens on the books, or not."""

    name = "webhook"

    def __init__(self, error=None):
        self.error, self.jobs = error, []

    async def do(self, job):
        self.jobs.append(job)
        if self.error is not None:
            raise self.error


def test_a_pattern_has_a_token_for_each_lane():
    made = lanes({"valid": {"idToken": "PROOF{n:03}", "type": "Central"}, "blocked": "B"})
    found = [asyncio.run(made.tokens(lane, [])) for lane in (1, 2)]
    assert [tokens["valid"] for tokens in found] == [{"idToken": f"PROOF00{n}", "type": "Central"} for n in (1, 2)]
    assert made.count == 64
    assert made.shared() == {"blocked"}
    assert len(made.all_tokens()) == 65


def test_a_list_limits_how_many_run_at_once():
    made = lanes({"valid": ["A", "B", "C"], "second": ["D", "E"]})
    assert made.count == 2
    assert [made.take(), made.take()] == [1, 2]
    made.give_back(1)
    assert made.take() == 1
    assert asyncio.run(made.tokens(2, []))["second"]["idToken"] == "E"
    assert made.shared() == frozenset()


def test_one_token_is_shared_where_several_run():
    assert lanes({"valid": "A"}).shared() == {"valid"}
    assert lanes({"valid": "A"}, most=1).shared() == frozenset()


def test_a_driver_puts_tokens_on_the_books():
    made, books = lanes({"blocked": "B"}), Books()
    first, again, other = (asyncio.run(made.tokens(lane, [books])) for lane in (1, 1, 2))
    assert first == again
    assert first["valid"] != first["second"]
    assert first["valid"] != other["valid"]
    told = [(job.verb, job.arguments["idToken"], job.arguments["status"]) for job in books.jobs]
    known = [tokens[name]["idToken"] for tokens in (first, other) for name in ("valid", "second")]
    assert told == [("add_token", id_token, "Accepted") for id_token in known]


@pytest.mark.parametrize("error", [Unsupported("add_token"), DriverError("no")])
def test_a_driver_that_cannot_leaves_them_to_sut_toml(error):
    made, books = lanes({"blocked": "B"}), Books(error)
    assert asyncio.run(made.tokens(1, [books])) == {"blocked": {"idToken": "B"}}
    asyncio.run(made.tokens(2, [books]))
    assert len(books.jobs) == (1 if isinstance(error, Unsupported) else 4)


@pytest.mark.parametrize(
    ("value", "text"),
    [("X{n:q}", "is not a pattern such as"), ([], "is an empty list"), ([{"id": "x"}], "must be")],
)
def test_what_is_no_token_is_said(value, text):
    with pytest.raises(ConfigurationError, match=text):
        config({"valid": value})


def test_a_token_in_use_elsewhere_is_no_fault_of_the_csms(tmp_path):
    """What a CSMS with this freedom answers depends on what runs beside a case: only tokens of their own tell."""
    sut = runner.config("csms", freedoms=(FREEDOM,))
    select = "TC_003_CSMS or TC_004_1_CSMS or TC_010_CSMS"
    results, _, _ = runner.run(sut, "1.6", 0, select=select)
    assert {r.verdict for r in results} == {Verdict.PASS}
    text = (runner.EXAMPLES / "reference-csms.toml").read_text("utf-8")
    file = tmp_path / "sut.toml"
    file.write_text(text.replace("04A1B2C3D4{n:04X}", "04A1B2C3D4E5F6"), encoding="utf-8")
    shared = dataclasses.replace(load(file), driver_options=sut.driver_options)
    results, _, _ = runner.run(shared, "1.6", 0, select=select)
    assert {r.verdict for r in results} == {Verdict.PASS, Verdict.INCONCLUSIVE}
    assert all("PROOF{n:03}" in r.reason for r in results if r.verdict is Verdict.INCONCLUSIVE)
