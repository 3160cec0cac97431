"""The TLS that a CSMS under test offers: versions and cipher suites (security profiles 2 and 3)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ocpp_certs import Identity
from ocpp_proof.cases.steps import check
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.net.tls import OCPP_SUITES, SUITES, TlsVersion
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.run.bench import Bench

__all__ = ["check_suites", "credentials_with"]

TWO_CERTIFICATES = "a server needs an elliptic certificate for two of the suites and an RSA certificate for the others"
NEW: tuple[TlsVersion, ...] = ("TLSv1.2", "TLSv1.3")


def credentials_with(
    bench: Bench,
    station: Station,
    certificate: Identity | None = None,
    *,
    shown: bool = True,
    versions: Sequence[TlsVersion] = NEW,
    suites: Sequence[str] = OCPP_SUITES,
) -> Credentials:
    """The right credentials of the station but for what is given here; `shown` False: no client certificate."""
    own = certificate
    if own is None and shown and bench.security_profile == 3 and bench.pki is not None:
        own = bench.certificate_of(station.identity)
    tls = bench.client_tls(own, versions=versions, suites=suites)
    return dataclasses.replace(bench.credentials(station.identity), tls=tls)


async def check_suites(station: Station, bench: Bench, *, version: str, suites: str) -> None:
    """Judge that TLS 1.2 or newer is spoken and that each of the four suites is served.

    `version` and `suites` are the ids of the requirements, which differ between the security profiles.
    """
    await station.connect()
    info = station.connection.tls
    check(
        version,
        info is not None and info.version in NEW,
        expected="TLS 1.2 or newer",
        received=info.version if info else "no TLS",
    )
    await station.close()
    for suite in OCPP_SUITES:
        credentials = credentials_with(bench, station, versions=("TLSv1.2",), suites=[suite])
        try:
            endpoint = await station.dial_until_let_in(credentials=credentials)
            got = endpoint.tls.cipher if endpoint.tls else "no TLS"
        except ConnectionRefused as error:
            got = str(error)
        check(suites, got == SUITES[suite], expected=suite, received=got, note=TWO_CERTIFICATES)
        await station.close()
