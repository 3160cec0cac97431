"""Files that a station under test fetches and brings: a file server of the harness, and signed firmware for it."""

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
from ocpp_certs.issue import distinguished_name, issue, rsa_key

from ..engine.bench import Bench
from ..engine.errors import Inconclusive
from ..engine.evidence import current_case
from ..engine.words import on_undo
from ..net.files import FileServer
from ..roles.csms import Csms
from ..sut.sut import Sut
from .variables2 import get_variable

__all__ = ["Firmware", "file_server", "signed_firmware"]


async def file_server(csms: Csms, sut: Sut) -> tuple[FileServer, str]:
    """A file server that the station can reach; returns it and its address

    It is found under the host by which the station reached the CSMS, or `values.file_host` of sut.toml.
    """
    protocols = await get_variable(csms, "OCPPCommCtrlr.FileTransferProtocols")
    if protocols is not None and "HTTP" not in [p.strip() for p in protocols.split(",")]:
        raise Inconclusive(f"the station transfers files by {protocols} only; the harness serves HTTP")
    case = current_case()
    server = FileServer(lambda text: case.record("-", "note", text))
    seen = next((h.host for h in reversed(csms.handshakes) if h.host), "127.0.0.1")
    host = str(sut.value("file_host") or urlsplit(f"//{seen}").hostname or "127.0.0.1")
    local = host in ("localhost", "127.0.0.1", "::1")
    await server.start("127.0.0.1" if local else "0.0.0.0")  # noqa: S104 - a station elsewhere has to reach it
    on_undo("Close the file server", server.stop)
    shown = "127.0.0.1" if local else f"[{host}]" if ":" in host else host
    return server, f"http://{shown}:{server.port}"


@dataclasses.dataclass(frozen=True)
class Firmware:
    """An image with what proves its origin: the certificate in PEM, the signature in Base64."""

    image: bytes
    signingCertificate: str
    signature: str


@cache
def _own_firmware(seed: str) -> Firmware:
    key = rsa_key()
    root = Pki.create(None).manufacturer_root
    signer = issue(distinguished_name("Firmware signing", "ocpp-proof"), issuer=root, key=key)
    image = f"firmware {seed} ".encode() * 64
    signature = key.sign(image, padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size), hashes.SHA256())
    return Firmware(image, signer.chain_pem.decode(), base64.b64encode(signature).decode())


def signed_firmware(bench: Bench, sut: Sut) -> Firmware:
    """An image that the station can install, with signing certificate and signature.

    It comes from `values.firmware` of sut.toml: {image = "file", certificate = "file.pem", signature = "Base64"}. The
    embedded station takes any that is signed.
    """
    given: dict[str, Any] | None = sut.value("firmware")
    if given is not None:
        return Firmware(
            Path(given["image"]).read_bytes(), Path(given["certificate"]).read_text("ascii"), str(given["signature"])
        )
    if bench.reference is None:
        raise Inconclusive(
            "no firmware to install: give values.firmware = { image = …, certificate = …, signature = … } in sut.toml"
        )
    return _own_firmware(str(bench.seed))
