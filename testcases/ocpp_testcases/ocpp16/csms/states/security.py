"""Ways in which a charge point tries to get into a Central System under test, OCPP 1.6 (security whitepaper)."""

from __future__ import annotations

import contextlib
import dataclasses
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, password_of
from ocpp_proof.cases.steps import check, not_applicable, not_judged, on_undo
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.connection import connected

__all__ = ["check_server_certificate", "connect_with", "next_security_profile", "password_set", "with_password"]


def with_password(station: Station, password: str | None) -> Any:
    """The station's credentials with another password; None: without HTTP Basic."""
    user = None if password is None else station.credentials.user
    return dataclasses.replace(station.credentials, user=user, password=password)


async def password_set(station: Station, sut: Sut, bench: Bench, value: str) -> Any:
    """The operator has the Central System set a password; returns its ChangeConfiguration, which was accepted.

    The old password is set again when the case ends; where that cannot be had, no other case comes as this station.
    """
    request = await asked(
        station,
        sut,
        "ChangeConfiguration",
        key="AuthorizationKey",
        value=value,
        matching={"key": "AuthorizationKey"},
        requirement="1.6S A01.FR.02",
    )
    old = station.credentials

    async def back() -> None:
        try:
            await connected(station)
            if station.credentials is not old:
                await _given_back(station, sut, old, value)
        except BaseException:
            bench.identities.changed_for_good(station.identity)
            raise

    on_undo("Set the old password again", back)
    return request


async def _given_back(station: Station, sut: Sut, old: Credentials, value: str) -> None:
    password = old.password or ""
    value_again = hexadecimal(password) if station.credentials.password != value else password
    since = station.next_index
    await sut.request("ChangeConfiguration", key="AuthorizationKey", value=value_again)
    await station.expect("ChangeConfiguration", key="AuthorizationKey", since=since)
    await station.close()
    refusals, *_ = await let_in(station, old)
    if not station.connected:
        raise Inconclusive(f"the old password does not let the charge point in again: {refusals}")


async def connect_with(station: Station, value: str) -> None:
    """Connect with a new AuthorizationKey: its octets where it is hexadecimal, else its text.

    A Central System may need a moment to store it.
    """
    forms = [value]
    with contextlib.suppress(ValueError):
        forms.insert(0, password_of(bytes.fromhex(value)))
    refusals, *_ = await let_in(station, *(with_password(station, form) for form in forms))
    check(
        "1.6S A01.FR.03",
        station.connected,
        expected="the new password lets the charge point in (as octets or as text)",
        received="connection accepted" if station.connected else refusals,
    )


def check_server_certificate(station: Station, *, requirement: str) -> None:
    """Judge the certificate that the Central System shows on the open connection."""
    info = station.connection.tls
    shown = info.peer_certificate if info else None
    if not check(requirement, shown is not None, expected="a server certificate", received=shown) or shown is None:
        return
    match key := shown.public_key():
        case rsa.RSAPublicKey():
            check("1.6S A00.FR.502", key.key_size >= 2048, expected="RSA, at least 2048 bits", received=key.key_size)
        case ec.EllipticCurvePublicKey():
            check("1.6S A00.FR.503", key.key_size >= 224, expected="EC, at least 224 bits", received=key.key_size)
        case _:
            not_judged("1.6S A00.FR.502", because=f"{type(key).__name__} is neither RSA nor elliptic")
    check("1.6S A00.FR.508", shown.serial_number > 0, expected="a serial number", received=shown.serial_number)
    host = (urlsplit(station.url).hostname or "").lower()
    if host.replace(".", "").isdigit() or ":" in host:
        not_judged("1.6S A00.FR.510", because=f"connection.url has the address {host}, no name for a certificate")
        return
    names = [str(a.value).lower() for a in shown.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    check("1.6S A00.FR.510", host in names, expected=f"commonName {host}", received=names)


def next_security_profile(station: Station, sut: Sut, bench: Bench) -> tuple[str, Credentials]:
    """Where the Central System serves the next higher security profile, and the credentials there.

    From values.upgrade of sut.toml; its identity is used from now on: one that can be let in nowhere else afterwards.
    """
    if sut.security_profile == 3:
        raise not_applicable("security profile 3 is the highest")
    place: dict[str, str] = sut.value("upgrade", {})
    if bench.reference is not None:
        place = {"url": bench.reference.upgrade_url, "identity": sut.identity, **place}
    if not (place.get("url") and place.get("identity")):
        raise Inconclusive(
            "give values.upgrade = { url = …, identity = … } in sut.toml: where the Central System serves security "
            f"profile {sut.security_profile + 1}, and a charge point that is not needed at the lower one afterwards"
        )
    sut.identity = place["identity"]
    station.credentials = bench.credentials(sut.identity)
    return place["url"], bench.credentials(sut.identity, security_profile=sut.security_profile + 1)
