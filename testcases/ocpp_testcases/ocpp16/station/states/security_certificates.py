"""The certificates of a charge point under test, OCPP 1.6 (security whitepaper, A02 and M03 to M05)."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from ocpp_certs import CertificateRequest, Identity, UnreadableRequest, certificate_hash, is_hash_of, read_request
from ocpp_certs.issue import ROOT_DAYS, distinguished_name, issue
from ocpp_proof.cases.errors import Inconclusive, NonConformance
from ocpp_proof.cases.evidence import current_case
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.net.endpoint import Accept
from ocpp_proof.roles.csms import SUBPROTOCOLS, Csms, Handshake
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.station_tls import authority_key, can_be_signed
from ocpp_testcases.ocpp16.station.states.configuration import configured, get_configuration

__all__ = [
    "CENTRAL_SYSTEM",
    "MANUFACTURER",
    "certificate_installed",
    "certificate_renewed",
    "certificate_shown",
    "check_listed",
    "common_name",
    "cpo_name_set",
    "install_certificate",
    "installed_certificates",
    "is_hash_of_certificate",
    "new_root",
    "sign_certificate",
    "signing_request",
    "usable_certificate_restored",
]

CENTRAL_SYSTEM, MANUFACTURER = "CentralSystemRootCertificate", "ManufacturerRootCertificate"
Hashes = list[dict[str, Any]]


# --- roots
async def new_root(csms: Csms, sut: Sut, bench: Bench, kind: str) -> Identity:
    """A root certificate that the charge point has never seen

    With AdditionalRootCertificateCheck one of the Central System is signed by the present one.
    """
    additional = await get_configuration(csms, "AdditionalRootCertificateCheck")
    linked = kind == CENTRAL_SYSTEM and (additional or "").lower() == "true"
    return issue(
        distinguished_name(f"Root {sut.text(6)}", _organisation(sut, bench)),
        issuer=bench.keys.root if linked else None,
        key=authority_key(csms, sut),
        authority=True,
        valid_for_days=ROOT_DAYS - 1,
    )


def _organisation(sut: Sut, bench: Bench) -> str:
    return str(sut.value("organisation", bench.keys.organisation))


async def install_certificate(csms: Csms, kind: str, root: Identity) -> None:
    """The Central System installs a root certificate; it is deleted when the case ends."""
    hashed = certificate_hash(root.certificate, _issuer(root))

    policy = csms.handshake_policy

    async def delete() -> None:
        if csms.handshake_policy is policy:  # else the charge point stays at a profile that needs the certificate
            await csms.attempt("DeleteCertificate", certificateHashData=hashed)

    on_undo("Delete the certificate", delete)
    pem = root.certificate_pem.decode()
    answer = await csms.call("InstallCertificate", certificateType=kind, certificate=pem)
    check_fields("1.6S M05.FR.02", answer, {"status": "Accepted"})


async def installed_certificates(csms: Csms, kind: str) -> Hashes:
    """What the charge point says to have of this kind."""
    answer = await csms.call("GetInstalledCertificateIds", certificateType=kind)
    found: Hashes = list(answer.certificateHashData or [])
    if found:
        check_fields("1.6S M03.FR.03", answer, {"status": "Accepted"})
    else:
        check_fields("1.6S M03.FR.02", answer, {"status": "NotFound"})
    return found


async def certificate_installed(csms: Csms, kind: str, root: Identity) -> None:
    """CertificateInstalled: the charge point has this root certificate"""
    if not any(is_hash_of_certificate(data, root) for data in await installed_certificates(csms, kind)):
        await install_certificate(csms, kind, root)


def is_hash_of_certificate(data: dict[str, Any], root: Identity) -> bool:
    """Whether these hashes are the certificate's, by the algorithm that the charge point chose."""
    return is_hash_of(data, root.certificate, _issuer(root))


def check_listed(found: Hashes, root: Identity) -> dict[str, Any]:
    """Judge that the certificate is among those; returns its hashes as the charge point gives them."""
    expected = certificate_hash(root.certificate, _issuer(root))
    listed = next((data for data in found if is_hash_of_certificate(data, root)), None)
    check("1.6S M03.FR.04", listed is not None, expected=f"among them {expected}", received=found)
    return listed or expected


