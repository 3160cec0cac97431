"""Readings that a meter has signed, as a station with a calibrated one sends them."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["SigningMeter", "signed_meter_value"]

READ_BECAUSE = {"Transaction.Begin": "B", "Sample.Clock": "C", "Sample.Periodic": "C", "Transaction.End": "E"}
"""Contexts, and what OCMF calls them (TX): begin, charging, end."""


class SigningMeter:
    """A calibrated meter: it has one key, and numbers what it signs."""

    def __init__(self, serial: str) -> None:
        self.serial = serial
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._signed = 0

    def sign(self, value: float, moment: str, context: str = "Transaction.Begin") -> dict[str, Any]:
        """A SignedMeterValueType of 2.x: the reading in Wh as an OCMF text, with a signature that holds, and the key.

        `moment`: when it was read, as OCPP writes it; `context`: why, in OCPP's words.
        """
        self._signed += 1
        read_at = f"{moment.removesuffix('Z').replace('.', ',')}+0000 S"  # OCMF, TM: milliseconds after a comma
        reading = {"TM": read_at, "TX": READ_BECAUSE[context], "RV": value, "RU": "Wh", "ST": "G"}
        fields = {"FV": "1.0", "PG": f"T{self._signed}", "MS": self.serial, "IS": False, "IT": "NONE", "RD": [reading]}
        text = json.dumps(fields)
        signature = self._key.sign(text.encode(), ec.ECDSA(hashes.SHA256()))
        sealed = json.dumps({"SA": "ECDSA-secp256r1-SHA256", "SD": signature.hex()})
        public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return {
            "signedMeterData": base64.b64encode(f"OCMF|{text}|{sealed}".encode()).decode(),
            "signingMethod": "ECDSA-secp256r1-SHA256",
            "encodingMethod": "OCMF",
            "publicKey": base64.b64encode(public).decode(),
        }


def signed_meter_value(value: float, moment: str, *, serial: str) -> dict[str, Any]:
    """The first reading of a meter that has signed nothing yet, at the begin of a transaction."""
    return SigningMeter(serial).sign(value, moment)
