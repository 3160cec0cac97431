"""`ocpp-proof doctor`: says in seconds, in plain words, what is wrong with a bench before any case runs.

Most failures of conformance runs are configuration errors. Nothing here is a verdict on the SUT.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Collection

from ..cases.declaration import Case, case_ids, catalog, profile_names
from ..cases.errors import ConfigurationError, OcppProofError
from ..cases.evidence import CaseRun, running
from ..net.endpoint import ConnectionRefused
from ..roles.handshakes import common_name, rsa_only
from ..roles.station import Station
from ..run.bench import PARALLEL, Bench
from ..run.official_list import official_cases
from ..run.security_profiles import check_security_profiles
from ..source.cases import find_cases
from ..sut.config import SutConfig, load
from ..sut.drivers import Job, Unsupported
from ..sut.known import check_known
from ..sut.pics import check_features, check_profiles

__all__ = ["doctor"]

PATIENCE = 20.0


class _Report:
    def __init__(self) -> None:
        self.wrong = 0

    def fine(self, what: str) -> None:
        print(f"  ok     {what}")

    def note(self, what: str) -> None:
        print(f"  note   {what}")

    def bad(self, what: str) -> None:
        self.wrong += 1
        print(f"  WRONG  {what}")


def doctor(options: argparse.Namespace) -> int:
    """Check the file, the connection, the credentials, one boot and the drivers; 1 when something is wrong."""
    config = load(options.sut)
    check_features(config.features, config.versions, config.role, str(options.sut))
    check_profiles(config.profiles, profile_names(), str(options.sut))
    check_known(config.known, case_ids(), config.versions, str(options.sut))
    for version in config.versions:
        check_security_profiles(config, version, str(options.sut))
    ocpp = options.ocpp or config.versions[0]
    profile = config.connection.security_profile if options.security_profile is None else options.security_profile
    print(f"{options.sut}: {config.name} ({config.role}), OCPP {ocpp}, security profile {profile}")
    report = _Report()
    report.fine("the file can be read and has no unknown or contradictory key")
    short = dataclasses.replace(
        config.timing,
        message=min(config.timing.message, PATIENCE),
        event=min(config.timing.event, PATIENCE),
        long=min(config.timing.long, PATIENCE),
    )
    asyncio.run(_examine(dataclasses.replace(config, timing=short), ocpp, profile, report))
    _claims(config, ocpp, report)
    print("nothing wrong was found" if not report.wrong else f"{report.wrong} things to mend before a run")
    return 1 if report.wrong else 0


async def _examine(config: SutConfig, ocpp: str, profile: int, report: _Report) -> None:
    bench = Bench(config, ocpp=ocpp, security_profile=profile)
    try:
        await bench.start()
    except ConfigurationError as error:
        report.bad(str(error))
        await bench.stop()
        return
    try:
        if config.role == "csms":
            await _csms(bench, report)
        else:
            await _station(bench, report)
        await _drivers(bench, report)
    finally:
        await bench.stop()


async def _station(bench: Bench, report: _Report) -> None:
    csms = bench.csms
    assert csms is not None
    report.fine("the harness listens as CSMS")
    try:
        await csms.wait_until(lambda: csms.connected, bench.config.timing.long, "the station to connect")
    except TimeoutError:
        seen = csms.refusals() or "nothing tried to connect"
        report.bad(f"the station did not connect within {bench.config.timing.long:g} s: {seen}")
        if rsa_only(csms.handshakes):
            report.note(
                "it offers TLS_RSA suites only; the harness' authorities sign with ECDSA, and a station that cannot "
                "verify that needs a PKI of its own: connection.pki with RSA authorities"
            )
        return
    endpoint = csms.connection
    report.fine(
        f"the station connected with {endpoint.subprotocol}" + (f", {endpoint.tls.version}" if endpoint.tls else "")
    )
    await csms.wait_until_quiet()
    boots = [m for m in csms.inbox if m.action == "BootNotification"]
    if boots:
        report.fine(f"it booted: {dict(boots[0].payload)}")
        _product(bench.config, str(boots[0].payload), report)
        if bench.security_profile == 3:
            _serial_number(common_name(endpoint), csms.serial_numbers, report)
    else:
        report.note("it did not send a BootNotification (fine when it had booted before)")
    for message in csms.inbox:
        for finding in message.findings:
            report.bad(f"{message.action}: expected {finding.expected}, received {finding.received}")


def _serial_number(name: str, told: Collection[str], report: _Report) -> None:
    """Compare the commonName of the station's certificate with the serial number that it told when it booted."""
    serials = " or ".join(sorted(told))
    if not told:
        report.note(f"its BootNotification has no serial number; the commonName of its certificate is {name}")
    elif name in told:
        report.fine(f"the commonName of its certificate is its serial number, {name}")
    else:
        report.bad(
            f"the commonName of its certificate is {name!r}, its serial number {serials!r}, and A00.FR.511 wants the "
            f"serial number there: ocpp-proof certs DIR --station IDENTITY --serial {sorted(told)[0]}, and "
            f'[values] serial_number = "{sorted(told)[0]}"'
        )


