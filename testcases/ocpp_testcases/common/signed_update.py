"""The certificate and the signature of a firmware update that a CSMS under test orders, the same in every version."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.files import Firmware

__all__ = ["OF_ITS_OWN", "is_signed", "same_signature", "same_signer"]

OF_ITS_OWN = "values.firmware in sut.toml has to say what a CSMS with images of its own sends"


def is_signed(firmware: Any) -> bool:
    """Whether the firmware of a request has a certificate and a signature at all."""
    told = firmware or {}
    return bool(certificates_in(told.get("signingCertificate")) and _octets(told.get("signature")))


def same_signer(firmware: Firmware) -> Pattern:
    """The certificate that signed this image, with the chain that was given with it or alone."""
    wanted = certificates_in(firmware.signingCertificate)
    return Pattern(
        "the certificate that signed the image, in PEM",
        lambda pem: bool(wanted) and certificates_in(pem) in (wanted, wanted[:1]),
    )


def same_signature(firmware: Firmware) -> Pattern:
    """The signature of this image: its octets, however Base64 is broken into lines."""
    wanted = _octets(firmware.signature)
    return Pattern("its signature in Base64", lambda text: bool(wanted) and _octets(text) == wanted)


def _octets(text: Any) -> bytes:
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
