"""What a CSMS under test is asked to have a station do, OCPP 2.0.1 and 2.1: the states that begin with its own CALL.

What the operator's request leaves out (ids, versions, certificates) the CSMS has to come up with itself.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from cryptography import x509
from ocpp_certs import Identity, make_request

from ..engine.bench import Bench
from ..engine.errors import Inconclusive
from ..engine.words import check, on_undo
from ..roles.message import Message
from ..roles.station import Station
from ..sut.sut import Sut
from .csms2 import report_connector

__all__ = [
    "asked",
    "certificate_installed",
    "certificate_renewed",
    "certificates_in",
    "leads_to",
    "reserved",
    "unavailable",
]


async def asked(station: Station, sut: Sut, action: str, /, **wish: Any) -> Message:
    """The operator has the CSMS send a request; returns what came. `wish` is what the operator wants of it."""
    await sut.request(action, **wish)
    return await station.expect(action)


def certificates_in(pem: Any) -> list[x509.Certificate]:
    """The certificates of a PEM text, in order; empty when it is none."""
    try:
        return x509.load_pem_x509_certificates(str(pem).encode())
    except ValueError:
        return []


async def unavailable(station: Station, sut: Sut, evseId: int) -> Message:
    """Unavailable: the CSMS takes an EVSE out of service and the station reports its connector so."""
    request = await asked(station, sut, "ChangeAvailability", operationalStatus="Inoperative", evse={"id": evseId})
    on_undo("Put the EVSE back into service", lambda: _operative(station, sut, evseId))
    check(
        "scenario",
        request.operationalStatus == "Inoperative",
        expected="operationalStatus Inoperative",
        received=dict(request.payload),
    )
    check(
        "scenario",
        request.at("evse.id") == evseId and request.at("evse.connectorId") is None,
        expected=f"evse.id {evseId} and no connectorId: the whole EVSE and nothing else",
        received=request.evse,
    )
    await report_connector(station, "Unavailable", evseId, sut.connectorId)
    return request


async def _operative(station: Station, sut: Sut, evseId: int) -> None:
    await asked(station, sut, "ChangeAvailability", operationalStatus="Operative", evse={"id": evseId})
    await report_connector(station, "Available", evseId, sut.connectorId)


async def reserved(station: Station, sut: Sut, evseId: int) -> Message:
    """Reserved: the CSMS reserves an EVSE for a driver and the station reports its connector so."""
    token = sut.tokens.valid
    request = await asked(station, sut, "ReserveNow", evseId=evseId, idToken=token.payload)
    on_undo("Cancel the reservation", lambda: _unreserved(station, sut, evseId, request.id))
    check("scenario", request.evseId == evseId, expected=f"evseId {evseId}", received=dict(request.payload))
    check(
        "scenario",
        request.connectorType is None,
        expected="no connectorType: the EVSE is named",
        received=request.connectorType,
    )
    for name in ("idToken", "type"):
        wanted = token.payload[name]
        got = request.at(f"idToken.{name}")
        check("scenario", got == wanted, expected=f"idToken.{name} {wanted}", received=request.idToken)
    await report_connector(station, "Reserved", evseId, sut.connectorId)
    return request


async def _unreserved(station: Station, sut: Sut, evseId: int, reservationId: Any) -> None:
    await asked(station, sut, "CancelReservation", reservationId=reservationId)
    await report_connector(station, "Available", evseId, sut.connectorId)


async def certificate_installed(station: Station, sut: Sut, certificateType: str) -> Message:
    """CertificateInstalled: the CSMS installs a root certificate of a type on the station."""
    request = await asked(station, sut, "InstallCertificate", certificateType=certificateType)
    check(
        "M05.FR.01",
        request.certificateType == certificateType,
        expected=f"certificateType {certificateType}",
        received=request.certificateType,
    )
    found = certificates_in(request.certificate)
    check(
        "A00.FR.507",
        len(found) == 1,
        expected="certificate: one X.509 certificate in PEM",
        received=[c.subject.rfc4514_string() for c in found] or request.certificate,
    )
    return request


async def certificate_renewed(station: Station, sut: Sut, bench: Bench) -> Identity:
    """RenewChargingStationCertificate: the CSMS asks for a signing request and brings the certificate.

    Returns the station's new certificate with its key.
    """
    wanted = "SignChargingStationCertificate"
    trigger = await asked(station, sut, "TriggerMessage", requestedMessage=wanted)
    check(
        "F06.FR.01",
        trigger.requestedMessage == wanted,
        expected=f"requestedMessage {wanted}",
        received=dict(trigger.payload),
    )
    if bench.pki is None:
        raise Inconclusive("certificates are renewed at security profiles with TLS only")
    csr, key = make_request(station.identity, str(sut.value("organisation", bench.pki.organisation)))
    kind = "ChargingStationCertificate"
    answer = await station.call("SignCertificate", csr=csr.decode(), certificateType=kind)
    check("A02.FR.11", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
    signed = await station.expect("CertificateSigned", requirement="A02.FR.11", within=sut.timing.long)
    check(
        "scenario",
        signed.certificateType in (kind, None),
        expected=f"certificateType {kind}",
        received=signed.certificateType,
    )
    check(
        "A02.FR.14",
        signed.certificateType == kind,
        expected=f"certificateType {kind}, as in the signing request",
        received=signed.certificateType,
    )
    chain = certificates_in(signed.certificateChain)
    if not check(
        "A00.FR.507", bool(chain), expected="certificateChain: X.509 in PEM", received=signed.certificateChain
    ):
        raise Inconclusive("without a certificate there is nothing to go on with")
    _check_chain(chain, key, station.identity, bench)
    issuer: Identity | None = bench.pki.root
    for certificate in reversed(chain[1:]):
        issuer = Identity(certificate, None, issuer)
    return Identity(chain[0], key, issuer)


def _check_chain(chain: list[x509.Certificate], key: Any, identity: str, bench: Bench) -> None:
    leaf = chain[0]
    check(
        "A02.FR.11",
        leaf.public_key() == key.public_key(),
        expected="a certificate for the key of the signing request",
        received=leaf.subject.rfc4514_string(),
    )
    names = [str(a.value) for a in leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    check("A00.FR.511", names == [identity], expected=f"commonName {identity}", received=names)
    check(
        "A02.FR.06",
        leads_to(chain, x509.load_pem_x509_certificates(bench.trusted)),
        expected="a chain up to the configured root of the CSMS",
        received=[f"{c.subject.rfc4514_string()}, issued by {c.issuer.rfc4514_string()}" for c in chain],
        note="connection.ca or connection.pki in sut.toml has to hold the root of the stations' certificates",
    )


def leads_to(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Whether each certificate is issued by the next, and the last one by a root (or is a root itself)."""
    return all(_issued(a, b) for a, b in pairwise(chain)) and any(
        chain[-1] == r or _issued(chain[-1], r) for r in roots
    )


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # cryptography raises several kinds for one wrong signature
        return False
    return True
