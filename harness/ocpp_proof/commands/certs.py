"""`ocpp-proof certs DIR`: a PKI for a bench, and one certificate of every fault."""

from __future__ import annotations

import argparse
from pathlib import Path

from ocpp_certs import FAULTS, Pki

from ..cases.errors import ConfigurationError

__all__ = ["certs"]


def certs(options: argparse.Namespace) -> int:
    """Write the PKI; keys are readable by their owner only. What is in the directory already is kept and used."""
    directory: Path = options.directory
    stations = _stations(options)
    hosts = (*(options.host or ()), "localhost", "127.0.0.1", "::1")
    try:
        pki = Pki.create(directory, hosts=hosts, organisation=options.organisation)
        pki.csms_rsa  # noqa: B018 - made and kept at its first use
        for identity, serial in stations:
            pki.station(serial or identity).write(directory, f"station-{identity}")
        if options.faulty:
            for fault in FAULTS:
                name = options.station[0] if fault == "wrong_identity" and options.station else hosts[0]
                pki.faulty(fault, name=name).write(directory / "faulty", fault)
            (directory / "revoked.crl.pem").write_bytes(pki.crl_pem())
    except OSError as error:
        raise ConfigurationError(f"{directory}: {error.strerror}") from None
    for file in sorted(directory.rglob("*.pem")):
        print(file)
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


def _stations(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Identity and serial number of each station; the number is empty where none was given."""
    identities, serials = options.station or [], options.serial or []
    if serials and len(serials) != len(identities):
        raise ConfigurationError(
            f"--serial was given {len(serials)} times and --station {len(identities)} times: each station needs its own"
        )
    return list(zip(identities, serials or [""] * len(identities), strict=True))
