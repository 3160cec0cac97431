"""M, certificates: root certificates of a station under test."""

from __future__ import annotations

from ocpp_certs import Identity, certificate_hash, is_hash_of
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms

__all__ = ["certificate_installed", "check_certificate_listed"]


async def certificate_installed(csms: Csms, certificateType: str, root: Identity) -> None:
    """CertificateInstalled: the station has taken a root certificate of this type

    It is deleted when the case ends.
    """
    hashed = certificate_hash(root.certificate, root.certificate)

    async def delete() -> None:
        await csms.attempt("DeleteCertificate", certificateHashData=hashed)

    on_undo("Delete the certificate", delete)
    answer = await csms.call(
        "InstallCertificate", certificateType=certificateType, certificate=root.certificate_pem.decode()
    )
    check_fields("M05.FR.02", answer, {"status": "Accepted"})


async def check_certificate_listed(csms: Csms, certificateType: str, root: Identity) -> None:
    """GetInstalledCertificates: the station names this root certificate among those of its type."""
    answer = await csms.call("GetInstalledCertificateIds", certificateType=[certificateType])
    check_fields("M03.FR.03", answer, {"status": "Accepted"})
    told = [
        entry.get("certificateHashData", {})
        for entry in answer.certificateHashDataChain or []
        if entry.get("certificateType") == certificateType
    ]
    check(
        "M03.FR.04",
        any(is_hash_of(data, root.certificate) for data in told),
        expected=f"{certificateType} with {certificate_hash(root.certificate, root.certificate)}",
        received=told,
    )
