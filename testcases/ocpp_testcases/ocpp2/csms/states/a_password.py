"""A01: the password of a station that a CSMS under test sets.

The old one is set again when the case ends. Where that cannot be had no other case comes as this station.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.passwords import is_text
from ocpp_proof.cases.steps import check, on_undo
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Credentials, Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.admission import let_in
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_variables import Variable

__all__ = ["check_let_in", "password_set"]

PASSWORD = Variable("SecurityCtrlr", "BasicAuthPassword")
SETS_PASSWORD = Pattern(f"a value for {PASSWORD}", lambda entries: any(PASSWORD.is_in(entry) for entry in entries))
LENGTH = 24


async def password_set(station: Station, sut: Sut, bench: Bench, *, accepted: bool) -> Credentials:
    """The operator has the CSMS set a password, and the station takes it or not; returns the credentials with it."""
    old = station.credentials
    if not old.password or not is_text(old.password):
        raise Inconclusive(
            "the password in sut.toml is no text, as it is in OCPP 2.x (A00.FR.205): it is not set again"
        )
    if not accepted:
        station.answer("SetVariables", _refused, where={"setVariableData": SETS_PASSWORD})
    new = old

    async def back() -> None:
        try:
            await _given_back(station, sut, old, new)
        except BaseException:
            bench.identities.changed_for_good(station.identity)
            raise

    on_undo("The station has its old password again", back)
    wished = sut.text(LENGTH)
    bench.redactor.learn(wished)
    told = await _asked(station, sut, wished)
    bench.redactor.learn(told)
    new = dataclasses.replace(old, password=told)
    return new


async def _asked(station: Station, sut: Sut, password: str) -> str:
    """The CSMS sets a password; returns the one that it sent, which may be of its own choice."""
    request = await asked(
        station,
        sut,
        "SetVariables",
        setVariableData=[PASSWORD.named | {"attributeValue": password}],
        matching={"setVariableData": SETS_PASSWORD},
        requirement="A01.FR.02",
    )
    told = [str(entry.get("attributeValue")) for entry in request.setVariableData or [] if PASSWORD.is_in(entry)]
    if not told:
        raise Inconclusive(f"the CSMS does not set {PASSWORD}: there is no new password")
    return told[-1]


def _refused(message: Message) -> dict[str, Any]:
    """What a station answers that takes no password."""
    results = []
    for entry in message.setVariableData or []:
        status = "Rejected" if PASSWORD.is_in(entry) else "Accepted"
        named = {"attributeType": "Actual"} | {
            name: entry[name] for name in ("component", "variable", "attributeType") if name in entry
        }
        results.append(named | {"attributeStatus": status})
    return {"setVariableResult": results}


async def check_let_in(station: Station, credentials: Credentials, requirement: str, what: str) -> None:
    """Judge that the station is let in with these; the CSMS may need a moment to store them."""
    refusals, *_ = await let_in(station, credentials)
    received = "connection accepted" if station.connected else refusals
    if not check(requirement, station.connected, expected=f"let in with {what}", received=received):
        raise Inconclusive(f"the station is not let in: {refusals}")


async def _given_back(station: Station, sut: Sut, old: Credentials, new: Credentials) -> None:
    """Whichever of the two is good now: afterwards it is the old one."""
    if station.connected and station.credentials is old:
        return
    await station.close()
    refusals, *_ = await let_in(station, *((new, old) if station.credentials is new else (old, new)))
    if station.connected and station.credentials is not old:
        again = await _asked(station, sut, old.password or "")
        await station.close()
        if again != old.password:
            raise Inconclusive(f"{station.identity} has a password that the CSMS chose, and not its old one")
        refusals, *_ = await let_in(station, old)
    if not station.connected:
        raise Inconclusive(f"the old password does not let the station in again: {refusals}")
