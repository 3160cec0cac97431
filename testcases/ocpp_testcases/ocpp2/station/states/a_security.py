"""A, security: credentials, TLS and certificates of a station under test."""

from __future__ import annotations

import contextlib
import ipaddress
from functools import partial
from urllib.parse import urlsplit

from ocpp_certs import Identity
from ocpp_certs.issue import distinguished_name
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, is_text
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import by_security_profile, by_version, check
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.station_password import password_changed
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable, members, set_variable

__all__ = [
    "check_basic",
    "check_certificate_name",
    "invalid_certificates",
    "named_by_the_bench",
    "power_cycle_and_expect_attempt",
    "set_password",
    "set_short_password",
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

    It makes two attempts at least with a profile, or has no other. A list of several is not cut down to the active one,
    as the official tool does: where the run ended here, its owner could not reach the station by the others any more.
    """
    attempts = await get_variable(csms, ATTEMPTS)
    if attempts is not None and int(attempts) < ENOUGH:
        await configured(csms, {ATTEMPTS: str(ENOUGH)}, if_writable=True)
        if int(await get_variable(csms, ATTEMPTS) or 0) < AT_LEAST and not await _only_one_profile(csms):
            raise Inconclusive(f"{ATTEMPTS} is {attempts}, and cannot be set: the station may try another profile")


async def _only_one_profile(csms: Csms) -> bool:
    with contextlib.suppress(Inconclusive):  # where it cannot be read there may be several
        return len(members(await get_variable(csms, "OCPPCommCtrlr.NetworkConfigurationPriority"))) == 1
    return False


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


async def set_short_password(csms: Csms, bench: Bench, password: str) -> str:
    """Set a BasicAuthPassword that is too short; returns the status. A station that refuses it keeps the old one.

    One that has it all the same has the old one again when the case ends.
    """
    old = csms.handshake_policy
    status = await set_password(csms, bench, password)
    if status not in ("Accepted", "RebootRequired"):
        csms.handshake_policy = old
    return status
