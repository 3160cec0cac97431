"""Credentials that a CSMS gives to a station: a certificate that was asked for shortly, the longest password."""

import dataclasses
from contextlib import suppress

from ocpp_certs import make_request
from ocpp_proof import ALL, by_topic, by_version, case, check, given, not_judged, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, octets, password_of

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.operator import requested

LONGEST = {"1.6": 20, "2.0.1": 40, "2.1": 40}
"""Characters of a password (1.6: octets, which are written in twice as many hexadecimal digits).

In 2.1 a station may have more room, up to 64, which the CSMS knows by the maxLimit of BasicAuthPassword (A00.FR.205).
"""


@case(
    "X_TLS_20_CSMS",
    ocpp=("2.0.1", "2.1"),
    sut="csms",
    title="A signing request that does not say for what",
    security_profiles=(2, 3),
)
async def test_request_without_type(station, sut, bench):
    """A station that has one certificate for all does not name a type; without an answer it is soon without any.

    A CSMS that has no authority for such a certificate says Rejected (A02.FR.12).
    """
    await given(booted, station, sut)
    organisation = str(sut.value("organisation", bench.keys.organisation))
    csr, key = make_request(station.identity, organisation)
    with step("The station asks for a certificate, and leaves certificateType out"):
        answer = await station.call("SignCertificate", requirement="OCPP-J 4.2.2", csr=csr.decode())
        if answer.status == "Rejected":
            not_judged("A02.FR.11", because="the CSMS says that it cannot process the request (A02.FR.12)")
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


def told_passwords(ocpp, request):
    """The password in the request that came: in 1.6 the octets that its digits stand for, or else its text."""
    if ocpp != "1.6":
        entries = request.setVariableData
        return [str(one["attributeValue"]) for one in entries if one["variable"]["name"] == "BasicAuthPassword"]
    forms = [str(request.value)]
    with suppress(ValueError):
        forms.insert(0, password_of(bytes.fromhex(forms[0])))
    return forms


@case(
    "X_TLS_21_CSMS",
    ocpp=ALL,
    sut="csms",
    title="The longest password that every station has room for",
    security_profiles=(1, 2),
    exclusive=True,
    disruptive=True,
    wrong_logins=1,
)
async def test_longest_password(station, sut, bench):
    """A password that is cut when it is stored locks the station out, or is shorter than anybody believes."""
    await given(booted, station, sut)
    right, longest = station.credentials, LONGEST[sut.ocpp]
    action, wish, known = change(sut.ocpp, sut.text(longest))
    with step(f"The operator gives the station a password of {longest} characters, and the station takes it"):
        on_undo("The station has its old password again", lambda: given_back(station, sut, bench, right))
        request = await requested(station, sut, action, wish, matching=known)
        given_ones = told_passwords(sut.ocpp, request)
    kept = by_version({"1.6": "1.6S A01.FR.03", "2": "A01.FR.03"})
    with step("The station is let in with the new password"):
        await station.close()
        refusals, *_ = await let_in(station, *(dataclasses.replace(right, password=one) for one in given_ones))
        received = "connection accepted" if station.connected else refusals
        check(kept, station.connected, expected="let in with the new password", received=received)
        if not station.connected:
            raise Inconclusive(f"the station is not let in: {refusals}")
        new = station.credentials
        length = len(octets(new.password))
        if length != longest:
            not_judged(kept, because=f"the CSMS chose a password of {length} characters itself")
    with step("It is not let in with all of it but the last character"):
        await station.close()
        await station.expect_refused(
            requirement=by_topic("password checked"),
            credentials=dataclasses.replace(new, password=new.password[:-1]),
            what="the password without its last character",
        )


async def given_back(station, sut, bench, right):
    """The station has its old password again; where that cannot be had, no other case comes as this station."""
    restored = False
    try:
        if station.credentials is right:  # the new one was never good
            await station.close()
            await let_in(station, right)
            restored = station.connected
            return
        if not station.connected:
            await let_in(station, station.credentials)
        action, wish, known = change(sut.ocpp, right.password or "")
        passwords = told_passwords(sut.ocpp, await requested(station, sut, action, wish, matching=known))
        await station.close()
        await let_in(station, *(dataclasses.replace(right, password=one) for one in passwords))
        restored = station.connected and station.credentials.password == right.password
        if not restored:
            raise Inconclusive(f"{station.identity} has a password that the CSMS chose, and not its old one")
    finally:
        if not restored:
            bench.identities.changed_for_good(station.identity)