def _product(config: SutConfig, text: str, report: _Report) -> None:
    for name in ("vendor", "model", "firmware"):
        value = getattr(config, name)
        if value and value not in text:
            report.note(f"sut.{name} = {value!r} is not what the station reports")


async def _csms(bench: Bench, report: _Report) -> None:
    identity = (bench.config.connection.identities or (bench.config.connection.pattern.format(n=1),))[0]
    station = bench.station(identity)
    try:
        endpoint = await station.dial()
    except ConnectionRefused as error:
        hints = {
            "tcp": "is the CSMS running, and is connection.url right?",
            "tls": "does connection.pki or ca hold the root of its certificate, and does the name match?",
            "handshake": f"does the CSMS know the station {identity!r}, and is connection.password right?",
        }
        report.bad(f"cannot connect to {bench.url}: {error}; {hints[error.phase]}")
        return
    report.fine(
        f"the CSMS let {identity} in" + (f" over {endpoint.tls.version}, {endpoint.tls.cipher}" if endpoint.tls else "")
    )
    if endpoint.subprotocol is None:
        report.bad("it did not select the subprotocol: it may not speak this version")
    run = CaseRun(bench.results.of(_no_case(bench), parameters={}, nodeid="doctor"))
    with running(run):
        station.begin(run)
        try:
            answer = await station.call("BootNotification", **station.nameplate.boot(bench.ocpp))
            (report.fine if answer.status == "Accepted" else report.note)(f"it answered a boot with {answer.status}")
        except (OcppProofError, AssertionError) as error:
            report.bad(f"a BootNotification went wrong: {error}")
        await station.close()
        _at_once(bench, report)
        if bench.security_profile in (1, 2):
            await _wrong_password(bench, station, report)


def _at_once(bench: Bench, report: _Report) -> None:
    """Say how many cases run at the same time, and what decides it."""
    asked = bench.config.values.get("parallel")
    given = "values.parallel" if asked is not None else f"values.parallel is not given: {PARALLEL} at most"
    if bench.parallel < (PARALLEL if asked is None else int(asked)):
        given += "; a list under [values.tokens] has no more tokens"
    report.note(
        f"{bench.parallel} cases run at the same time, each as a station of its own ({given}). A run lowers that where "
        "the CSMS does not keep up: it answers late, or sends stations away with 429 or 503"
    )


async def _wrong_password(bench: Bench, station: Station, report: _Report) -> None:
    wrong = dataclasses.replace(station.credentials, password="wrong-" + "x" * 12)
    how, _ = await station.try_connection(credentials=wrong)
    if how and station.refusal is None:
        report.note(
            f"a wrong password is {how}. Who has it refused before the upgrade (HTTP 401) tells the station why"
        )
    elif how:
        report.fine(f"a wrong password is refused ({how})")
    else:
        report.bad(
            "a wrong password is let in as well: credentials are not checked here (or a proxy in between does not)"
        )
        await station.close()


def _no_case(bench: Bench) -> Case:
    return Case("doctor", bench.config.role, (bench.ocpp,), "doctor", "", {})


async def _drivers(bench: Bench, report: _Report) -> None:
    if not bench.drivers:
        report.bad("no driver is named under [driver]")
    for driver in bench.drivers:
        if driver.name == "manual":
            report.note("manual: a person will be asked; in CI such cases are inconclusive")
            if bench.config.role == "station" and not bench.config.token_plans:
                report.note("manual: no card is named under [values.tokens]; a person is asked for none")
            continue
        probe: Callable[[], Awaitable[object]] = lambda d=driver: d.do(Job("no_such_verb", {}))  # type: ignore[misc]  # noqa: E731
        try:
            await probe()
        except Unsupported:
            report.fine(f"{driver.name}: a verb that does not exist is refused")
        except OcppProofError as error:
            report.fine(f"{driver.name}: a verb that does not exist is refused ({error})")
        else:
            report.bad(f"{driver.name}: says done to a verb that does not exist; its answers mean nothing")


def _claims(config: SutConfig, ocpp: str, report: _Report) -> None:
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
