"""M, certificates: root certificates of a station under test."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from ocpp_certs import Identity, certificate_hash, is_hash_of
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable

__all__ = ["certificate_installed", "check_certificate_listed", "several_roots"]


async def several_roots(csms: Csms) -> None:
    """The station may have several root certificates of its CSMS

    With AdditionalRootCertificateCheck a new one takes the place of the one that it trusts (M05.FR.10, FR.13), which
    could not be given back.
    """
    name = "SecurityCtrlr.AdditionalRootCertificateCheck"
    if (await get_variable(csms, name) or "").lower() == "true":
        raise Inconclusive(f"{name} is true: the station would give up the root certificate that it trusts")


async def certificate_installed(csms: Csms, certificateType: str, root: Identity) -> None:
    """CertificateInstalled: the station has a root certificate of this type

    One that it had before stays: the owner of the product may need it, to reach this harness at another security
    profile. One that it is given is deleted when the case ends.
    """
    if _own_hashes(await _asked(csms, certificateType), certificateType, root) is not None:
        return

    async def delete() -> None:
        listed = _own_hashes(await _asked(csms, certificateType), certificateType, root)
        answer = await csms.attempt("DeleteCertificate", certificateHashData=listed or _hashes(root))
        if listed is not None and answer.status != "Accepted":
            raise Inconclusive(f"the station answers {answer.status or answer.error}, and keeps the certificate")

    on_undo("Delete the certificate", delete)
    answer = await csms.call(
        "InstallCertificate", certificateType=certificateType, certificate=root.certificate_pem.decode()
    )
    check_fields("M05.FR.02", answer, {"status": "Accepted"})


async def check_certificate_listed(csms: Csms, certificateType: str, root: Identity) -> None:
    """GetInstalledCertificates: the station names this root certificate among those of its type."""
    answer = await _asked(csms, certificateType)
    check_fields("M03.FR.03", answer, {"status": "Accepted"})
    check(
        "M03.FR.04",
        _own_hashes(answer, certificateType, root) is not None,
        expected=f"{certificateType} with {_hashes(root)}",
        received=answer.certificateHashDataChain or [],
    )


async def _asked(csms: Csms, certificateType: str) -> Answer:
    return await csms.call("GetInstalledCertificateIds", certificateType=[certificateType])


def _own_hashes(answer: Answer, certificateType: str, root: Identity) -> dict[str, Any] | None:
    """The hashes of the certificate as the station tells them, which are what it deletes it by (M04.FR.07)."""
    for entry in answer.certificateHashDataChain or []:
        data = entry.get("certificateHashData", {})
        if entry.get("certificateType") == certificateType and is_hash_of(data, root.certificate, _issuer(root)):
            return dict(data)
    return None


def _hashes(root: Identity) -> dict[str, str]:
    return certificate_hash(root.certificate, _issuer(root))


def _issuer(root: Identity) -> x509.Certificate:
    return root.issuer.certificate if root.issuer else root.certificate
