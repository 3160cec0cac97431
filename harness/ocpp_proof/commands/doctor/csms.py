"""A CSMS under test: it lets the harness in, accepts a boot, and knows the tokens that sut.toml names."""

from __future__ import annotations

import dataclasses
import time

from ...cases.errors import OcppProofError
from ...net.endpoint import ConnectionRefused, Endpoint
from ...roles.back_off import BackOff
from ...roles.station import Station
from ...run.bench import PARALLEL, Bench
from .refusals import refused_by_csms
from .report import Report
from .times import compare_clocks
from .tokens import examine_tokens

__all__ = ["examine_csms", "say_how_many_at_once", "try_wrong_password"]

_NOT_YET = (429, 502, 503, 504)
"""HTTP statuses of a CSMS that is still starting, or of the proxy before it."""


async def examine_csms(bench: Bench, station: Station, report: Report, *, wait: float) -> bool:
    """Connect as a station and boot; False where that did not work. The station is connected afterwards."""
    try:
        endpoint = await _let_in(station, report, wait=wait)
    except ConnectionRefused as error:
        connection, identity = bench.config.connection, station.identity
        hint = refused_by_csms(error, connection, identity, bench.security_profile)
        report.bad(f"cannot connect to {bench.url}: {error}; {hint}")
        return False
    report.fine(
        f"the CSMS let {station.identity} in"
        + (f" over {endpoint.tls.version}, {endpoint.tls.cipher}" if endpoint.tls else "")
    )
    if endpoint.subprotocol is None:
        report.bad("it did not select the subprotocol: it may not speak this version (sut.ocpp, --ocpp)")
    try:
        answer = await station.call("BootNotification", **station.nameplate.boot(bench.ocpp))
    except (OcppProofError, AssertionError) as error:
        report.bad(f"a BootNotification went wrong: {error}")
        return False
    compare_clocks(answer.currentTime, time.time(), "currentTime of BootNotification", bench.config, report)
    if answer.status != "Accepted":
        report.note(
            f"it answered a boot with {answer.status}: accept {station.identity} there; nothing else is tried before"
        )
        return False
    report.fine("it answered a boot with Accepted")
    await examine_tokens(bench, station, report)
    return True


async def _let_in(station: Station, report: Report, *, wait: float) -> Endpoint:
    """Connect; while nobody is there yet, again until `wait` seconds are over. Raises ConnectionRefused."""
    report.waiting(f"connecting to {station.url} as {station.identity}")
    back_off = BackOff(station, first=1.0, within=wait)
    while True:
        try:
            return await station.dial()
        except ConnectionRefused as error:
            if error.phase != "tcp" and error.status not in _NOT_YET:
                raise
            if wait:
                report.waiting(str(error))
            if not await back_off.wait():
                raise


def say_how_many_at_once(bench: Bench, report: Report) -> None:
    """Say how many cases run at the same time, and what decides it."""
    asked = bench.config.values.get("parallel")
    given = "values.parallel" if asked is not None else f"values.parallel is not given: {PARALLEL} at most"
    if bench.parallel < (PARALLEL if asked is None else int(asked)):
        given += "; a list under [values.tokens] has no more tokens"
    report.note(
        f"{bench.parallel} cases run at the same time, each as a station of its own ({given}). A run lowers that where "
        "the CSMS does not keep up: it answers late, or sends stations away with 429 or 503"
    )


async def try_wrong_password(station: Station, report: Report) -> None:
    """Whether a wrong password is refused; the station is not connected afterwards."""
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
