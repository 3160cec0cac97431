"""The order in which the doctor looks: the file, the keys, the product, the drivers, and what all that suffices for."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses

from ...cases.declaration import Case, case_ids, catalog, profile_names
from ...cases.errors import ConfigurationError
from ...cases.evidence import CaseRun, running
from ...run.bench import Bench
from ...run.official_list import official_cases
from ...run.security_profiles import check_security_profiles
from ...source.cases import find_cases
from ...sut.config import VERSIONS, SutConfig, load
from ...sut.known import check_known
from ...sut.pics import check_features, check_profiles
from .csms import examine_csms, say_how_many_at_once, try_wrong_password
from .drivers import drivers_reached, try_csms_drivers, try_station_drivers
from .file import examine_file
from .pki import examine_pki
from .report import Report
from .station import examine_station
from .verbs import tell_verbs

__all__ = ["doctor"]

_PATIENCE = 20.0
"""Seconds for a message, whatever sut.toml grants the cases."""
_TO_CONNECT = 120.0
"""Seconds that a station has to connect where --wait does not say: stations back off for a minute and longer."""


def doctor(options: argparse.Namespace) -> int:
    """Check the file, the PKI, the connection, one boot, the claims and the drivers; 1 when something is wrong."""
    config = load(options.sut)
    check_features(config.features, config.versions, config.role, str(options.sut))
    check_profiles(config.profiles, profile_names(), str(options.sut))
    check_known(config.known, case_ids(), config.versions, str(options.sut))
    for version in config.versions:
        check_security_profiles(config, version, str(options.sut))
    ocpp = options.ocpp or config.versions[0]
    if ocpp not in VERSIONS:
        raise ConfigurationError(f"--ocpp must be one of {', '.join(VERSIONS)}, not {ocpp!r}")
    profile = config.connection.security_profile if options.security_profile is None else options.security_profile
    product = "CSMS" if config.role == "csms" else config.role
    print(f"{options.sut}: {config.name} ({product}), OCPP {ocpp}, security profile {profile}")
    report = Report()
    examine_file(config, ocpp, profile, report)
    if examine_pki(config, profile, report):
        short = dataclasses.replace(
            config.timing,
            message=min(config.timing.message, _PATIENCE),
            event=min(config.timing.event, _PATIENCE),
            long=min(config.timing.long, _PATIENCE),
        )
        wait = options.wait
        if wait is None:
            wait = 0.0 if config.role == "csms" else min(config.timing.long, _TO_CONNECT)
        patient = options.wait is not None
        short_config = dataclasses.replace(config, timing=short)
        asyncio.run(_examine(short_config, ocpp, profile, report, wait=wait, patient=patient))
    _what_applies(config, ocpp, report)
    things = "1 thing" if report.wrong == 1 else f"{report.wrong} things"
    print(f"{things} to mend before a run" if report.wrong else "nothing wrong was found")
    return 1 if report.wrong else 0


async def _examine(config: SutConfig, ocpp: str, profile: int, report: Report, *, wait: float, patient: bool) -> None:
    try:
        bench = Bench(config, ocpp=ocpp, security_profile=profile)
    except ConfigurationError as error:
        report.bad(str(error))
        return
    try:
        await bench.start()
    except ConfigurationError as error:
        report.bad(str(error))
        await bench.stop()
        return
    run = CaseRun(bench.results.of(_no_case(bench), parameters={}, nodeid="doctor"))
    try:
        with running(run):
            if config.role == "csms":
                await _csms(bench, run, report, wait)
            else:
                await _station(bench, run, report, wait, patient=patient)
        tell_verbs(bench, report)
    finally:
        await bench.stop()


async def _station(bench: Bench, run: CaseRun, report: Report, wait: float, *, patient: bool) -> None:
    csms = bench.csms
    assert csms is not None
    csms.begin(run)
    await examine_station(bench, report, wait=wait, patient=patient)
    await try_station_drivers(bench, report)
    csms.end()


async def _csms(bench: Bench, run: CaseRun, report: Report, wait: float) -> None:
    connection = bench.config.connection
    station = bench.station((connection.identities or (connection.pattern.format(n=1),))[0])
    station.begin(run)
    let_in = await examine_csms(bench, station, report, wait=wait)
    if let_in:
        await try_csms_drivers(bench, station, report)
    else:
        for driver in await drivers_reached(bench, report):
            report.untried(f"{driver.name}: a request would have no station to go to")
    if station.connected:
        await station.close()
    if let_in:
        say_how_many_at_once(bench, report)
        if bench.security_profile in (1, 2):
            await try_wrong_password(station, report)
    station.end()


def _no_case(bench: Bench) -> Case:
    return Case("doctor", bench.config.role, (bench.ocpp,), "doctor", "", {})


def _what_applies(config: SutConfig, ocpp: str, report: Report) -> None:
    """How many official cases there are for what is claimed."""
    have = {s.id for s in find_cases()}
    official = official_cases(config, ocpp)
    applies = [c for c in official if c.applies]
    here = [c for c in applies if c.id in have]
    report.note(f"{len(applies)} of {len(official)} official cases apply; {len(here)} of them are in this release")
    if config.role == "csms" and "valid" not in config.token_plans and "reference" not in config.drivers:
        report.note(
            "values.tokens.valid is not set: what needs a token that may charge is inconclusive, unless a driver can "
            "add_token"
        )
    if not config.features_given and ocpp != "1.6":
        report.note("no [features] table: every conditional case counts as not applicable")
    if not any(v for (_, v) in catalog() if v == ocpp):
        report.bad(f"the catalog has no cases for OCPP {ocpp}")
