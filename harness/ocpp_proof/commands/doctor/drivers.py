"""Each driver does something harmless, and it is seen whether it does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from ...cases.errors import ConfigurationError, OcppProofError
from ...roles.station import Station
from ...run.bench import Bench
from ...run.missing_verbs import verbs_of
from ...sut.drivers import Driver, Job, Unsupported
from .report import Report

__all__ = ["drivers_reached", "try_csms_drivers", "try_station_drivers"]

_HARMLESS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("clear_fault", {}),
    ("refuse_local_list", {"active": False}),
    ("fail_unlock", {"active": False}),
    ("restore_network", {}),
)
"""Verbs that change nothing at a sound station, with their arguments."""
_REQUESTS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "1.6": (
        ("GetConfiguration", {"key": ["HeartbeatInterval"]}),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ("GetLocalListVersion", {}),
    ),
    "2": (
        (
            "GetVariables",
            {
                "getVariableData": [
                    {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}},
                ]
            },
        ),
        ("TriggerMessage", {"requestedMessage": "Heartbeat"}),
        ("GetLocalListVersion", {}),
        ("GetBaseReport", {"requestId": 1, "reportBase": "SummaryInventory"}),
    ),
}
"""What a CSMS can send to a station without any consequence, by version, the best first."""
_NAMES = ", ".join(verb for verb, _ in _HARMLESS)
_NO_VERB = "no_such_verb"


async def try_station_drivers(bench: Bench, report: Report) -> None:
    """Have each driver do a verb that changes nothing at the station."""
    place = {
        "evseId": int(bench.config.values.get("evse", 1)),
        "connectorId": int(bench.config.values.get("connector", 1)),
    }
    for driver in await drivers_reached(bench, report):
        failed, done = [], ""
        for verb, arguments in _HARMLESS:
            given = arguments or ({} if verb == "restore_network" else dict(place))
            wrong = await _wrong(driver, _job(bench, verb, given), bench) if driver.can(verb) else None
            if wrong == "":
                done = f"{driver.name}: {verb} is done (a verb without a consequence)"
                break
            failed += [wrong] if wrong else []
        _tell(
            report,
            done,
            failed,
            f"{driver.name}: none of its verbs is without a consequence ({_NAMES}), none was tried",
        )


async def try_csms_drivers(bench: Bench, station: Station, report: Report) -> None:
    """Have each driver make the CSMS send something without a consequence to the doctor's own station."""
    requests = _REQUESTS["1.6" if bench.ocpp == "1.6" else "2"]
    with suppress(TimeoutError):  # what it sends by itself after a boot comes now
        await station.wait_until(lambda: False, bench.config.timing.quiet, "what the CSMS sends by itself")
    for driver in await drivers_reached(bench, report):
        failed, done = [], ""
        for action, payload in requests:
            if not driver.can("request", action):
                continue
            since = station.next_index
            job = Job("request", {"action": action, "payload": payload, "wish": payload}, station.identity, "doctor")
            wrong = await _wrong(driver, job, bench)
            if wrong == "" and not await _came(station, action, since, bench):
                wrong = (
                    f"{driver.name}: says that it had the CSMS send {action}, and none came to {station.identity} "
                    f"within {bench.config.timing.event:g} s: is it this CSMS, and is {{identity}} in "
                    f"[driver.{driver.name}]?"
                )
            if wrong == "":
                done = f"{driver.name}: had the CSMS send {action}, and it came to {station.identity}"
                break
            failed += [wrong] if wrong else []
        names = ", ".join(action for action, _ in requests)
        _tell(report, done, failed, f"{driver.name}: it has none of the requests without a consequence ({names})")


def _tell(report: Report, done: str, failed: list[str], untried: str) -> None:
    """What was done is right, and what failed then is what this driver cannot; where nothing was done, it is wrong."""
    if done:
        report.fine(done)
    elif not failed:
        report.untried(untried)
    for wrong in failed if done else ():
        report.note(wrong)
    if failed and not done:
        report.bad(failed[0])


