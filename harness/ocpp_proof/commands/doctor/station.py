"""A station under test: it connects, boots, and is what sut.toml says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC
from urllib.parse import urlsplit

from ...cases.errors import OcppProofError
from ...roles.csms import Csms
from ...roles.handshakes import common_name, rsa_only
from ...run.bench import Bench
from ...sut.config import SutConfig
from .claims import compare_features, compare_nameplate, compare_profiles
from .file import address_to_enter
from .refusals import refused_station
from .report import Report
from .times import compare_clocks, moment_of

__all__ = ["compare_serial_number", "examine_station", "station_connected"]

_SAID_EVERY = 10.0
"""Seconds after which it is said again what is waited for."""
_AFTER_A_REFUSAL = 20.0
"""Seconds that a station which was refused has for another attempt, where no other time was asked for."""


async def examine_station(bench: Bench, report: Report, *, wait: float, patient: bool) -> bool:
    """Wait for the station and look at what it says; False where it did not come. `patient`: all of `wait` is used."""
    csms = bench.csms
    assert csms is not None
    report.fine("the harness listens as CSMS")
    if not await station_connected(csms, bench.config, report, wait=wait, patient=patient):
        return False
    endpoint = csms.connection
    report.fine(
        f"the station connected with {endpoint.subprotocol}" + (f", {endpoint.tls.version}" if endpoint.tls else "")
    )
    _path(csms, bench.config, report)
    await csms.wait_until_quiet()
    boots = csms.received("BootNotification")
    if boots:
        compare_nameplate(bench.config, boots[0].payload, report)
        if bench.security_profile == 3:
            compare_serial_number(common_name(endpoint), csms.serial_numbers, report)
    else:
        report.untried(
            "sut.vendor, sut.model, sut.firmware: it did not send a BootNotification (fine when it had booted before; "
            "restart it, and they are compared)"
        )
    await _clock(csms, bench.config, report)
    broken = dict.fromkeys(
        f"{message.action}: expected {finding.expected}, received {finding.received}"
        for message in csms.inbox
        for finding in message.findings
    )
    for text in broken:
        report.note(f"the station breaks OCPP already, which the run will judge: {text}")
    await compare_profiles(bench.config, csms, report)
    await compare_features(bench.config, csms, report)
    return True


async def station_connected(
    csms: Csms, config: SutConfig, report: Report, *, wait: float, patient: bool, adjustable: bool = True
) -> bool:
    """Wait until the station is connected, and say meanwhile what is waited for; says why where it does not come.

    `adjustable`: the command has the option --wait.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    until = began + wait
    if not csms.connected and "reference" not in config.drivers:
        option = " (--wait SECONDS)" if adjustable else ""
        report.waiting(f"the station has {wait:g} s to connect to {address_to_enter(config)}{option}")
    while not csms.connected and (left := until - loop.time()) > 0:
        attempts = len(csms.handshakes)
        with suppress(TimeoutError):
            await csms.wait_until(
                lambda before=attempts: csms.connected or len(csms.handshakes) > before,  # type: ignore[misc]
                min(left, _SAID_EVERY),
                "the station to connect",
            )
        if not patient and len(csms.handshakes) > attempts == 0:
            until = min(until, loop.time() + _AFTER_A_REFUSAL)
        if not csms.connected and until > loop.time():
            report.waiting(f"{loop.time() - began:.0f} s: {csms.refusals() or 'nothing tried to connect'}")
    if csms.connected:
        return True
    seen = csms.refusals() or "nothing tried to connect"
    report.bad(f"the station did not connect within {loop.time() - began:.0f} s: {seen}")
    for hint in refused_station(csms.handshakes, seen, config.connection, csms.ocpp):
        report.note(hint)
    if seen == "nothing tried to connect":
        report.note(
            "is it pointed at that address (connection.listen), and does no firewall stand in between?"
            + (" One that backs off for long needs a longer --wait" if adjustable else "")
        )
    if rsa_only(csms.handshakes):
        report.note(
            "it offers TLS_RSA suites only; the harness' authorities sign with ECDSA, and a station that cannot "
            "verify that needs a PKI of its own: connection.pki with RSA authorities"
        )
    return False


async def _clock(csms: Csms, config: SutConfig, report: Report) -> None:
    """2.x: the clock itself is read. Else the newest time in a message: what waited for a connection has an old one."""
    if csms.ocpp != "1.6":
        wanted = {"component": {"name": "ClockCtrlr"}, "variable": {"name": "DateTime"}}
        with suppress(OcppProofError, AssertionError):
            answer = await csms.attempt("GetVariables", getVariableData=[wanted])
            if told := answer.at("getVariableResult.0.attributeValue"):
                compare_clocks(told, time.time(), "ClockCtrlr.DateTime", config, report)
                return
    timed = [(moment, message) for message in csms.inbox if (moment := moment_of(message.at("timestamp")))]
    if not timed:
        report.untried("its clock: no message with a time came")
        return
    _, newest = max(timed, key=lambda pair: pair[0].replace(tzinfo=pair[0].tzinfo or UTC))
    came = time.time() - (time.monotonic() - newest.received)
    told, where = newest.at("timestamp"), f"timestamp of {newest.action}"
    compare_clocks(told, came, where, config, report, may_be_old=True)


def _path(csms: Csms, config: SutConfig, report: Report) -> None:
    """The address that the station calls is connection.listen with its identity behind it."""
    request = csms.connection.request
    called = urlsplit(request.path).path if request is not None else ""
    wanted = urlsplit(config.connection.listen).path.rstrip("/")
    if not called or not config.connection.listen or called.rpartition("/")[0].rstrip("/") == wanted:
        return
    report.bad(
        f"the station calls {called}, and connection.listen has the path {wanted or '/'!r}: enter "
        f"{address_to_enter(config)} in it, or change connection.listen"
    )


def compare_serial_number(name: str, told: Collection[str], report: Report) -> None:
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
