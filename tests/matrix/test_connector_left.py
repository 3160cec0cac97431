"""A CSMS is told that a connector is free again when a case ends, also where its transaction ended, or never came."""

import json

import pytest
import runner
from ocpp_proof.sut.drivers.base import Unsupported
from ocpp_proof.sut.drivers.reference import Reference


def told_last(result):
    """The status of each connector that the station of a case has told last."""
    told = {}
    for record in result.wire:
        frame = json.loads(record.data) if (record.direction, record.kind) == ("out", "text") else []
        if frame[2:3] == ["StatusNotification"]:
            told[frame[3]["evseId"], frame[3]["connectorId"]] = frame[3]["connectorStatus"]
    return told


def run(select):
    results, _, problems = runner.run(runner.config("csms"), "2.1", 0, select=select)
    assert results
    assert not problems
    for result in results:
        assert set(told_last(result).values()) == {"Available"}, result.key
    return {str(result.verdict) for result in results}


@pytest.mark.parametrize("case", ["TC_E_01_CSMS", "TC_E_03_CSMS", "TC_E_15_CSMS", "TC_E_26_CSMS", "TC_F_24_CSMS"])
def test_it_is_free_again(case):
    assert run(case) == {"pass"}


def test_it_is_free_again_where_a_limit_cannot_be_set_after_all(monkeypatch):
    done = Reference.do

    async def do(self, job):
        if job.verb == "limit_transaction" and job.arguments["limit"]:
            raise Unsupported(job.verb)
        return await done(self, job)

    monkeypatch.setattr(Reference, "do", do)
    assert run("TC_E_110_CSMS") == {"inconclusive"}
