"""Short dialogues with the 1.6 Central System: firmware, diagnostics, reservations, triggers, profiles, security."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_certs import Pki, make_request

from .probes import TIME, V16, Line, Probe, probe
from .probes_core16 import alive, said

LOCATION = "https://Firmware.example/Image.bin"
FOREIGN = Pki.create().manufacturer_root.certificate_pem.decode()
KINDS = ("CentralSystemRootCertificate", "ManufacturerRootCertificate")
HASHES = {"hashAlgorithm": "SHA256", "issuerNameHash": "aa", "issuerKeyHash": "bb", "serialNumber": "ff"}
STATUSES = {
    "FirmwareStatusNotification": ("DownloadFailed", "InstallationFailed", "Installed"),
    "DiagnosticsStatusNotification": ("Uploaded", "UploadFailed"),
    "SignedFirmwareStatusNotification": ("SignatureVerified", "InstallRebooting", "InvalidSignature"),
    "LogStatusNotification": ("Uploading",),
}


def soon(seconds: float = 600) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def limits(**fields: Any) -> dict[str, Any]:
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 6.0}]}
    kind = {"chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative"}
    return {"chargingProfileId": 7, "stackLevel": 2, **kind, "chargingSchedule": schedule, **fields}


async def asks(p: Probe, line: Line, action: str, response: dict[str, Any] | None = None, **wish: Any) -> Any:
    """What the CSMS puts on this line for a demand."""
    await p.demand(action, **wish)
    return await line.answer({"status": "Accepted"} if response is None else response)


@probe(*V16)
async def statuses_profiles(p: Probe) -> Any:
    async with p.line() as line:
        return [[await line.call(action, status=word) for word in words] for action, words in STATUSES.items()]


@probe(*V16)
async def firmware_profiles(p: Probe) -> Any:
    wish = {"location": LOCATION, "signingCertificate": FOREIGN, "signature": "QUJD"}
    async with p.line() as line:
        plain = await asks(p, line, "UpdateFirmware", {}, location=LOCATION)
        _, signed = await asks(p, line, "SignedUpdateFirmware", firmware=wish)
    firmware = signed["firmware"]
    return [plain, firmware["location"], firmware["signature"], firmware["signingCertificate"] == FOREIGN]


@probe(*V16)
async def uploads_profiles(p: Probe) -> Any:
    log = {"remoteLocation": LOCATION}
    async with p.line() as line:
        found = await asks(p, line, "GetLog", logType="SecurityLog", requestId=1, log=log)
        return [
            found,
            await asks(p, line, "GetDiagnostics", {"fileName": "a.log"}, location=LOCATION),
            await alive(line),
        ]


@probe(*V16)
async def reservation_profiles(p: Probe) -> Any:
    end = soon()
    wish = {"idTag": "GOOD", "expiryDate": end, "parentIdTag": "FAMILY"}
    async with p.line() as line:
        found: list[Any] = []
        for number, connector in ((31, 0), (32, 2)):
            await p.demand("ReserveNow", reservationId=number, connectorId=connector, **wish)
            _, sent = await line.answer({"status": "Accepted"})
            late = datetime.fromisoformat(sent["expiryDate"]) - datetime.fromisoformat(end)
            found.append([sent["connectorId"], sent.get("parentIdTag"), late < timedelta(seconds=10)])
        for number in (31, 32):
            await p.demand("CancelReservation", reservationId=number)
            _, sent = await line.answer({"status": "Accepted"})
            found.append(sent["reservationId"] == number)
    return [found, await p.demand("ReserveNow", connectorId=1, idTag="GOOD", expiryDate="2020-01-01T00:00:00Z")]


@probe(*V16)
async def refused_reservation_profiles(p: Probe) -> Any:
    wish = {"reservationId": 33, "connectorId": 1, "idTag": "GOOD", "expiryDate": soon()}
    return await said(p, "ReserveNow", {"status": "Occupied"}, **wish)


@probe(*V16)
async def refused_cancellation_profiles(p: Probe) -> Any:
    return await said(p, "CancelReservation", {"status": "Rejected"}, reservationId=34)


@probe(*V16)
async def groups_profiles(p: Probe) -> Any:
    token = f"T{p.identity}"
    await p.http("PUT", f"/tokens/{token}", {"group": "FAMILY"})
    async with p.line() as line:
        return [await p.authorize(line, name) for name in (token, "GOOD")]


@probe(*V16)
async def service_profiles(p: Probe) -> Any:
    async with p.line() as line:
        sent = await asks(p, line, "ChangeAvailability", connectorId=2, type="Inoperative")
        return [sent, await p.status(line, "Unavailable")]


@probe(*V16)
async def triggers_profiles(p: Probe) -> Any:
    async with p.line() as line:
        found = await asks(p, line, "ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
        wish = {"requestedMessage": "MeterValues", "connectorId": 3}
        return [found, await asks(p, line, "TriggerMessage", {"status": "Rejected"}, **wish), await alive(line)]


@probe(*V16)
async def transaction_profile_profiles(p: Probe) -> Any:
    async with p.line() as line:
        first, second = await p.start(line), await p.start(line, connectorId=2)
        await p.demand("SetChargingProfile", connectorId=1, csChargingProfiles=limits())
        _, sent = await line.answer({"status": "Accepted"})
        profile = sent["csChargingProfiles"]
        named = profile.pop("transactionId", None)
        wrong = limits(transactionId=second["transactionId"])
        refused = await p.demand("SetChargingProfile", connectorId=1, csChargingProfiles=wrong)
        return [profile, named == first["transactionId"], refused]


@probe(*V16)
async def clearing_profiles(p: Probe) -> Any:
    wishes: tuple[dict[str, Any], ...] = ({"id": 5}, {"connectorId": 1, "stackLevel": 2}, {})
    async with p.line() as line:
        return [await asks(p, line, "ClearChargingProfile", **wish) for wish in wishes]


@probe(*V16)
async def composite_profiles(p: Probe) -> Any:
    wish = {"connectorId": 1, "duration": 3600, "chargingRateUnit": "W"}
    return await said(p, "GetCompositeSchedule", {"status": "Accepted"}, **wish)


@probe(*V16)
async def remote_start_profiles(p: Probe) -> Any:
    named = limits(transactionId=1)
    async with p.line() as line:
        sent = await asks(p, line, "RemoteStartTransaction", idTag="GOOD", connectorId=1, chargingProfile=limits())
        return [sent, await p.demand("RemoteStartTransaction", idTag="GOOD", chargingProfile=named)]


@probe(*V16)
async def roots_profiles(p: Probe) -> Any:
    found: list[Any] = []
    async with p.line() as line:
        for kind in KINDS:
            await p.demand("InstallCertificate", certificateType=kind, certificate=FOREIGN)
            _, sent = await line.answer({"status": "Accepted"})
            found.append([sent["certificateType"], sent["certificate"] == FOREIGN])
            await p.demand("GetInstalledCertificateIds", certificateType=kind)
            found.append(await line.answer({"status": "NotFound"}))
        await p.demand("DeleteCertificate", certificateHashData=HASHES)
        return [found, await line.answer({"status": "Accepted"}), await alive(line)]


@probe(*V16)
async def refused_root_profiles(p: Probe) -> Any:
    return await said(p, "InstallCertificate", {"status": "Rejected"}, certificateType=KINDS[0])


@probe(*V16)
async def sign_profiles(p: Probe) -> Any:
    csr, _ = make_request(p.identity, "ocpp-proof")
    async with p.line() as line:
        found = await line.call("SignCertificate", csr=csr.decode())
        request = await line.answer({"status": "Accepted"})
        own = p.csms.authority.station_authority.certificate_pem.decode()
        return [found, own in request[1]["certificateChain"] if isinstance(request, tuple) else request]


@probe(*V16)
async def security_profiles(p: Probe) -> Any:
    async with p.line() as line:
        change = await asks(p, line, "ChangeConfiguration", key="SecurityProfile", value="1")
        return [change, await line.call("SecurityEventNotification", type="InvalidCsr", timestamp=TIME)]
