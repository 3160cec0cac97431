"""User names and passwords that let nobody in, at a CSMS under test."""

import base64
import dataclasses

import pytest
from ocpp_proof import ALL, Inconclusive, by_topic, case, check, step
from ocpp_proof.cases.passwords import octets

from ocpp_testcases.common.refusals import check_not_upgraded, check_status
from ocpp_testcases.edge.states.csms_connection_security import (
    credentials_with_tls,
    expect_accepted_after_wrong_login,
    expect_connection_accepted,
    second_identity,
)

GUESSES = {
    "cut short": lambda user, password: (user, password[:-1]),
    "with more": lambda user, password: (user, f"{password}x"),
    "with a colon": lambda user, password: (user, f"{password}:x"),
    "other case": lambda user, password: (user, password.swapcase()),
    "empty": lambda user, password: (user, ""),
    "very long": lambda user, password: (user, password * 200),
    "UTF-8": lambda user, password: (user, "pässwörd-Пароль-密码"),
    "not UTF-8": lambda user, password: (user, "p\udce4ssw\udcf6rd-0123456"),
    "no user": lambda user, password: ("", password),
    "user cut short": lambda user, password: (user[:-1], password),
    "another user": lambda user, password: (f"{user}-x", password),
}
"""User name and password that are tried in place of the right ones; undecodable bytes are written as surrogates."""


def basic(user, password):
    """What stands for both in the header."""
    return base64.b64encode(octets(f"{user}:{password}")).decode()


MANY = 30
"""Wrong passwords in a row."""
HEADERS = {
    "none": lambda user, password: None,
    "empty": lambda user, password: "",
    "scheme alone": lambda user, password: "Basic",
    "no scheme": lambda user, password: basic(user, password),
    "another scheme": lambda user, password: f"Bearer {basic(user, password)}",
    "not base64": lambda user, password: "Basic %%%" + "\u00e4" + "!",
    "no colon": lambda user, password: "Basic " + base64.b64encode(octets(f"{user}{password}")).decode(),
    "clear text": lambda user, password: f"Basic {user}:{octets(password).decode('utf-8', 'replace')}",
}
"""Authorization headers that are no HTTP Basic credentials."""


@case(
    "X_TLS_07_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Credentials that are almost right",
    security_profiles=(1, 2),
    exclusive=True,
    disruptive=True,
    wrong_logins=len(GUESSES),
)
@pytest.mark.parametrize("guess", GUESSES)
async def test_wrong_credentials(station, sut, guess):
    """A CSMS that compares but the beginning, or not the name, lets in whoever has tried for a while."""
    right = station.credentials
    user, password = GUESSES[guess](right.user or "", right.password or "")
    if (user, password) == (right.user, right.password):
        raise Inconclusive("the password has no letters: give the stations another, connection.password in sut.toml")
    with step(f"Somebody connects with user name and password that are wrong in this way: {guess}"):
        how = await station.expect_refused(
            requirement=by_topic("password checked"),
            credentials=dataclasses.replace(right, user=user, password=password),
            what=guess,
        )
        check_not_upgraded(station, how)
        check_status(station, "HTTP 401", 401)
    with step("With the right ones the station is let in"):
        await expect_accepted_after_wrong_login(station)


@case(
    "X_TLS_08_CSMS",
    ocpp=ALL,
    sut="csms",
    title="An Authorization header that is none of HTTP Basic",
    security_profiles=(1, 2),
    exclusive=True,
    disruptive=True,
    wrong_logins=len(HEADERS),
)
@pytest.mark.parametrize("form", HEADERS)
async def test_wrong_headers(station, sut, form):
    """A CSMS that trips over a header can be brought down by anybody who knows its address."""
    right = station.credentials
    value = HEADERS[form](right.user or "", right.password or "")
    with step(f"Somebody connects with such an Authorization header: {form}"):
        how = await station.expect_refused(
            requirement=by_topic("other profile refused") if value is None else by_topic("password checked"),
            credentials=dataclasses.replace(right, user=None),
            headers=() if value is None else (("Authorization", value),),
            what=f"Authorization header: {form}",
        )
        status = station.refusal.status if station.refusal else None
        check("HTTP refusal", (status or 0) < 500, expected="a status of 400 to 499", received=status)
        check_not_upgraded(station, how)
    with step("With the right one the station is let in"):
        await expect_accepted_after_wrong_login(station)


