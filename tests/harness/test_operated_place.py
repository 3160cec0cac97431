"""1.6 numbers connectors through the whole charge point: what operates it is told that number, as EVSE too."""

import dataclasses
from pathlib import Path

import ocpp_fixtures
import pytest
from ocpp_proof.cases.evidence import CaseRun, running
from ocpp_proof.sut.config import load
from ocpp_proof.sut.sut import Sut
from ocpp_reports.model import CaseResult, StepRecord

pytestmark = pytest.mark.asyncio
EXAMPLE = Path(ocpp_fixtures.__file__).parent / "examples" / "reference-station.toml"


class Driver:
    name = "recorder"

    def __init__(self):
        self.told = []

    async def do(self, job):
        self.told.append((job.verb, job.arguments.get("evseId"), job.arguments.get("connectorId")))


async def told(ocpp, **values):
    driver, config = Driver(), load(EXAMPLE)
    config = dataclasses.replace(config, values={**config.values, **values})
    sut = Sut(config, ocpp=ocpp, security_profile=0, identity="CS", drivers=[driver], seed="1", case="TC_1")
    run = CaseRun(CaseResult("TC_1", "t", ocpp, 0, "station", "s", scenario=StepRecord("scenario", kind="root")))
    with running(run):
        await sut.plug_in()
        await sut.plug_in(2)
        await sut.unplug(connectorId=2)
        await sut.present_token(sut.tokens.valid)
        await sut.fault(0, 0)
    return driver.told


async def test_a_connector_of_1_6_is_its_number():
    assert await told("1.6", connector=3) == [
        ("plug_in", 3, 3),
        ("plug_in", 2, 2),
        ("unplug", 2, 2),
        ("present_token", 3, 3),
        ("fault", 0, 0),
    ]


async def test_a_connector_of_2_x_is_one_of_its_evse():
    assert await told("2.0.1", evse=3, connector=1) == [
        ("plug_in", 3, 1),
        ("plug_in", 2, 1),
        ("unplug", 3, 2),
        ("present_token", 3, 1),
        ("fault", 0, 0),
    ]
