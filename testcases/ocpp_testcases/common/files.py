"""File servers for firmware, logs and diagnostics, and signed firmware images."""

from __future__ import annotations

import base64
import dataclasses
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from ocpp_certs import Pki
from ocpp_certs.issue import distinguished_name, elliptic_key, issue, rsa_key
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import current_case
from ocpp_proof.cases.steps import by_version, check, on_undo
from ocpp_proof.net.files import Files, FileServer
from ocpp_proof.net.ftp import FtpServer
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import UNSUPPORTED
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import now

__all__ = [
    "Firmware",
    "empty_location",
    "expect_update_known",
    "expired_firmware",
    "file_server",
    "firmware_at_hand",
    "firmware_location",
    "nothing_at",
    "serve_firmware",
    "signed_firmware",
    "signed_image",
    "transfer_protocols",
    "unusable_firmware",
    "wrong_signature",
]

IMAGE_SIZE = 200_000
"""Bytes of the image that the embedded station installs: more than one read of a socket brings."""
SIGNED_UPDATE = {
    "1.6": ("SignedUpdateFirmware", "SignedFirmwareStatusNotification"),
    "2": ("UpdateFirmware", "FirmwareStatusNotification"),
}
SERVED = {"HTTP", "FTP"}
"""What the harness has file servers for."""
OVER = ("DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")
"""Statuses with which an update ends that has installed nothing."""


async def file_server(csms: Csms, sut: Sut) -> tuple[Files, str]:
    """A file server that the station can reach; returns its files and its address

    It speaks HTTP, or FTP to a station that has only that or is of 1.6 and does not say. It is found under the host by
    which the station reached the CSMS, or `values.file_host` of sut.toml.
    """
    return await _served(csms, sut, await transfer_protocols(csms, sut))


async def _served(csms: Csms, sut: Sut, protocols: set[str]) -> tuple[Files, str]:
    server = _server(protocols or _unproved(sut), Files(_note()))
    seen = next((h.host for h in reversed(csms.handshakes) if h.host), "127.0.0.1")
    host = str(sut.value("file_host") or urlsplit(f"//{seen}").hostname or "127.0.0.1")
    local = host in ("localhost", "127.0.0.1", "::1")
    await server.start("127.0.0.1" if local else "0.0.0.0")  # noqa: S104 - a station elsewhere has to reach it
    on_undo("Close the file server", server.stop)
    shown = "127.0.0.1" if local else f"[{host}]" if ":" in host else host
    login = "ocpp:ocpp@" if isinstance(server, FtpServer) else ""
    return server.files, f"{server.scheme}://{login}{shown}:{server.port}"


def _note() -> Any:
    """What writes a line into the evidence of the case that runs."""
    case = current_case()
    return lambda text: case.record("-", "note", text)


def _unproved(sut: Sut) -> set[str]:
    """What is tried with a station that does not say: FTP is what the official cases of 1.6 have."""
    return {"FTP"} if sut.ocpp == "1.6" else set()


async def transfer_protocols(csms: Csms, sut: Sut) -> set[str]:
    """What the station transfers files by; empty where neither it nor [features] says."""
    if sut.ocpp == "1.6":
        answer = await csms.call("GetConfiguration", key=["SupportedFileTransferProtocols"])
        listed = answer.at("configurationKey.0.value")
    else:
        variable = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "FileTransferProtocols"}}
        answer = await csms.call("GetVariables", getVariableData=[variable])
        listed = answer.at("getVariableResult.0.attributeValue")
    claimed = sut.config.features.get("file transfer protocols") or ()
    names = str(listed).split(",") if listed else [str(name) for name in claimed]
    return {name.strip().upper() for name in names if name.strip()}


def _server(protocols: set[str], files: Files) -> FileServer | FtpServer:
    if not protocols or "HTTP" in protocols:
        return FileServer(files)
    if "FTP" in protocols:
        return FtpServer(files)
    raise Inconclusive(
        f"the station transfers files by {', '.join(sorted(protocols))} only; the harness serves HTTP and FTP: "
        "give values.log_location or values.firmware.location in sut.toml"
    )


@dataclasses.dataclass(frozen=True)
class Firmware:
    """An image with what proves its origin: the certificate in PEM, the signature in Base64.

    `location` is where it lies already; empty where the harness has to serve it. `missing` says why there is none.
    """

    image: bytes
    signingCertificate: str
    signature: str
    location: str = ""
    missing: str = ""


@cache
def _own_firmware(seed: str, what: str = "firmware") -> Firmware:
    key = rsa_key()
    root = Pki.create(None).manufacturer_root
    signer = issue(distinguished_name("Firmware signing", "ocpp-proof"), issuer=root, key=key)
    line = f"{what} {seed} ".encode()
    image = line * (IMAGE_SIZE // len(line))
    signature = key.sign(image, padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size), hashes.SHA256())
    return Firmware(image, signer.chain_pem.decode(), base64.b64encode(signature).decode())


def signed_firmware(bench: Bench, sut: Sut) -> Firmware:
    """An image that the station can install, with signing certificate and signature.

    It comes from `values.firmware` of sut.toml: {image = "file", certificate = "file.pem", signature = "Base64"}, and
    location = "address" where a server of the bench has it; for a station that has no signed updates `image` or
    `location` is enough. The embedded station takes any that is signed.
    """
    given: dict[str, Any] | None = sut.value("firmware")
    if given is not None and not (sut.role == "csms" and "certificate" not in given):
        return _read(given)
    if bench.reference is None and sut.role == "station":  # a CSMS only passes it on
        raise Inconclusive(
            "no firmware to install: give values.firmware = { image = …, certificate = …, signature = … } in sut.toml"
        )
    return _own_firmware(str(bench.seed))


