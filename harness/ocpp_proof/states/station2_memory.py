"""What a station under test keeps, OCPP 2.0.1 and 2.1: tokens, lists, reservations, root certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_certs import Identity, certificate_hash, is_hash_of

from ..engine.words import check, on_undo
from ..roles.csms import Csms
from ..sut.sut import Sut, Token
from .station2 import Session, authorized_locally, ev_connected_pre_session, session
from .status2 import connector_status, status_outcomes

__all__ = [
    "certificate_installed",
    "id_token_cached",
    "in_time",
    "installed_certificates",
    "local_list_full",
    "reserved",
]


def in_time(**of: float) -> str:
    """A moment from now as OCPP writes it: in_time(hours=-2)."""
    return (datetime.now(UTC) + timedelta(**of)).isoformat(timespec="seconds").replace("+00:00", "Z")


async def id_token_cached(csms: Csms, sut: Sut, token: Token) -> None:
    """IdTokenCached: the station has seen that the CSMS accepts this token"""
    tx: Session = await authorized_locally(csms, sut, await session(csms, sut, token))
    await ev_connected_pre_session(csms, sut, tx)
    await tx.clean_up()


async def local_list_full(csms: Csms, entries: list[Token], versionNumber: int) -> Any:
    """The local authorization list is replaced; returns the answer. The list is emptied when the case ends"""

    async def empty() -> None:
        await csms.attempt("SendLocalList", versionNumber=versionNumber + 1, updateType="Full")

    on_undo("Empty the local authorization list", empty)
    return await csms.call(
        "SendLocalList",
        versionNumber=versionNumber,
        updateType="Full",
        localAuthorizationList=[{"idToken": t.payload, "idTokenInfo": {"status": "Accepted"}} for t in entries],
    )


async def reserved(csms: Csms, sut: Sut, token: Token, evseId: int, connectorId: int) -> int:
    """Reserved: an EVSE is kept for a token; returns the reservation's id

    The reservation is cancelled when the case ends.
    """
    number = sut.number()

    async def cancel() -> None:
        csms.forget()
        answer = await csms.attempt("CancelReservation", reservationId=number)
        if answer.status == "Accepted":
            await csms.expect_one_of(*status_outcomes("Available", evseId, connectorId))

    on_undo("Cancel the reservation", cancel)
    answer = await csms.call(
        "ReserveNow", id=number, expiryDateTime=in_time(hours=1), idToken=token.payload, evseId=evseId
    )
    check("scenario", answer.status == "Accepted", expected="ReserveNowResponse Accepted", received=dict(answer))
    await connector_status(csms, "Reserved", evseId, connectorId)
    return number


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
    check("M05.FR.02", answer.status == "Accepted", expected="status Accepted", received=dict(answer))


async def installed_certificates(csms: Csms, certificateType: str, root: Identity) -> None:
    """GetInstalledCertificates: the station names this root certificate among those of its type."""
    answer = await csms.call("GetInstalledCertificateIds", certificateType=[certificateType])
    check("M03.FR.03", answer.status == "Accepted", expected="status Accepted", received=dict(answer))
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
