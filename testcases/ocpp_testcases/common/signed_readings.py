"""Readings that a meter has signed, as a station with a calibrated one sends them."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["signed_meter_value"]


def signed_meter_value(value: float, moment: str, *, serial: str) -> dict[str, Any]:
    """A SignedMeterValueType of 2.x: the reading in Wh as an OCMF text, with a signature that holds, and the key.

    `moment`: when it was read, as OCPP writes it; `serial`: the number of the meter.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    read_at = f"{moment.removesuffix('Z').replace('.', ',')}+0000 S"  # OCMF, TM: milliseconds after a comma
    text = json.dumps(
        {
            "FV": "1.0",
            "PG": "T1",
            "MS": serial,
            "IS": False,
            "IT": "NONE",
            "RD": [{"TM": read_at, "TX": "B", "RV": value, "RU": "Wh", "ST": "G"}],
        }
    )
    signature = key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
    sealed = json.dumps({"SA": "ECDSA-secp256r1-SHA256", "SD": signature.hex()})
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "signedMeterData": base64.b64encode(f"OCMF|{text}|{sealed}".encode()).decode(),
        "signingMethod": "ECDSA-secp256r1-SHA256",
        "encodingMethod": "OCMF",
        "publicKey": base64.b64encode(public).decode(),
    }
