"""What a station says of itself, read before its file is written."""

from __future__ import annotations

import asyncio
import dataclasses
import tomllib
from pathlib import Path

from ...cases.declaration import Case
from ...cases.errors import ConfigurationError, OcppProofError
from ...cases.evidence import CaseRun, running
from ...run.bench import Bench
from ...sut.config import SutConfig, parse
from ..doctor.claims import nameplate_of, told_features, told_profiles
from ..doctor.report import Report
from ..doctor.station import station_connected
from .answers import Answers
from .sut_file import sut_file

__all__ = ["read_station"]

_PATIENCE = 20.0
_TO_CONNECT = 120.0


def read_station(answers: Answers, file: Path) -> dict[str, bool]:
    """Wait for the station; takes over its nameplate, and returns the profiles and features that it says it has or not.

    What goes wrong is printed: the questions go on without it.
    """
    try:
        data = tomllib.loads(sut_file(dataclasses.replace(answers, driver="manual", driver_lines=[])))
        config = parse(data, where=str(file), folder=file.resolve().parent)
        return asyncio.run(_read(config, answers))
    except (OcppProofError, AssertionError) as error:
        print(f"  it could not be read: {error}")
        return {}


async def _read(config: SutConfig, answers: Answers) -> dict[str, bool]:
    short = dataclasses.replace(config.timing, message=_PATIENCE, event=_PATIENCE, long=_PATIENCE)
    ocpp = answers.versions[0]
    bench = Bench(dataclasses.replace(config, timing=short), ocpp=ocpp, security_profile=answers.security_profile)
    run = CaseRun(bench.results.of(Case("init", "station", (ocpp,), "init", "", {}), parameters={}, nodeid="init"))
    try:
        await bench.start()
        csms = bench.csms
        if csms is None:
            raise ConfigurationError("only a station can be read")
        with running(run):
            csms.begin(run)
            connected = await station_connected(
                csms, bench.config, Report(), wait=_TO_CONNECT, patient=False, adjustable=False
            )
            if not connected:
                return {}
            await csms.wait_until_quiet()
            for boot in csms.received("BootNotification"):
                for name, value in nameplate_of(boot.payload).items():
                    setattr(answers, name, value)
            return await told_profiles(csms) | await told_features(csms)
    finally:
        await bench.stop()