@case(
    "X_TLS_09_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Many wrong passwords in a row",
    security_profiles=(1, 2),
    exclusive=True,
    disruptive=True,
    connections=MANY + 5,
    wrong_logins=MANY,
)
async def test_many_wrong_passwords(station, sut, bench):
    """A CSMS that locks the door after some guesses gives everybody the means to lock stations out."""
    with second_identity(bench) as other:
        with step(f"Somebody tries {MANY} wrong passwords in the name of the station"):
            for _ in range(MANY):  # another one each time, as somebody does who guesses
                wrong = dataclasses.replace(station.credentials, password=sut.text(20))
                how, _ = await station.try_connection(credentials=wrong)
                check(
                    by_topic("password checked"), bool(how), expected="refused", received=how or "connection accepted"
                )
                check_not_upgraded(station, how)
        with step("Another station is let in as ever"):
            how, _ = await station.try_connection(credentials=bench.credentials(other), identity=other)
            check(
                "wrong passwords elsewhere",
                not how,
                expected=f"{other} is let in",
                received=how or "connection accepted",
            )
            await station.close()
        with step("The station itself is let in with its own password"):
            how, _ = await station.try_connection()
            check("wrong passwords", not how, expected="connection accepted", received=how or "connection accepted")


@case(
    "X_TLS_10_CSMS",
    ocpp=ALL,
    sut="csms",
    title="The password of another station",
    security_profiles=(1, 2),
    exclusive=True,
    disruptive=True,
    wrong_logins=2,
)
async def test_password_of_another_station(station, sut, bench):
    """A CSMS that looks whether anybody has this password lets one stolen station speak for all."""
    right = station.credentials
    with second_identity(bench, unlike=right.password) as other:
        theirs = bench.credentials(other)
        if theirs.password == right.password:
            raise Inconclusive("the stations of sut.toml share one password; give each its own: connection.password")
        with step("Somebody connects in the name of a station with the password of another"):
            how = await station.expect_refused(
                requirement=by_topic("password checked"),
                credentials=dataclasses.replace(right, password=theirs.password),
                what="the password of another station",
            )
            check_not_upgraded(station, how)
        with step("Somebody connects in the name of a station with the credentials of another, name and password"):
            how = await station.expect_refused(
                requirement=by_topic("password checked"),
                credentials=theirs,
                identity=right.identity,
                what="name and password of another station",
            )
            check_not_upgraded(station, how)
    with step("With its own the station is let in"):
        await expect_accepted_after_wrong_login(station)


@case(
    "X_TLS_11_CSMS",
    ocpp=ALL,
    sut="csms",
    title="The credentials of another security profile",
    security_profiles=(1, 2, 3),
    exclusive=True,
    disruptive=True,
    wrong_logins=1,
)
async def test_credentials_of_another_profile(station, sut, bench):
    """A CSMS that is content with less than its security profile has the security of the lowest one."""
    plain = dataclasses.replace(station.credentials, user=None, password=None)
    if sut.security_profile == 3:
        requirement, what = by_topic("certificate needed"), "a password in place of the client certificate"
        user = station.identity
        less = dataclasses.replace(plain, user=user, password=sut.text(20), tls=bench.client_tls())
    elif sut.security_profile == 2:
        requirement, what = (
            by_topic("other profile refused"),
            "a client certificate instead of the password",
        )
        own = bench.certificate_of(station.identity)
        less = dataclasses.replace(credentials_with_tls(bench, station, certificate=own), user=None, password=None)
    else:
        requirement, what, less = by_topic("other profile refused"), "no password", plain
    with step(f"The station connects with {what}"):
        await station.expect_refused(requirement=requirement, credentials=less, what=what)
    with step("With what its security profile asks for it is let in"):
        if sut.security_profile == 3:  # the certificate lets it in, and no password can be guessed
            await expect_connection_accepted(station)
        else:
            await expect_accepted_after_wrong_login(station)