def _job(bench: Bench, verb: str, arguments: dict[str, Any]) -> Job:
    return Job(verb, arguments, bench.identities.names[0], "doctor")


async def _came(station: Station, action: str, since: int, bench: Bench) -> bool:
    def seen() -> bool:
        return any(message.index >= since for message in station.received(action))

    try:
        await station.wait_until(seen, bench.config.timing.event, f"{action} from the CSMS")
    except TimeoutError:
        return False
    return True


async def drivers_reached(bench: Bench, report: Report) -> list[Driver]:
    """Those that may be tried; of the others it is said what is wrong."""
    if not bench.drivers:
        report.bad('no driver is named: use = ["octt-api"] under [driver], or another one')
    found = []
    for driver in bench.drivers:
        if driver.name == "manual":
            report.untried(
                "manual: a person will be asked; in CI such cases are inconclusive"
                if any(driver.can(verb) for verb in verbs_of(bench.config.role))
                else "manual: here is no terminal (or CI is set): nobody is asked, nor by a run without --operator"
            )
            if bench.config.role == "station" and not bench.config.token_plans:
                report.note("manual: no card is named under [values.tokens]; a person is asked for none")
        elif await _reached(driver, report) and await _refuses_what_there_is_not(driver, bench, report):
            found.append(driver)
    return found


async def _reached(driver: Driver, report: Report) -> bool:
    """Whether somebody listens at each address of a driver that has some."""
    addresses: Mapping[str, str] = getattr(driver, "addresses", dict)()
    fine = True
    if driver.name in ("webhook", "octt-api") and not addresses:
        report.bad(f"{driver.name}: [driver.{driver.name}] has no table with a url, so that it can do nothing")
        return False
    tried: dict[tuple[str, int], str] = {}
    for key, url in addresses.items():
        parts = urlsplit(url)
        if "{" in parts.netloc:  # a place of a template
            continue
        try:
            where = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        except ValueError as error:
            report.bad(f"{driver.name}: {key} = {url!r}: {error}; change it under [driver.{driver.name}]")
            fine = False
            continue
        if where not in tried:
            tried[where] = await _closed(*where)
        if tried[where]:
            report.bad(
                f"{driver.name}: nobody is there at {key} = {url!r} ({tried[where]}): is the bench's API running, and "
                f"is {key} under [driver.{driver.name}] right?"
            )
            fine = False
    return fine


async def _closed(host: str, port: int) -> str:
    """Why nothing can be connected to; empty where it can."""
    try:
        async with asyncio.timeout(5):
            _, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return "no answer within 5 s"
    except OSError as error:
        return error.strerror or str(error)
    writer.close()
    return ""


async def _refuses_what_there_is_not(driver: Driver, bench: Bench, report: Report) -> bool:
    """Whether it says done to a verb that does not exist; then nothing that it says means anything."""
    try:
        async with asyncio.timeout(bench.config.timing.driver):
            await driver.do(_job(bench, _NO_VERB, {}))
    except ConfigurationError as error:
        report.bad(str(error))
        return False
    except (Unsupported, OcppProofError, TimeoutError):
        return True
    report.bad(f"{driver.name}: says done to a verb that does not exist ({_NO_VERB}); its answers mean nothing")
    return False


async def _wrong(driver: Driver, job: Job, bench: Bench) -> str | None:
    """Have the driver do it: what is wrong then, "" where nothing is, None where it cannot do that."""
    what = f"{job.verb} {job.arguments.get('action', '')}".strip()
    limit = bench.config.timing.driver
    try:
        async with asyncio.timeout(limit):
            await driver.do(job)
    except Unsupported:
        return None
    except TimeoutError:
        return f"{driver.name}: {what} did not end within {limit:g} s (values.driver_timeout)"
    except (OcppProofError, AssertionError) as error:
        return f"{driver.name}: {what} went wrong: {error}; see [driver.{driver.name}]"
    return ""
