"""How a charge point under test gets into the Central System, OCPP 1.6 (security whitepaper)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from ocpp_proof.cases.errors import DriverError, Inconclusive
from ocpp_proof.cases.passwords import hexadecimal, octets
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import by_security_profile, check
from ocpp_proof.net.endpoint import Accept
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.roles.message import Message
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.station_password import password_changed
from ocpp_testcases.ocpp16.station.states.configuration import change_configuration, connectors
from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses

__all__ = [
    "check_basic_authentication",
    "check_certificate_owner",
    "expect_booted",
    "hexadecimal_password_admitted",
    "reset_and_expect_connection",
    "set_authorization_key",
]

AUTHORIZATION_KEY = "AuthorizationKey"


async def reset_and_expect_connection(csms: Csms, sut: Sut) -> tuple[Handshake, range]:
    """The charge point is reset and tries to connect; returns its attempt and the numbers of its connectors.

    One that cannot get in, and so cannot be told to reset itself, is switched off and on.
    """
    before, numbers = len(csms.handshakes), range(sut.connectorId + 1)
    if csms.connected:
        numbers = range(await connectors(csms, sut) + 1)
        csms.match_from_now_on()
        await _reset(csms, sut)
    else:
        await sut.power_cycle()
    return await _first_request(csms, before), numbers


async def _reset(csms: Csms, sut: Sut) -> None:
    """Have the charge point restart; what it answers to Reset is for TC_013_CS and 015 to judge."""
    payload = {"type": "Hard"}
    answer = await csms.outcome_of("Reset", payload, within=csms.timing.message)
    if answer is not None and answer.status == "Accepted":
        return
    told = "nothing" if answer is None else answer.error or answer.status
    if answer is None and not csms.connected:
        return  # it restarts without a word
    try:
        await sut.power_cycle()
    except DriverError as error:
        raise Inconclusive(f"Reset was answered with {told}, and nobody can switch the charge point off") from error


async def _first_request(csms: Csms, since: int) -> Handshake:
    """The first attempt to connect that got as far as HTTP; the first at all where none did.

    A connection that broke before that says nothing of the credentials.
    """
    with contextlib.suppress(TimeoutError):
        first: Handshake = await csms.wait_until(
            lambda: next((h for h in csms.handshakes[since:] if h.tls_failure is None), None),
            csms.timing.long,
            "an attempt of the charge point to connect",
        )
        return first
    return await csms.expect_attempt(since=since)


async def expect_booted(csms: Csms, numbers: range) -> Message:
    """The charge point boots and reports its connectors; returns its BootNotification."""
    boot = await csms.boot(requirement="1.6 §4.2 boot")
    await expect_connector_statuses(csms, numbers)
    return boot


def check_basic_authentication(csms: Csms, sut: Sut, handshake: Handshake) -> None:
    """Judge the HTTP Basic credentials: identity of the URL and octets of the AuthorizationKey; none at profile 3."""
    if handshake.tls_failure is not None:
        raise Inconclusive(f"no request with credentials came: {handshake.why}")
    if sut.security_profile == 3:
        check(STEP, handshake.user is None, expected="no Authorization header", received=handshake.user)
        return
    check(
        by_security_profile({1: "1.6S A00.FR.204", 2: "1.6S A00.FR.303"}),
        handshake.user == handshake.identity,
        expected=f"the user name {handshake.identity}, as in the URL",
        received=handshake.user,
    )
    given = handshake.password or ""
    wanted = csms.handshake_policy.password
    check(
        by_security_profile({1: "1.6S A00.FR.205", 2: "1.6S A00.FR.304"}),
        given == wanted,
        expected="the octets of the AuthorizationKey",
        received="as expected" if given == wanted else "its hexadecimal digits" if _hex(given, wanted) else "another",
    )
    length = len(octets(given))
    check(
        by_security_profile({1: "1.6S A00.FR.205", 2: "1.6S A00.FR.304"}),
        16 <= length <= 20,
        expected="16 to 20 octets",
        received=f"{length} octets",
    )


def _hex(given: str, wanted: str) -> bool:
    return given.lower() == hexadecimal(wanted)


def check_certificate_owner(csms: Csms, names: list[str] | None, boot: Message) -> None:
    """Judge whose certificate it is: the common name is the charge point's serial number, or its identity.

    The number that sut.toml gives counts too: BootNotification may leave it out.
    """
    policy = csms.handshake_policy
    told = {boot.chargePointSerialNumber, boot.chargeBoxSerialNumber}
    own = (told | {policy.identity, policy.serial_number}) - {None, ""}
    check(
        "1.6S A00.FR.511", bool(own & set(names or ())), expected=f"commonName {sorted(own)}", received=names or "none"
    )


@contextmanager
def hexadecimal_password_admitted(csms: Csms, password: str) -> Iterator[None]:
    """While the block runs, a charge point that sends the hexadecimal digits of this password is let in too.

    It is judged for that; locked out it could not be given its old password again.
    """

    def judge(handshake: Handshake) -> Accept | None:
        right = handshake.user == handshake.identity and _hex(handshake.password or "", password)
        return Accept(subprotocol="ocpp1.6") if right else None

    with csms.answering_handshakes(judge):
        yield


async def set_authorization_key(csms: Csms, password: str) -> str:
    """Set an AuthorizationKey; returns the status. From now on the Central System lets in who knows the new one.

    The old password is set again when the case ends, in the form in which the charge point uses it.
    """

    async def change(value: str) -> str:
        told = next((attempt.password for attempt in reversed(csms.handshakes) if attempt.let_in), None)
        digits = _hex(told or "", password)
        return await change_configuration(csms, AUTHORIZATION_KEY, value if digits else hexadecimal(value))

    return await password_changed(csms, password, change)
