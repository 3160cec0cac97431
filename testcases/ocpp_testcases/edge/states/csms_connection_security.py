"""How a CSMS lets stations in, and that it goes on doing so: what is the same in every version."""

from __future__ import annotations

import dataclasses
from contextlib import AbstractContextManager
from typing import Any

from ocpp_proof.cases.steps import check
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.back_off import refused_for_now
from ocpp_proof.roles.station import FIRST, Credentials, Station
from ocpp_proof.run.bench import Bench

from ocpp_testcases.common.admission import let_in

__all__ = [
    "credentials_with_tls",
    "expect_accepted_after_wrong_login",
    "expect_answered",
    "expect_connection_accepted",
    "second_identity",
]


async def expect_answered(station: Station, *, requirement: str = "survival") -> None:
    """The station, which is connected, is answered."""
    answer = await station.send_call(FIRST, station.nameplate.boot(station.ocpp), judge=False)
    check(requirement, answer.error is None, expected=f"{FIRST} answered", received=answer.error or dict(answer))


async def expect_connection_accepted(
    station: Station, *, requirement: str = "survival", within: float | None = None
) -> None:
    """The station with the right credentials is let in, on a connection of its own, and answered.

    The CSMS may not have heard yet that the connection before has ended, and what it makes of a second one is for
    X_NET_07 and X_NET_08: refused or hung up on the station backs off and comes again, `within` these seconds or those
    of an event. Not so where the CSMS says that it has failed, or refuses it for anything else.
    """
    await station.close()
    how, answer = await station.try_connection()
    refusal = station.refusal
    if how and (has_failed(refusal) or not refused_for_now(refusal, came_before=True)):
        check(requirement, False, expected=f"let in, and {FIRST} answered", received=how)
        return
    refusals: list[str] = []
    if how:
        refusals, answer, *_ = await let_in(station, station.credentials, asking=None, within=within)
    right = answer is not None and answer.error is None
    if not station.connected:
        received: Any = refusals or "the connection was closed"
    else:
        received = "no answer" if answer is None else answer.error or dict(answer)
    check(requirement, right, expected=f"let in, and {FIRST} answered", received=received)


async def expect_accepted_after_wrong_login(station: Station) -> None:
    """The station is let in with the right credentials right after wrong ones, which a CSMS should do and may put off.

    Let in it is answered, which is a must; and so is that the CSMS has not failed over what came: that it says with a
    status of 500 or more, unless it says how long to wait.
    """
    await station.close()
    how, _ = await station.try_connection()
    requirement = "survival" if has_failed(station.refusal) else "wrong passwords"
    check(requirement, not how, expected="connection accepted", received=how or "connection accepted")
    if not how:
        await expect_answered(station)


def has_failed(refusal: ConnectionRefused | None) -> bool:
    """Whether a refusal says that the CSMS has failed: a status of 500 or more, unless it says how long to wait."""
    if refusal is None or (refusal.status or 0) < 500:
        return False
    return not any(name.lower() == "retry-after" for name in refusal.headers)


def credentials_with_tls(bench: Bench, station: Station, **options: Any) -> Credentials:
    """The right credentials of the station, with a TLS context that differs from the usual one in `options`."""
    own = bench.certificate_of(station.identity) if bench.security_profile == 3 else None
    return dataclasses.replace(station.credentials, tls=bench.client_tls(options.pop("certificate", own), **options))


def second_identity(bench: Bench, *, unlike: str | None = None) -> AbstractContextManager[str]:
    """A second station that the CSMS knows, for this case alone; Inconclusive where sut.toml names one only.

    With `unlike` one that has another password than this, if there is one.
    """
    return bench.identities.lend_one(lambda name: bench.password_of(name) != unlike)