def _issuer(root: Identity) -> x509.Certificate:
    return root.issuer.certificate if root.issuer else root.certificate


# --- the charge point's own certificate
async def cpo_name_set(csms: Csms, sut: Sut, bench: Bench) -> str:
    """CpoName is the operator of this bench

    Returns it.
    """
    name = _organisation(sut, bench)
    await configured(csms, {"CpoName": name})
    return name


async def signing_request(csms: Csms, organisation: str) -> str:
    """The Central System asks for a signing request, and the charge point sends one; returns it."""
    shown = certificate_shown(csms)
    answer = await csms.call("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    if not check_fields("1.6S A02 trigger", answer, {"status": "Accepted"}):
        raise Inconclusive("without a signing request there is nothing to go on with")
    message = await csms.expect("SignCertificate", requirement="1.6S A02.FR.03", within=csms.timing.long)
    try:
        request = read_request(str(message.csr))
    except UnreadableRequest as error:
        text = "a signing request of PKCS#10 in PEM"
        raise current_case().fail("1.6S A02.FR.03", expected=text, received=str(error)) from None
    signed = request.signature_valid
    check(
        "1.6S A02.FR.03",
        signed,
        expected="signed with its own key",
        received="signed with its own key" if signed else "not signed with its own key",
    )
    _check_key(request, shown)
    can_be_signed(csms, request)
    given = request.organisation
    check("1.6S A02.FR.13", given == organisation, expected=f"organizationName {organisation}", received=given)
    return str(message.csr)


def _check_key(request: CertificateRequest, shown: x509.Certificate | None) -> None:
    size = f"{request.key_type} of {request.key_size} bits"
    needed = "1.6S A00.FR.502" if request.key_type == "RSA" else "1.6S A00.FR.503"
    expected = "RSA of 2048 bits or elliptic of 224 bits, or more"
    if not check(needed, request.strong_enough, expected=expected, received=size):
        raise NonConformance(f"{size}: no authority signs it")
    if shown is not None and request.key is not None:
        kind = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        new = shown.public_key().public_bytes(*kind) != request.key.public_bytes(*kind)
        check("1.6S A02.FR.02", new, expected="a new key", received="a new one" if new else "that of the certificate")


def certificate_shown(csms: Csms) -> x509.Certificate | None:
    """The certificate with which the charge point is connected; None without."""
    tls = csms.connections[-1].tls
    return tls.peer_certificate if tls else None


def common_name(identity: Identity) -> str:
    """Whose certificate it is; empty where it does not say."""
    names = identity.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


async def certificate_renewed(csms: Csms, sut: Sut, bench: Bench) -> Identity:
    """RenewChargePointCertificate: the charge point asks for a certificate and takes the one that is signed

    Returns the certificate.
    """
    organisation = await cpo_name_set(csms, sut, bench)
    return await sign_certificate(csms, bench, await signing_request(csms, organisation))


async def usable_certificate_restored(csms: Csms, bench: Bench) -> None:
    """A charge point with a certificate that nobody takes is let in without one, and gets a good one."""

    def known(handshake: Handshake) -> Accept | None:
        ours = handshake.identity == csms.handshake_policy.identity
        return Accept(subprotocol=SUBPROTOCOLS[csms.ocpp]) if ours else None

    async def back() -> None:
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the charge point to connect")

    if csms.connected:
        csms.drop()
    with csms.presenting_tls(bench.server_tls(security_profile=2)), csms.answering_handshakes(known):
        await back()
        await csms.call("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
        asked = await csms.expect("SignCertificate", within=csms.timing.long)
        await sign_certificate(csms, bench, str(asked.csr))
        csms.drop()
    await back()


async def sign_certificate(csms: Csms, bench: Bench, csr: str) -> Identity:
    """The authority signs the request, and the charge point takes the certificate; returns it."""
    signed = bench.keys.sign_request(csr, usage="client")
    answer = await csms.call("CertificateSigned", certificateChain=signed.chain_pem.decode())
    check_fields("1.6S A02.FR.06", answer, {"status": "Accepted"})
    return signed
