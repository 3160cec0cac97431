"""`ocpp-proof certs DIR`: a PKI for a bench, certificates of stations, and one certificate of every fault.

What is in the directory is kept: a product may have it already. Only `--replace` makes anything again.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from ocpp_certs import FAULTS, Identity, Pki, validity

from ..cases.errors import ConfigurationError

__all__ = ["certs"]

_OF_SERVERS = ("wrong_host", "host_contained")
_OF_STATIONS = ("wrong_identity", "identity_contained")
_SERVER = ("csms", "csms-rsa")
_LEAST_VALIDITY = datetime.timedelta(days=2)
"""What expires sooner the PKI makes again."""


def certs(options: argparse.Namespace) -> int:
    """Add to the PKI; keys are readable by their owner only. Raises ConfigurationError for what it would replace."""
    directory: Path = options.directory
    stations = _stations(options)
    hosts = (*(options.host or ()), "localhost", "127.0.0.1", "::1")
    _keep_or_replace(directory, replace=options.replace, new_hosts=bool(options.host))
    before = _certificates(directory)
    try:
        pki = Pki.create(directory, hosts=hosts, organisation=options.organisation)
        pki.csms_rsa  # noqa: B018 - made and kept at its first use
        for identity, serial in stations:
            _station(pki, directory, identity, serial, replace=options.replace)
        if options.faulty:
            _faulty(pki, directory / "faulty", stations, replace=options.replace)
            (directory / "revoked.crl.pem").write_bytes(pki.crl_pem())
    except OSError as error:
        raise ConfigurationError(f"{directory}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    for file, made in _certificates(directory).items():
        word = "kept" if before.get(file) == made else "made"
        print(f"{word}  {file}  for {made[1]}, until {made[0].not_valid_after_utc:%Y-%m-%d}")
    print(f"The server's certificate is for {', '.join(pki.hosts)}.")
    print(f"Install {directory / 'root.pem'} as a trusted root in the system under test.")
    print(f'In sut.toml: [connection] pki = "{directory}"')
    for identity, serial in stations:
        if serial:
            print(f'The certificate of {identity} is for "{serial}": [values] serial_number = "{serial}"')
        else:
            print(
                f"The certificate of {identity} has that as its commonName. A00.FR.511 wants the serial number there: "
                "where it is another one, give it with --serial"
            )
    return 0


def _keep_or_replace(directory: Path, *, replace: bool, new_hosts: bool) -> None:
    """Refuse where something has expired, which the PKI would make again; with `replace` make room for it."""
    soon = datetime.datetime.now(datetime.UTC) + _LEAST_VALIDITY
    kept = {file: made for file, made in validity(directory).items() if not file.startswith("station-")}
    kept |= {file: made for file, made in validity(directory).items() if file == "station-authority.pem"}
    expired = [file for file, (certificate, _) in kept.items() if certificate.not_valid_after_utc < soon]
    if expired and not replace:
        raise ConfigurationError(
            f"{directory}: {', '.join(expired)} expired, or will within two days; --replace makes it again, and with "
            "an authority whatever it signed: the product has to get what is new"
        )
    if replace and new_hosts:
        for name in _SERVER:
            (directory / f"{name}.pem").unlink(missing_ok=True)
            (directory / f"{name}.key").unlink(missing_ok=True)


def _station(pki: Pki, directory: Path, identity: str, serial: str, *, replace: bool) -> None:
    name = f"station-{identity}"
    if identity == "authority":
        raise ConfigurationError("--station authority: the files of the authority have that name; choose another")
    kept = validity(directory).get(f"{name}.pem")
    if kept is None or replace:
        pki.station(serial or identity).write(directory, name)
        return
    certificate, common_name = kept
    again = "--replace makes it again, with a new key"
    if serial and common_name != serial:
        raise ConfigurationError(f"{directory}/{name}.pem is there already, for {common_name!r}; {again}")
    if certificate.not_valid_after_utc < datetime.datetime.now(datetime.UTC):
        raise ConfigurationError(f"{directory}/{name}.pem has expired; {again}")
    if not _signed(pki, certificate):
        raise ConfigurationError(f"{directory}/{name}.pem was signed by another authority than the one there; {again}")


def _signed(pki: Pki, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(pki.station_authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _faulty(pki: Pki, directory: Path, stations: Iterable[tuple[str, str]], *, replace: bool) -> None:
    """Certificates of a server with each fault, and of each station that is named."""

    def keep(name: str, make: Callable[[], Identity]) -> None:
        if replace or not (directory / f"{name}.pem").is_file():
            make().write(directory, name)

    for fault in FAULTS:
        if fault not in _OF_STATIONS:
            keep(fault, lambda fault=fault: pki.faulty(fault, name=pki.hosts[0], usage="server"))  # type: ignore[misc]
    for identity, serial in stations:
        for fault in FAULTS:
            if fault not in _OF_SERVERS:
                keep(
                    f"station-{identity}-{fault}",
                    lambda fault=fault, name=serial or identity: pki.faulty(fault, name=name, usage="client"),  # type: ignore[misc]
                )


def _certificates(directory: Path) -> dict[Path, tuple[x509.Certificate, str]]:
    """Each certificate of the PKI with its commonName, by its file; the faulty ones last."""
    return {
        folder / file: made for folder in (directory, directory / "faulty") for file, made in validity(folder).items()
    }


def _stations(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Identity and serial number of each station; the number is empty where none was given."""
    identities, serials = options.station or [], options.serial or []
    if serials and len(serials) != len(identities):
        raise ConfigurationError(
            f"--serial was given {len(serials)} times and --station {len(identities)} times: each station needs its own"
        )
    return list(zip(identities, serials or [""] * len(identities), strict=True))
