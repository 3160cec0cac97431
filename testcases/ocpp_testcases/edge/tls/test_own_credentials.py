"""Credentials that a CSMS gives to a station: a certificate that was asked for shortly, the longest password."""

import dataclasses

from ocpp_certs import make_request
from ocpp_proof import ALL, by_topic, by_version, case, check, given, not_judged, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, octets, password_of

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.csms_connection_security import expect_answered
from ocpp_testcases.edge.states.operator import requested

LONGEST = {"1.6": 20, "2.0.1": 40, "2.1": 64}
"""Characters of a password (1.6: octets, which are written in twice as many hexadecimal digits)."""


@case(
    "X_TLS_20_CSMS",
    ocpp=("2.0.1", "2.1"),
    sut="csms",
    title="A signing request that does not say for what",
    security_profiles=(2, 3),
)
async def test_request_without_type(station, sut, bench):
    """A station that has one certificate for all does not name a type; without an answer it is soon without any."""
    await given(booted, station, sut)
    organisation = str(sut.value("organisation", bench.keys.organisation))
    csr, key = make_request(station.identity, organisation)
    with step("The station asks for a certificate, and leaves certificateType out"):
        answer = await station.call("SignCertificate", csr=csr.decode())
        accepted = answer.status == "Accepted"
        check("A02.FR.11", accepted, expected="Accepted", received=dict(answer))
    if not accepted:
        return
    with step("The CSMS brings a certificate for the key of the request"):
        signed = await station.expect("CertificateSigned", requirement="A02.FR.11", within=sut.timing.long)
        chain = certificates_in(signed.certificateChain)
        own = bool(chain) and chain[0].public_key() == key.public_key()
        check("A02.FR.11", own, expected="a certificate for this key", received=signed.certificateChain)


def change(ocpp, password):
    """The wish to give a station this password, and how its request is known."""
    if ocpp == "1.6":
        wish = {"key": "AuthorizationKey", "value": hexadecimal(password)}
        return "ChangeConfiguration", wish, {"key": "AuthorizationKey"}
    place = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "BasicAuthPassword"}}
    wish = {"setVariableData": [{**place, "attributeValue": password}]}
    return "SetVariables", wish, {"setVariableData": lambda told: "BasicAuthPassword" in str(told)}


def told_password(ocpp, request):
    """The password in the request that came."""
    if ocpp != "1.6":
        return str(request.setVariableData[0]["attributeValue"])
    try:
        return password_of(bytes.fromhex(str(request.value)))
    except ValueError:
        return str(request.value)


@case(
    "X_TLS_21_CSMS",
    ocpp=ALL,
    sut="csms",
    title="The longest password that there may be",
    security_profiles=(1, 2),
    exclusive=True,
)
async def test_longest_password(station, sut):
    """A password that is cut when it is stored locks the station out, or is shorter than anybody believes."""
    await given(booted, station, sut)
    right, longest = station.credentials, LONGEST[sut.ocpp]
    action, wish, known = change(sut.ocpp, sut.text(longest))
    with step(f"The operator gives the station a password of {longest} characters, and the station takes it"):
        on_undo("The station has its old password again", lambda: given_back(station, sut, right))
        request = await requested(station, sut, action, wish, matching=known)
        password = told_password(sut.ocpp, request)
        if len(octets(password)) != longest:
            because = f"the CSMS chose a password of {len(octets(password))} characters itself"
            not_judged(by_topic("password checked"), because=because)
    new = dataclasses.replace(right, password=password)
    with step("The station is let in with the new password"):
        await station.close()
        await expect_let_in(station, new)
    with step("It is not let in with all of it but the last character"):
        await station.close()
        await station.expect_refused(
            requirement=by_topic("password checked"),
            credentials=dataclasses.replace(new, password=password[:-1]),
            what="the password without its last character",
        )


async def expect_let_in(station, credentials):
    """The station is let in: at once, or when the CSMS has written its password down."""
    refusals = await let_in(station, credentials)
    requirement, accepted = by_version({"1.6": "1.6S A01.FR.03", "2": "A01.FR.03"}), station.connected
    received = "connection accepted" if accepted else refusals
    if not check(requirement, accepted, expected="let in with the new password", received=received):
        raise Inconclusive(f"the station is not let in: {refusals}")


async def given_back(station, sut, right):
    """The old password is set again."""
    if station.credentials is right:
        return
    if not station.connected:
        await station.connect()
        await expect_answered(station)
    action, wish, known = change(sut.ocpp, right.password or "")
    await requested(station, sut, action, wish, matching=known)
    station.credentials = right
