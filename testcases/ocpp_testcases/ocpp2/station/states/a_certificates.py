"""A02: certificates that a station under test asks for, and those that it is brought.

Nothing is signed that would lock the station out: the name in a certificate is one by which it is known, its key is
that of the request. A station that has taken a bad one is let in without a certificate, and gets a good one.
"""

from __future__ import annotations

from ocpp_certs import CertificateRequest, Identity, UnreadableRequest, read_request
from ocpp_certs.issue import issue
from ocpp_proof.cases.errors import Inconclusive, NonConformance
from ocpp_proof.cases.evidence import current_case
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.net.endpoint import Accept
from ocpp_proof.roles.csms import SUBPROTOCOLS, Csms, Handshake
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.station_tls import can_be_signed
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable

__all__ = [
    "bring_certificate",
    "certificate_renewed",
    "certificate_shown",
    "closes_connection",
    "expect_asked_again",
    "expired_certificate",
    "has_usable_certificate",
    "let_in_with_a_certificate",
    "read_signing_request",
    "request_to_sign",
    "signing_repeated_soon",
    "signing_request",
    "usable_certificate_restored",
]

KIND = "ChargingStationCertificate"
WAIT, REPEATS = "SecurityCtrlr.CertSigningWaitMinimum", "SecurityCtrlr.CertSigningRepeatTimes"


# --- what the station asks for
async def signing_request(csms: Csms) -> Message:
    """The CSMS asks for a signing request, and the station sends one."""
    answer = await csms.call("TriggerMessage", requestedMessage="SignChargingStationCertificate")
    check_fields("F06.FR.05", answer, {"status": "Accepted"})
    return await csms.expect("SignCertificate", requirement="F06.FR.10", within=csms.timing.long)


def read_signing_request(asked: Message) -> CertificateRequest:
    """Judge a signing request: PKCS#10 in PEM, signed with its key, which is long enough."""
    try:
        request = read_request(str(asked.csr))
    except UnreadableRequest as error:
        expected = "a signing request of PKCS#10 in PEM"
        raise current_case().fail("A02.FR.03", expected=expected, received=str(error)) from None
    check(
        "A02.FR.03",
        request.signature_valid,
        expected="a signing request signed with its key",
        received="signed with its key" if request.signature_valid else "not signed with its own key",
    )
    return request


def _strong_enough(request: CertificateRequest) -> None:
    expected = "RSA of 2048 bits or elliptic of 224 bits, or more"
    size = f"{request.key_type} of {request.key_size} bits"
    needed = "A00.FR.502" if request.key_type == "RSA" else "A00.FR.503"
    if not check(needed, request.strong_enough, expected=expected, received=size):
        raise NonConformance(f"{size}: no CSMS signs it, and the station could not use it")


def request_to_sign(csms: Csms, asked: Message) -> CertificateRequest:
    """Judge a request for the certificate of the station, and see that one for it would not lock the station out."""
    request = read_signing_request(asked)
    _strong_enough(request)
    can_be_signed(csms, request)
    return request


async def signing_repeated_soon(csms: Csms, sut: Sut) -> int:
    """The station asks again soon when its request was accepted and no certificate came, and doubles that time once

    Returns the seconds of the first wait. What cannot be set is taken as it is, as long as the time is doubled at all.
    """
    await configured(csms, {WAIT: str(sut.short_interval), REPEATS: "1"}, if_writable=True)
    found = [await get_variable(csms, name) for name in (WAIT, REPEATS)]
    for name, value in zip((WAIT, REPEATS), found, strict=True):
        if not (value or "").isdigit() or int(value or 0) < 1:
            raise Inconclusive(f"{name} is {value}: no request is to be expected again")
    return int(found[0] or 0)


