"""The PKI of the bench: it is there, until when its certificates are valid, and whom they are for."""

from __future__ import annotations

import datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from ocpp_certs import hosts_of, validity

from ...sut.config import SutConfig
from .file import address_to_enter
from .report import Report

__all__ = ["examine_pki"]

_SOON = datetime.timedelta(days=14)
_OWN = ("csms.pem", "csms-rsa.pem")
"""The harness' own: the product trusts their root, and new ones like those before."""
_NEEDED = ("root.pem", "csms-authority.pem", "station-authority.pem")


def examine_pki(config: SutConfig, security_profile: int, report: Report) -> bool:
    """Look at the folder `connection.pki`; False where a bench cannot be made with it."""
    folder, ca = config.connection.pki, config.connection.ca
    if ca is not None and not ca.is_file():
        report.bad(f"connection.ca: there is no file {ca}")
        return False
    if security_profile < 2 or "reference" in config.drivers:
        return True
    if folder is None:
        if config.role == "csms" and security_profile == 2 and ca is not None:
            return True
        report.bad(
            "connection.pki is missing: the product has to trust the certificates of this bench, so they have to stay "
            'the same. Make them with: ocpp-proof certs pki, and put pki = "pki" under [connection]'
        )
        return False
    if missing := [name for name in _NEEDED if not (folder / name).is_file()]:
        report.bad(
            f"connection.pki: {folder} has no {missing[0]}: is the name right? ocpp-proof certs makes the folder; here "
            "nothing is made in silence, as the product would not trust it"
        )
        return False
    _certificates(folder, config, security_profile, report)
    if config.role == "station" and (folder / "csms.pem").is_file():
        _hosts(folder, config, report)
    return True


def _certificates(folder: Path, config: SutConfig, security_profile: int, report: Report) -> None:
    now = datetime.datetime.now(datetime.UTC)
    fine = []
    for file, (certificate, name) in validity(folder).items():
        until = certificate.not_valid_after_utc
        if until <= now and _made_again(file, config.role):
            kept = "its hosts" if file in _OWN else "its key; a CSMS that registers certificates has to get it"
            report.note(f"connection.pki: {file} has expired on {until:%Y-%m-%d}; a run makes it again, with {kept}")
        elif until <= now:
            report.bad(f"connection.pki: {file} ({name}) has expired on {until:%Y-%m-%d}: {_again(file)}")
        elif until - now < _SOON:
            report.note(f"connection.pki: {file} ({name}) expires on {until:%Y-%m-%d}: {_again(file)}")
        else:
            fine.append((until, file))
        if file.startswith("station-") and file != "station-authority.pem" and security_profile == 3:
            _of_station(file, name, certificate, config, report)
    if fine:
        first, file = min(fine)
        report.fine(
            f"connection.pki: {len(fine)} certificates are valid; the first to expire is {file}, {first:%Y-%m-%d}"
        )


def _made_again(file: str, role: str) -> bool:
    """Whether it is the harness' own, which a run makes again by itself."""
    return file in _OWN if role == "station" else file.startswith("station-") and file not in _NEEDED


def _hosts(folder: Path, config: SutConfig, report: Report) -> None:
    """Whether the address that a station calls is one of the server's certificate."""
    hosts = hosts_of(x509.load_pem_x509_certificate((folder / "csms.pem").read_bytes()))
    host = urlsplit(address_to_enter(config)).hostname or ""
    anywhere = host != urlsplit(config.connection.listen).hostname  # a run adds the host of connection.listen itself
    if anywhere and host not in hosts:
        report.note(
            f"the server's certificate is for {', '.join(hosts)}: the station has to call one of these, or: ocpp-proof "
            f"certs DIR --host {host}"
        )


def _of_station(file: str, name: str, certificate: x509.Certificate, config: SutConfig, report: Report) -> None:
    identity = file.removeprefix("station-").removesuffix(".pem")
    if config.role != "station" or identity != config.connection.identities[0]:
        return
    told = str(config.values.get("serial_number", ""))
    if name in (told, identity):
        report.fine(f"{file} is for {name!r} (commonName); its own serial number is {certificate.serial_number:x}")
    else:
        report.bad(
            f"{file} is for {name!r}, which is neither connection.identity nor values.serial_number: put "
            f'serial_number = "{name}" under [values], or make it again: ocpp-proof certs DIR --station {identity} '
            "--replace"
        )


def _again(file: str) -> str:
    authority = file in _NEEDED or file.endswith("-root.pem")
    return "ocpp-proof certs DIR --replace makes it again" + (
        ", and all that it signed; the product then has to get the new root" if authority else ""
    )
