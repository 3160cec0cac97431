"""A, security: credentials, TLS and certificates of a station under test."""

from __future__ import annotations

import contextlib
import ipaddress
from functools import partial
from urllib.parse import urlsplit

from ocpp_certs import Identity, UnreadableRequest, read_request
from ocpp_certs.issue import distinguished_name
from ocpp_proof.cases.errors import Inconclusive, NonConformance
from ocpp_proof.cases.evidence import current_case
from ocpp_proof.cases.passwords import hexadecimal, is_text
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import by_security_profile, by_version, check, check_fields
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.roles.message import Message
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.station_password import password_changed
from ocpp_testcases.common.station_tls import can_be_signed
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, set_variable

__all__ = [
    "certificate_renewed",
    "check_basic",
    "check_certificate_name",
    "closes_connection",
    "invalid_certificates",
    "named_by_the_bench",
    "power_cycle_and_expect_attempt",
    "set_password",
    "stays_at_its_network_profile",
]

ATTEMPTS = "OCPPCommCtrlr.NetworkProfileConnectionAttempts"
ENOUGH, AT_LEAST = 3, 2
PASSWORD = "SecurityCtrlr.BasicAuthPassword"  # noqa: S105 - the name of a variable
SPECIAL = set("*-_=:+|@.")
"""What an identifierString has beside letters and digits; a passwordString has these and more."""


def check_basic(csms: Csms, sut: Sut, handshake: Handshake) -> None:
    """Judge the HTTP Basic credentials of a connection request at security profiles 1 and 2; there are none at 3."""
    if sut.security_profile == 3:
        check(STEP, handshake.user is None, expected="no Authorization header", received=handshake.user or "none")
        return
    if not check(
        by_security_profile({1: "A00.FR.203", 2: "A00.FR.302"}),
        handshake.user is not None,
        expected="an Authorization header with user name and password",
        received="present" if handshake.user is not None else "none",
    ):
        return
    check(
        by_security_profile({1: "A00.FR.204", 2: "A00.FR.303"}),
        handshake.user == handshake.identity,
        expected=f"the user name {handshake.identity}, as in the URL",
        received=handshake.user,
    )
    told, wanted = handshake.password or "", csms.handshake_policy.password
    check(
        by_security_profile({1: "A00.FR.205", 2: "A00.FR.304"}),
        told == wanted,
        expected="the BasicAuthPassword as it is",
        received="as it is" if told == wanted else "its hexadecimal digits" if _hex(told, wanted) else "another",
    )
    longest = by_version({"2.0.1": 40, "2.1": 64})
    check(
        by_security_profile({1: "A00.FR.205", 2: "A00.FR.304"}),
        16 <= len(told) <= longest,
        expected=f"16 to {longest} characters",
        received=f"{len(told)} characters",
    )


def _hex(given: str, wanted: str) -> bool:
    return given.lower() == hexadecimal(wanted)


async def power_cycle_and_expect_attempt(csms: Csms, sut: Sut) -> Handshake:
    """Switch the station off and on and give its first attempt to connect."""
    before = len(csms.handshakes)
    csms.match_from_now_on()
    await sut.power_cycle()
    return await csms.expect_attempt(since=before)


def check_certificate_name(names: list[str]) -> str:
    """Judge the commonName of the certificate that the station showed; returns it."""
    name = names[0] if names else ""
    check(
        "A00.FR.511",
        bool(name) and not _address(name) and "/" not in name,
        expected="a commonName, neither URL nor IP address",
        received=names,
    )
    return name


def named_by_the_bench(handshake: Handshake, bench: Bench) -> bool:
    """Whether the name in the station's certificate was not its own choice.

    So it is where the bench's authority made it for the identity, as `ocpp-proof certs` does, and not for a signing
    request.
    """
    tls = handshake.endpoint.tls if handshake.endpoint else None
    shown = tls.peer_certificate if tls else None
    if shown is None or bench.pki is None or shown.issuer != bench.pki.station_authority.certificate.subject:
        return False
    return shown.subject == distinguished_name(handshake.identity, bench.pki.organisation)


