"""A02: the certificates with which a station under test meets vehicles (ISO 15118).

They are signed below the V2G root of the bench, which no vehicle of the street knows: each is deleted when the case
ends, and so is that root. One that would serve the connection to the CSMS as well is not signed: no CSMS knows it.
"""

from __future__ import annotations

from typing import Any

from ocpp_certs import CertificateRequest, Identity, is_hash_of
from ocpp_certs.issue import distinguished_name, elliptic_key, issue
from ocpp_proof.cases.errors import Inconclusive, NonConformance
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.a_certificates import read_signing_request
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.b_reports import base_report
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed

__all__ = ["bring_v2g_certificate", "of_evse", "request_for_v2g", "v2g_certificates_asked_for", "v2g_signing_request"]

KIND, CHAIN = "V2GCertificate", "V2GCertificateChain"
BITS = 256
"""Of the key: ISO 15118-2 knows secp256r1 alone."""
DAYS = 60
"""For which a certificate is valid: ISO 15118-2 allows two to three months."""


async def v2g_certificates_asked_for(csms: Csms, sut: Sut, bench: Bench) -> dict[int, str]:
    """The station may install V2G certificates, and it is known how it is called in them

    Returns the name that each EVSE has, by its number; 0 is the whole station, "" a name that is not told.
    """
    wanted = {
        "V2GCertificateInstallationEnabled": "true",
        "CountryName": "NL",
        "OrganizationName": str(sut.value("organisation", bench.keys.organisation)),
    }
    await configured(csms, {f"ISO15118Ctrlr.{name}": value for name, value in wanted.items()}, if_writable=True)
    await _own_chains_kept(csms)
    entries = await base_report(csms, sut, "FullInventory", reason=False)
    found = {entry.evse or 0: entry.value for entry in entries if entry.of("ISO15118Ctrlr", "SeccId")}
    await certificate_installed(csms, "V2GRootCertificate", bench.keys.v2g_root)
    return {evse: name for evse, name in sorted(found.items()) if name} or {0: ""}


def of_evse(evse: int) -> str:
    """ " of EVSE 1", for a step; nothing for the whole station."""
    return f" of EVSE {evse}" if evse else ""


async def v2g_signing_request(csms: Csms, evse: int) -> Message:
    """The CSMS asks for a signing request, and the station sends one that is for the V2G certificate."""
    place: dict[str, Any] = {"evse": {"id": evse}} if evse else {}
    answer = await csms.call("TriggerMessage", requestedMessage="SignV2GCertificate", **place)
    check_fields("F06.FR.05", answer, {"status": "Accepted"})
    asked: Message = await csms.expect("SignCertificate", requirement="F06.FR.10", within=csms.timing.long)
    if asked.certificateType is None:
        raise Inconclusive(
            "certificateType is left out, as by a station that has one certificate for vehicles and CSMS (A00.FR.428): "
            "the CSMS would not let it in with one of this V2G root"
        )
    if not check_fields("A02.FR.13", asked, {"certificateType": KIND}):
        raise NonConformance("the request is for another certificate, and is not signed")
    return asked


def request_for_v2g(asked: Message, name: str) -> CertificateRequest:
    """Judge the request: an elliptic key that is long enough, and the name of the EVSE where it has one."""
    request = read_signing_request(asked)
    size = f"{request.key_type} of {request.key_size} bits"
    right = request.key_type == "EC" and request.key_size >= BITS
    if not check(STEP, right, expected=f"an elliptic key of {BITS} bits or more", received=size):
        raise NonConformance(f"{size}: no certificate for it can be used with a vehicle")
    if name:
        given = request.common_name
        check(STEP, name in given, expected=f"a commonName with {name}, the SeccId", received=given)
    return request


async def bring_v2g_certificate(csms: Csms, bench: Bench, asked: Message, request: CertificateRequest) -> None:
    """The station takes the certificate that is signed for its request."""
    organisation = bench.keys.organisation
    authority = issue(
        distinguished_name("V2G sub-CA 2", organisation),
        issuer=bench.keys.v2g_root,
        key=elliptic_key(),
        authority=True,
        path_length=0,
    )
    signed = issue(request.subject, issuer=authority, public_key=request.key, valid_for_days=DAYS)
    on_undo("Delete the V2G certificate", lambda: _deleted(csms, signed, authority))
    number = {} if asked.requestId is None else {"requestId": asked.requestId}
    chain = signed.chain_pem.decode()
    answer = await csms.call("CertificateSigned", certificateChain=chain, certificateType=KIND, **number)
    check_fields("A02.FR.06", answer, {"status": "Accepted"})


async def _deleted(csms: Csms, signed: Identity, authority: Identity) -> None:
    """A station that does not list it cannot be told to delete it (M04.FR.07)."""
    for data in await _chains(csms):
        if is_hash_of(data, signed.certificate, authority.certificate):
            deleted = await csms.attempt("DeleteCertificate", certificateHashData=data)
            if deleted.status != "Accepted":
                raise Inconclusive(f"the station answers {deleted.status or deleted.error}, and keeps the certificate")


async def _own_chains_kept(csms: Csms) -> None:
    """The run says so where the station has given up a certificate of its own for that of the case."""
    before = await _chains(csms)

    async def kept() -> None:
        if before:
            after = await _chains(csms)
            if lost := [data["serialNumber"] for data in before if data not in after]:
                raise Inconclusive(f"the station has given up its V2G certificate {', '.join(lost)}: it needs another")

    on_undo("See that the station has the V2G certificates that it had", kept)


async def _chains(csms: Csms) -> list[dict[str, Any]]:
    """The hashes of the V2G certificates that the station lists."""
    answer = await csms.attempt("GetInstalledCertificateIds", certificateType=[CHAIN])
    return [dict(entry.get("certificateHashData", {})) for entry in answer.certificateHashDataChain or []]
