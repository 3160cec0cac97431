"""What a station takes for a root certificate."""

import pytest
from ocpp_certs import certificate_hash
from ocpp_certs.issue import distinguished_name, elliptic_key, issue
from ocpp_proof import ALL, NotApplicable, by_topic, case, check, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.edge.states.probe import expect_probe_answered

KIND = "ManufacturerRootCertificate"
"""The kind of a root on which the station's connection does not hang, whatever becomes of it."""


def no_root(bench, sut, what):
    """A certificate that is no root of today."""
    if what == "leaf":
        return bench.keys.server([f"{sut.text(8).lower()}.example"])
    subject = distinguished_name(f"Root {sut.text(6)}", bench.keys.organisation)
    return issue(subject, issuer=None, key=elliptic_key(), authority=True, valid_from_days=-30, valid_for_days=-1)


async def installed(csms: Csms, certificate):
    """Whether the station takes it as a root; it is deleted again when the case ends."""
    answer = await csms.attempt(
        "InstallCertificate", certificateType=KIND, certificate=certificate.certificate_pem.decode()
    )
    if answer.error in ("NotImplemented", "NotSupported"):
        raise NotApplicable("the station installs no certificates")
    if answer.error is None and answer.status == "Accepted":
        on_undo("Delete the certificate", lambda: deleted(csms, certificate))
    return answer


async def deleted(csms: Csms, certificate):
    """Whoever has the key of a root that stays in the station is trusted by it: that must not go unsaid.

    A station that does not know the issuer can only name the certificate as one of its own.
    """
    own, issuer = certificate.certificate, (certificate.issuer or certificate).certificate
    answers = []
    for signer in dict.fromkeys((issuer, own)):
        answer = await csms.attempt("DeleteCertificate", certificateHashData=certificate_hash(own, signer))
        if answer.status == "Accepted":
            return
        answers.append(answer.error or answer.status)
    raise Inconclusive(f"the station answers {', '.join(answers)}, and may keep what is no root")


@case(
    "X_TLS_13_CS",
    ocpp=ALL,
    sut="station",
    title="What is no root is not installed as one",
    security_profiles=(2, 3),
    disruptive=True,
)
@pytest.mark.parametrize("what", ["expired", "leaf"])
async def test_no_root(csms, sut, bench, what):
    """A leaf that is taken for a root opens the station to whoever has its key; an expired root to those of old."""
    requirement = by_topic("invalid root") if what == "expired" else "TLS root kind"
    with step(f"The CSMS has a certificate installed as a root that is none: {what}"):
        answer = await installed(csms, no_root(bench, sut, what))
        check(requirement, answer.status != "Accepted", expected="not installed", received=answer.error or dict(answer))
    with step("The station goes on"):
        await expect_probe_answered(csms)