async def stays_at_its_network_profile(csms: Csms) -> None:
    """After a failed attempt the station tries the same network profile again

    It makes two attempts at least with a profile, and has no other where it can be told so.
    """
    attempts = await get_variable(csms, ATTEMPTS)
    if attempts is not None and int(attempts) < ENOUGH:
        await configured(csms, {ATTEMPTS: str(ENOUGH)}, if_writable=True)
        if int(await get_variable(csms, ATTEMPTS) or 0) < AT_LEAST:
            raise Inconclusive(f"{ATTEMPTS} is {attempts}, and cannot be set: the station may try another profile")
    with contextlib.suppress(Inconclusive):  # optional, and only for what follows
        if active := await get_variable(csms, "OCPPCommCtrlr.ActiveNetworkProfile"):
            await configured(csms, {"OCPPCommCtrlr.NetworkConfigurationPriority": active}, if_writable=True)


def invalid_certificates(
    csms: Csms, bench: Bench, *, wildcards: bool = False
) -> tuple[dict[str, Identity], dict[str, str]]:
    """Server certificates that a station refuses, by what is wrong with them; and which were left out, and why.

    `wildcards`: the station takes those for a wildcard, and may.
    """
    assert bench.pki is not None
    seen = next((h.host for h in reversed(csms.handshakes) if h.host), "")
    name = urlsplit(f"//{seen}").hostname or "localhost"
    found = {
        what: bench.pki.faulty(fault, name=name, usage="server", rsa=csms.rsa_only)
        for what, fault in {
            "expired": "expired",
            "not valid yet": "not_yet_valid",
            "of an authority that nobody trusts": "wrong_ca",
            "of another host": "wrong_host",
        }.items()
    }
    if wildcards:
        return found, {"a wildcard": "SecurityCtrlr.AllowCSMSTLSWildcards is true and cannot be set"}
    rest = name.partition(".")[2]
    if "." not in rest or _address(name):
        return found, {"a wildcard": f"{name}, by which the station reaches the CSMS, is no name for one"}
    return {**found, "for a wildcard": bench.pki.server([f"*.{rest}"], rsa=csms.rsa_only)}, {}


async def closes_connection(csms: Csms) -> bool:
    """Whether the station closes the connection of itself, within the quiet time."""
    endpoint = csms.connections[-1]
    try:
        await csms.wait_until(
            endpoint.closed.done, csms.timing.quiet, "the station to close the connection, which it may"
        )
    except TimeoutError:
        return False
    return True


def _address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def set_password(csms: Csms, bench: Bench, password: str) -> str:
    """Set another BasicAuthPassword; returns the status. From now on only who knows the new one is let in.

    The old password is set again when the case ends.
    """
    old = csms.handshake_policy
    if not is_text(old.password):
        raise Inconclusive(
            "the password in sut.toml is no text, as it is in OCPP 2.x (A00.FR.205), and could not be set again"
        )
    bench.redactor.learn(password)
    return await password_changed(csms, password, partial(set_variable, csms, PASSWORD))


async def certificate_renewed(csms: Csms, bench: Bench) -> Identity:
    """RenewChargingStationCertificate: the station asked for a certificate and took the one that was signed

    Returns the certificate.
    """
    answer = await csms.call("TriggerMessage", requestedMessage="SignChargingStationCertificate")
    check_fields("F06.FR.05", answer, {"status": "Accepted"})
    asked: Message = await csms.expect("SignCertificate", requirement="F06.FR.10", within=csms.timing.long)
    try:
        request = read_request(str(asked.csr))
    except UnreadableRequest as error:
        raise current_case().fail(
            "A02.FR.03", expected="a signing request of PKCS#10 in PEM", received=str(error)
        ) from None
    check(
        "A02.FR.03",
        request.signature_valid,
        expected="a signing request signed with its key",
        received="not signed with its own key",
    )
    expected = "RSA of 2048 bits or elliptic of 224 bits, or more"
    size = f"{request.key_type} of {request.key_size} bits"
    needed = "A00.FR.502" if request.key_type == "RSA" else "A00.FR.503"
    if not check(needed, request.strong_enough, expected=expected, received=size):
        raise NonConformance(f"{size}: no CSMS signs it, and the station could not use it")
    can_be_signed(csms, request)
    assert bench.pki is not None
    signed = bench.pki.sign_request(str(asked.csr), usage="client")
    taken = await csms.call(
        "CertificateSigned",
        certificateChain=signed.chain_pem.decode(),
        certificateType="ChargingStationCertificate",
    )
    check_fields("A02.FR.06", taken, {"status": "Accepted"})
    return signed
