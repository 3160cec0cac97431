"""What stands in a sample where a schema says only that it is a text or a number: values that mean something.

Numbers that name a thing are higher than any that a product is likely to have given out: a sample names nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

__all__ = ["DAY", "HASH_LENGTHS", "NOBODY", "TIME", "Names", "meaningful"]

Names = tuple[str, ...]

NOBODY = 2_000_000_000
"""The number of a thing (a reservation, a transaction, an EVSE ...) that nobody has."""
_DAY = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=3)
DAY = _DAY.isoformat()
"""Three days ago: what happened then is over, and not so old that a CSMS may think it senseless (1.6, 4.8; E02)."""
TIME = f"{DAY}T03:04:05Z"
_LATER = f"{_DAY + datetime.timedelta(days=1)}T03:04:05Z"
_FILE = "https://files.example/one"
_NUMERAL = "1"  # a measured value is a text in 1.6

HASH_LENGTHS = {"SHA256": 64, "SHA384": 96, "SHA512": 128}
"""How many hexadecimal digits a hash has."""
_HASH = "5b" * 32
_CHECKSUM = "9e107d9d372bb6826bd81d3542a419d6"

_VALUES: dict[str, Any] = {
    "value": _NUMERAL,
    "startPeriod": 0,
    "chargingProfileKind": "Relative",
    "chargingProfilePurpose": "TxProfile",
    "issuerNameHash": _HASH,
    "issuerKeyHash": _HASH,
    "checksum": _CHECKSUM,
    "location": _FILE,
    "remoteLocation": "https://files.example/",
    "responderURL": "https://ocsp.example/",
    "urls": "https://crl.example/",
    "receiptUrl": "https://receipts.example/1",
    "ocppCsmsUrl": "wss://csms.example/ocpp",
    "language": "en",
    "language1": "en",
    "language2": "nl",
    "currency": "EUR",
    "unit": "Wh",
    "idTag": "04F0E1D2C3B4A5",
    "parentIdTag": "04F0E1D2C3B4A6",
    "idToken": "04F0E1D2C3B4A5",
    "additionalIdToken": "04F0E1D2C3B4A6",
    "techCode": "0",
    "startTimeOfDay": "08:00",
    "endTimeOfDay": "18:00",
    "validFromDate": f"{_DAY.year}-01-01",
    "validToDate": f"{_DAY.year}-12-31",
    "connectorType": "cType2",
    "validTo": _LATER,
    "stopTime": _LATER,
    "latestTimestamp": _LATER,
    "endDateTime": _LATER,
}
_HASHED = ("customerCertificate", "hashRootCertificate", "ocspRequestData")
"""What names a certificate by its hashes, beside those that say so in their name."""
_TYPES = {"idToken": "Central", "groupIdToken": "Central"}
"""The type of a token that is a text in 2.1; what is in additionalInfo is anything."""


def meaningful(names: Names, part: Mapping[str, Any]) -> Any:
    """The value for a field at `names` (of members, without the numbers of elements); None where any will do."""
    name, kind = names[-1] if names else "", part.get("type")
    inside = names[-2] if len(names) > 1 else ""
    value: Any = _VALUES.get(name)
    if kind == "integer" and "maximum" not in part and (name == "id" or name.endswith(("Id", "Ids"))):
        return NOBODY
    if name == "serialNumber" and (inside.endswith("HashData") or inside in _HASHED):
        value = "1f2e3d4c5b6a"
    if name == "type" and inside in _TYPES and kind == "string":
        value = _TYPES[inside]
    if kind == "string" and name in ("certificate", "certificateChain", "signingCertificate", "csr"):
        value = _pem(request=name == "csr")
    return value if _fits(value, part) else None


def _fits(value: Any, part: Mapping[str, Any]) -> bool:
    if "enum" in part:
        return value in part["enum"]
    match part.get("type"):
        case "string":
            return isinstance(value, str) and len(value) <= part.get("maxLength", len(value))
        case "integer":
            return type(value) is int
    return False


@cache
def _pem(*, request: bool) -> str:
    """A certificate that nobody trusts, or a request for one, of a key that nobody keeps."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    if request:
        made: Any = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    else:
        begin = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        builder = builder.serial_number(1).not_valid_before(begin).not_valid_after(begin.replace(year=2036))
        made = builder.sign(key, hashes.SHA256())
    return str(made.public_bytes(serialization.Encoding.PEM).decode())
