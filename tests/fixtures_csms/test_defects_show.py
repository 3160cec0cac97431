"""Every defect changes something that a peer can see, and a sound CSMS is the same every time."""

from __future__ import annotations

import asyncio
import os

import pytest
from cryptography import x509
from ocpp_certs import Pki, make_request
from ocpp_fixtures.csms import DEFECTS, ReferenceCsms, Token
from ocpp_fixtures.csms.defects import edge_frame, edge_limit, edge_net, edge_schema, edge_sim, edge_tls, rules

from . import (  # noqa: F401 - they enter their dialogues
    probes_connection,
    probes_core16,
    probes_data_transfer,
    probes_device_model,
    probes_event_kinds,
    probes_firmware,
    probes_meter_values,
    probes_profiles16,
    probes_remote2,
    probes_requests,
    probes_transactions,
)
from .idle_clock import run
from .probes import PROBES, TIME, Probe, still

NEEDS_TLS_OR_BASIC = {
    "password-not-checked", "right-password-refused", "client-certificate-not-bound", "client-certificate-not-required",
    "right-certificate-refused", "old-tls-accepted", "rsa-suites-missing", "cipher-suite-missing",
    "lower-profile-let-in", "upgraded-station-refused", "serial-number-not-compared", "old-password-still-good",
}  # fmt: skip
EDGE = (edge_frame, edge_limit, edge_net, edge_schema, edge_sim, edge_tls, rules)
ONLY_EDGE_CASES = {row.name for family in EDGE for row in family.defect.rows}
"""Defects that a sound dialogue does not show: tests/matrix has a case, or a rule, for each."""
MANY = {"start-without-place-refused", "cost-told-beside-the-station"}
"""Defects that change most dialogues about transactions: these start at no EVSE, and each event has an answer."""
PKI = Pki.create()


async def sign(p):
    csr, key = make_request(p.identity, PKI.organisation)
    number = {"requestId": 7} if p.version == "2.1" else {}
    kind = "ChargingStationCertificate"
    async with p.line() as line:
        found = await line.call("SignCertificate", csr=csr.decode(), certificateType=kind, **number)
        request = await line.answer({"status": "Rejected"})
        served = await line.call("SecurityEventNotification", type="InvalidChargingStationCertificate", timestamp=TIME)
    if isinstance(request, tuple):
        text = request[1].pop("certificateChain")
        own = PKI.station_authority.certificate_pem.decode()
        leaf = x509.load_pem_x509_certificate(text.encode())
        request = [*request, own in text, leaf.public_key() == key.public_key()]
    return [found, request, served]


async def passwords(p):
    names = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    refused = {"setVariableResult": [names | {"attributeStatus": "Rejected"}]}
    return [
        await p.sends("SetVariables", refused, setVariableData=[names | {"attributeValue": "fedcba9876543210"}]),
        p.csms.station(p.identity).password,
        await p.sends("TriggerMessage", requestedMessage="SignV2GCertificate"),
    ]


PROBES["passwords"] = (("2.0.1", "2.1"), passwords)
PROBES["sign"] = (("2.0.1", "2.1"), sign)


async def outcomes(version, defects=()):
    tokens = {"GOOD": Token("GOOD"), "BLOCKED": Token("BLOCKED", status="Blocked")}
    tokens["EXPIRED"] = Token("EXPIRED", status="Expired")
    csms = ReferenceCsms(ocpp=version, tokens=tokens, authority=PKI, defects=defects)
    await csms.start()

    async def one(name, dialogue):
        p = Probe(csms, version)
        p.identity = f"CS-{name}"
        try:
            return name, still(await dialogue(p))
        except Exception as error:  # a dialogue that a defect breaks off is an outcome too
            return name, type(error).__name__

    try:
        running = [one(name, dialogue) for name, (versions, dialogue) in PROBES.items() if version in versions]
        return dict(await asyncio.gather(*running))
    finally:
        await csms.stop()


@pytest.fixture(scope="module")
def sound():
    return {}


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_a_sound_csms_is_the_same_every_time(version):
    assert run(outcomes(version)) == run(outcomes(version))


# 2.0.1 shares every line with 2.1
SHOWN = [
    (v, name)
    for name, bug in DEFECTS.items()
    for v in ("1.6", "2.1")
    if v in bug.versions and name not in NEEDS_TLS_OR_BASIC | ONLY_EDGE_CASES
]
ONE_IN = 1 if os.environ.get("OCPP_PROOF_WHOLE_MATRIX") else 20
"""`make matrix` shows them all: each has every dialogue of its version, half a second of a core."""


@pytest.mark.slow
@pytest.mark.parametrize(("version", "defect"), SHOWN[::ONE_IN])
def test_a_defect_shows(version, defect, sound):
    if version not in sound:
        sound[version] = run(outcomes(version))
    found = run(outcomes(version, [defect]))
    changed = [name for name in found if found[name] != sound[version][name]]
    assert changed
    assert len(changed) <= 6 or defect in MANY