def _read(given: dict[str, Any]) -> Firmware:
    """What sut.toml says of an image."""
    image, certificate = given.get("image"), given.get("certificate")
    return Firmware(
        Path(image).read_bytes() if image else b"",
        Path(certificate).read_text("ascii") if certificate else "",
        str(given.get("signature", "")),
        str(given.get("location", "")),
    )


def unusable_firmware(bench: Bench, sut: Sut) -> Firmware:
    """An image that the station's maker signed and that cannot be installed: `values.invalid_firmware` of sut.toml

    The embedded station installs no image that is signed and made for another one.
    """
    given: dict[str, Any] | None = sut.value("invalid_firmware")
    if given is not None:
        return _read(given)
    if bench.reference is None:
        raise Inconclusive(
            "no firmware that cannot be installed: give values.invalid_firmware = { image = …, certificate = …, "
            "signature = … } in sut.toml, which the maker of the station signed"
        )
    return _own_firmware(str(bench.seed), "of another station")


def expired_firmware(sut: Sut, location: str) -> dict[str, Any]:
    """Firmware that nothing comes of: the certificate of its signer has expired, whatever lies at the location."""
    name = distinguished_name(f"Expired signer {sut.text(6)}", "ocpp-proof")
    signer = issue(name, issuer=None, key=elliptic_key(), valid_from_days=-30, valid_for_days=-1)
    return {
        "location": location,
        "retrieveDateTime": now(),
        "signingCertificate": signer.certificate_pem.decode(),
        "signature": base64.b64encode(sut.text(64).encode()).decode(),
    }


def firmware_at_hand(bench: Bench, sut: Sut, *, usable: bool = True) -> Firmware:
    """An image as of signed_firmware, or where there is none what stands in for it: `missing`, and never installed.

    With `usable` False one as of unusable_firmware. Without certificate and signature an image is none for a signed
    update, although it may do for another one of the same sut.toml.
    """
    try:
        firmware = signed_firmware(bench, sut) if usable else unusable_firmware(bench, sut)
        needed = {"certificate": firmware.signingCertificate, "signature": firmware.signature}
        lacking = [name for name, given in needed.items() if not given]
        if lacking:
            key = "values.firmware" if usable else "values.invalid_firmware"
            raise Inconclusive(f"no signed firmware: {key} in sut.toml has no {' and no '.join(lacking)}")
        return firmware
    except Inconclusive as error:
        expired = expired_firmware(sut, "")
        return Firmware(b"", expired["signingCertificate"], expired["signature"], missing=str(error))


async def expect_update_known(csms: Csms, sut: Sut, firmware: Firmware, location: str) -> None:
    """Where the image is missing, judge at least that the station knows the request that installs one; Inconclusive.

    It is asked, without another try, for what cannot be installed: the certificate has expired, which a station finds
    before it accepts the request (2.x L01.FR.21; 1.6S L01.FR.23), and nothing lies at the location. Then it is waited
    for until it is idle.
    """
    if not firmware.missing:
        return
    action, status = by_version(SIGNED_UPDATE)
    requestId, since = sut.number(), csms.next_index
    answer = await csms.attempt(action, requestId=requestId, retries=0, firmware=expired_firmware(sut, location))
    known = answer.error not in UNSUPPORTED
    check("claimed feature", known, expected=f"{action} known", received=answer.error or dict(answer))
    if answer.error is None and str(answer.status).startswith("Accepted"):
        await csms.expect_optional(status, within=csms.timing.long, since=since, requestId=requestId, status=OVER)
    raise Inconclusive(firmware.missing)


def firmware_location(sut: Sut) -> tuple[str, bool]:
    """Where an image lies that a CSMS under test has installed, and whether sut.toml says so.

    It is `values.firmware.location`, the official "Firmware Download URL"; without it an address that nobody serves.
    """
    location = str((sut.value("firmware") or {}).get("location", ""))
    return location or f"https://firmware.example/{sut.text()}.bin", bool(location)


def nothing_at(location: str) -> str:
    """An address on the same server at which no file lies."""
    parts = urlsplit(location)
    return parts._replace(path=f"{parts.path}_does_not_exist").geturl()


async def empty_location(csms: Csms, sut: Sut) -> str:
    """An address of a protocol that the station speaks, at which no firmware lies

    For what has to be refused before anything is fetched: it is on no server where the harness serves no such protocol.
    """
    location, given = firmware_location(sut)
    if given:
        return nothing_at(location)
    protocols = await transfer_protocols(csms, sut)
    if protocols and not protocols & SERVED:
        return f"{min(protocols).lower()}://firmware.example/{sut.text()}.bin"
    return f"{(await _served(csms, sut, protocols))[1]}/firmware/{sut.text()}.bin"


def signed_image(bench: Bench, sut: Sut) -> Firmware:
    """A signed image that a CSMS under test has installed, and where it lies."""
    return dataclasses.replace(signed_firmware(bench, sut), location=firmware_location(sut)[0])


def wrong_signature(firmware: Firmware) -> str:
    """A signature, in Base64 and as long as the right one, that is not that of the image."""
    signature = bytearray(base64.b64decode(firmware.signature))
    if not signature:
        raise Inconclusive("no signature: give values.firmware.signature in sut.toml")
    signature[len(signature) // 2] ^= 0xFF
    return base64.b64encode(signature).decode()


async def serve_firmware(csms: Csms, sut: Sut, firmware: Firmware) -> tuple[Files | None, str]:
    """The image lies where the station can fetch it; returns the files of the server and the address of the image

    There are no files to look into where sut.toml gives a `location`.
    """
    if firmware.location:
        return None, firmware.location
    files, address = await file_server(csms, sut)
    path = f"/firmware/{sut.text()}.bin"
    if not firmware.missing:
        files.put(path, firmware.image)
    return files, address + path