async def expect_asked_again(csms: Csms, sut: Sut, before: Message, wait: int) -> Message:
    """The station sends a signing request once more, `wait` seconds after it was accepted the last time, and not sooner

    When the time is over it may make a new key first, which can take long.
    """
    within = wait + csms.timing.long
    again = await csms.expect("SignCertificate", requirement="A02.FR.17", within=within, since=before.index + 1)
    gap = again.received - before.received
    check(
        "A02.FR.18",
        gap >= wait - interval_tolerance(sut, wait),
        expected=f"SignCertificate again {wait} s after the one before, or later",
        received=f"{gap:.2f} s after it",
    )
    return again


# --- what it is brought
async def bring_certificate(csms: Csms, asked: Message, certificate: Identity) -> Answer:
    """The CSMS sends the certificate for a request, under the number that the station gave it (A02.FR.25)."""
    number = {} if asked.requestId is None else {"requestId": asked.requestId}
    chain = certificate.chain_pem.decode()
    return await csms.call("CertificateSigned", certificateChain=chain, certificateType=KIND, **number)


async def certificate_renewed(csms: Csms, bench: Bench) -> Identity:
    """RenewChargingStationCertificate: the station asked for a certificate and took the one that was signed

    Returns the certificate.
    """
    asked = await signing_request(csms)
    request_to_sign(csms, asked)
    signed = bench.keys.sign_request(str(asked.csr), usage="client")
    taken = await bring_certificate(csms, asked, signed)
    check_fields("A02.FR.06", taken, {"status": "Accepted"})
    return signed


def expired_certificate(csms: Csms, bench: Bench, asked: Message) -> Identity:
    """A certificate for the request that is right in all but its time: it ended yesterday."""
    request = request_to_sign(csms, asked)
    return issue(
        request.subject,
        issuer=bench.keys.station_authority,
        public_key=request.key,
        usage="client",
        valid_from_days=-30,
        valid_for_days=-1,
    )


def certificate_shown(handshake: Handshake) -> str:
    """The serial number of the certificate with which the station came, or why it came with none."""
    tls = handshake.endpoint.tls if handshake.endpoint else None
    shown = tls.peer_certificate if tls else None
    return f"{shown.serial_number:x}" if shown else handshake.why or "none"


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


async def let_in_with_a_certificate(csms: Csms) -> None:
    """The station connects with a certificate that it has taken, of itself or when the connection is lost."""
    connections = len(csms.connections)
    if not await closes_connection(csms):
        csms.drop()
    await csms.expect_reconnected(connections=connections, requirement="A02.FR.08")
    await csms.wait_until_quiet()  # some boot on each connection


def has_usable_certificate(csms: Csms, bench: Bench) -> None:
    """When the case ends the station is connected; one that cannot connect any more gets another certificate."""

    async def back() -> None:
        try:
            await csms.wait_until(lambda: csms.connected, csms.timing.event, "the station to connect")
        except TimeoutError:
            await usable_certificate_restored(csms, bench)

    on_undo("See that the station has a certificate with which it is let in", back)


async def usable_certificate_restored(csms: Csms, bench: Bench) -> None:
    """A station with a certificate that nobody takes is let in without one, and gets a good one."""

    def known(handshake: Handshake) -> Accept | None:
        ours = handshake.identity == csms.handshake_policy.identity
        return Accept(subprotocol=SUBPROTOCOLS[csms.ocpp]) if ours else None

    async def connected(since: int) -> None:
        await csms.wait_until(
            lambda: csms.connected and len(csms.connections) > since, csms.timing.long, "the station to connect"
        )
        await csms.wait_until_quiet()  # some boot on each connection, and take nothing before that

    since = len(csms.connections)
    if csms.connected:
        csms.drop()
    with csms.presenting_tls(bench.server_tls(security_profile=2)), csms.answering_handshakes(known):
        await connected(since)
        await certificate_renewed(csms, bench)
        await closes_connection(csms)
    since = len(csms.connections)
    if csms.connected:
        csms.drop()
    await connected(since)
