"""What a CSMS shows of itself to whoever connects, looked at before its file is written."""

from __future__ import annotations

import asyncio
import dataclasses
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from ocpp_certs import hosts_of

from ...cases.declaration import Case
from ...cases.errors import OcppProofError
from ...cases.evidence import CaseRun, running
from ...net.endpoint import ConnectionRefused, Endpoint, dial
from ...net.tls import client_context
from ...roles.csms import SUBPROTOCOLS
from ...run.bench import Bench
from ...sut.config import SutConfig, parse
from ..doctor.csms import examine_csms
from ..doctor.report import Report
from .answers import Answers
from .sut_file import sut_file

__all__ = ["Seen", "boot_there", "look_at_csms"]

_PATIENCE = 10.0
_NOT_THIS_VERSION = (400, 406, 426)
"""HTTP statuses of a CSMS that does not speak the version on offer."""


@dataclass(slots=True)
class Seen:
    """The OCPP versions that it selected, and the security profile that it seems to have; empty: not known."""

    versions: list[str] = field(default_factory=list)
    security_profile: str = ""


def look_at_csms(address: str, identity: str) -> Seen:
    """Connect once for each OCPP version, without credentials, and say what came of it.

    No message is sent. The first refusal that is about credentials is the last attempt: some CSMS count them.
    """
    return asyncio.run(_look(address, identity))


async def _look(address: str, identity: str) -> Seen:
    report, seen = Report(), Seen()
    secure = urlsplit(address).scheme == "wss"
    # nothing but the certificate is read, and no secret is sent: whether it is trusted comes later
    tls = client_context(trust=None) if secure else None
    shown = False
    for version, subprotocol in SUBPROTOCOLS.items():
        try:
            endpoint = await dial(
                f"{address.rstrip('/')}/{quote(identity, safe='')}",
                subprotocols=[subprotocol],
                tls=tls,
                record=lambda *_: None,
                timeout=_PATIENCE,
            )
        except ConnectionRefused as error:
            if error.phase == "handshake" and error.status in _NOT_THIS_VERSION:
                continue
            seen.security_profile = _asked_for(error, secure=secure)
            report.note(f"{address}: {error}{_MEANS.get(seen.security_profile, '')}")
            return seen
        if endpoint.tls is not None and not shown:
            shown = True
            _tell_tls(endpoint, report)
        if endpoint.subprotocol == subprotocol:
            seen.versions.append(version)
        await _close(endpoint)
    if seen.versions:
        seen.security_profile = "2" if secure else "0"
        report.fine(f"it takes stations with OCPP {', '.join(seen.versions)}, and lets {identity} in as it comes")
    else:
        report.note("it selected no subprotocol of OCPP: is that the address for stations?")
    return seen


_MEANS = {
    "1": ": it wants a password, as at security profile 1",
    "2": ": it wants a password, as at security profile 2",
    "3": ": it hangs up on a station that shows no certificate, as at security profile 3",
}


def _asked_for(error: ConnectionRefused, *, secure: bool) -> str:
    if error.tls_alert in ("certificate_required", "bad_certificate"):
        return "3"
    if secure and error.phase == "handshake" and error.hung_up:  # TLS 1.3 refuses a client after its own handshake
        return "3"
    return ("2" if secure else "1") if error.status == 401 else ""


def _tell_tls(endpoint: Endpoint, report: Report) -> None:
    assert endpoint.tls is not None
    certificate = endpoint.tls.peer_certificate
    hosts = ", ".join(hosts_of(certificate)) if certificate else ""
    until = f", until {certificate.not_valid_after_utc:%Y-%m-%d}" if certificate else ""
    report.fine(f"{endpoint.tls.version}, {endpoint.tls.cipher}; its certificate is for {hosts or 'no host'}{until}")


async def _close(endpoint: Endpoint) -> None:
    endpoint.close(1000)
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await asyncio.shield(endpoint.closed)
            return
    endpoint.reset()


def boot_there(answers: Answers, file: Path) -> None:
    """Connect with the credentials of the answers and boot, once for each version; what comes of it is printed."""
    try:
        data = tomllib.loads(sut_file(dataclasses.replace(answers, driver="manual", driver_lines=[])))
        config = parse(data, where=str(file), folder=file.resolve().parent)
        for ocpp in answers.versions:
            asyncio.run(_boot(config, ocpp, answers.security_profile))
    except (OcppProofError, AssertionError) as error:
        print(f"  it was not told of a boot: {error}")


async def _boot(config: SutConfig, ocpp: str, security_profile: int) -> None:
    short = dataclasses.replace(config.timing, message=_PATIENCE, event=_PATIENCE, long=_PATIENCE)
    bench = Bench(dataclasses.replace(config, timing=short), ocpp=ocpp, security_profile=security_profile)
    run = CaseRun(bench.results.of(Case("init", "csms", (ocpp,), "init", "", {}), parameters={}, nodeid="init"))
    connection = bench.config.connection
    try:
        await bench.start()
        station = bench.station((connection.identities or (connection.pattern.format(n=1),))[0])
        with running(run):
            station.begin(run)
            await examine_csms(bench, station, Report(), wait=0)
            if station.connected:
                await station.close()
            station.end()
    finally:
        await bench.stop()
