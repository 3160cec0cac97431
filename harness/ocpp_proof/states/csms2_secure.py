"""How a station gets into a CSMS under test with TLS (security profiles 2 and 3), OCPP 2.0.1 and 2.1."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ocpp_certs import Identity

from ..engine.bench import Bench
from ..engine.words import check, not_judged
from ..net.endpoint import ConnectionRefused
from ..net.tls import OCPP_SUITES, SUITES, TlsVersion
from ..roles.station import Credentials, Station

__all__ = ["check_server_certificate", "check_suites", "credentials_with"]

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
        own = bench.pki.station(station.identity)
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
            endpoint = await station.dial(credentials=credentials)
            got = endpoint.tls.cipher if endpoint.tls else "no TLS"
        except ConnectionRefused as error:
            got = str(error)
        check(suites, got == SUITES[suite], expected=suite, received=got)
        await station.close()


async def check_server_certificate(station: Station) -> None:
    """Judge the certificate that the CSMS shows on the open connection."""
    info = station.connection.tls
    shown = info.peer_certificate if info else None
    if not check("A00.FR.307", shown is not None, expected="a server certificate", received=shown) or shown is None:
        return
    key = shown.public_key()
    match key:
        case rsa.RSAPublicKey():
            check("A00.FR.502", key.key_size >= 2048, expected="RSA, at least 2048 bit", received=key.key_size)
        case ec.EllipticCurvePublicKey():
            check("A00.FR.503", key.key_size >= 224, expected="EC, at least 224 bit", received=key.key_size)
        case _:
            not_judged("A00.FR.502", because=f"{type(key).__name__} is neither RSA nor elliptic")
    check("A00.FR.508", shown.serial_number > 0, expected="a serial number", received=shown.serial_number)
    host = (urlsplit(station.url).hostname or "").lower()
    names = [str(a.value) for a in shown.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    if host.replace(".", "").isdigit() or ":" in host:
        not_judged(
            "A00.FR.510", because=f"connection.url has the address {host}, no name that a certificate could carry"
        )
        return
    check("A00.FR.510", host in [n.lower() for n in names], expected=f"commonName {host}", received=names)
