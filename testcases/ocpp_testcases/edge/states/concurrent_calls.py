"""What the cases of things that happen at once have in common: CALLs that name what they ask for, and two EVSEs."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Sequence
from typing import Any

from ocpp_proof import NotApplicable, check
from ocpp_proof.roles.connection_texts import closing_text
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, ErrorAnswer
from ocpp_proof.roles.peer import Peer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.edge.states.probe import expect_probe_answered, probe_request
from ocpp_testcases.ocpp16.station.states import configuration

__all__ = [
    "READABLE",
    "TWO",
    "asks_for",
    "at_other_evse",
    "call_concurrently",
    "expect_conversation",
    "named_settings",
    "second_evse",
    "setting_asked",
    "setting_request",
    "settings_written",
]

Payload = dict[str, Any]
TWO = "OCPP-J two CALLs"
"""Two CALLs at once of one sender, which may not do so: what the other makes of them."""
READABLE = ["HeartbeatInterval", "WebSocketPingInterval"]


def setting_request(ocpp: str, name: str) -> tuple[str, Payload]:
    """A CALL to a station that asks for one setting by its name, which the answer repeats."""
    if ocpp == "1.6":
        return "GetConfiguration", {"key": [name]}
    return "GetVariables", {"getVariableData": [{"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": name}}]}


def asks_for(name: str) -> Callable[[Any], bool]:
    """Whether a request is about this setting and no other: a CSMS may ask for others by itself."""
    return lambda asked: isinstance(asked, list) and len(asked) == 1 and name in json.dumps(asked)


def setting_asked(ocpp: str, name: str) -> dict[str, Callable[[Any], bool]]:
    """The field by which the request for one setting is told from those that a CSMS sends by itself."""
    return {"key" if ocpp == "1.6" else "getVariableData": asks_for(name)}


def named_settings(answer: Answer | ErrorAnswer) -> list[str]:
    """Which settings an answer of a station is about, in small letters."""
    found = [entry.get("key") for entry in answer.configurationKey or []] + list(answer.unknownKey or [])
    found += [result.get("variable", {}).get("name") for result in answer.getVariableResult or []]
    return [str(name).lower() for name in found]


def settings_written(station: Station) -> set[str]:
    """The settings that the CSMS has written in this case, of its own accord or not."""
    written = {str(m.key) for m in station.inbox if m.action == "ChangeConfiguration"}
    data = [d for m in station.inbox if m.action == "SetVariables" for d in m.setVariableData or []]
    return written | {str(d.get("variable", {}).get("name")) for d in data}


async def call_concurrently(peer: Peer, calls: Sequence[tuple[str, Payload]]) -> list[Answer | ErrorAnswer | None]:
    """Send all the CALLs before anything is read; their answers in the same order, None where none came in time.

    Judges that each is answered, with a result or an error, and that the SUT has not locked up.
    """
    answers = await asyncio.gather(
        *(
            peer.outcome_of(action, payload, within=peer.timing.message, at_once=True, on_purpose="CALLs at once")
            for action, payload in calls
        )
    )
    lost = [f"number {n + 1} ({calls[n][0]})" for n, answer in enumerate(answers) if answer is None]
    check(TWO, not lost, expected=f"{len(calls)} CALLs answered or refused", received=lost or "as expected")
    return answers


async def expect_conversation(peer: Peer, requirement: str) -> None:
    """The conversation goes on, on this connection or on the next one.

    A SUT may close the connection on a peer that breaks OCPP-J: that is judged as `requirement`, a SHOULD. To answer
    after that is a MUST.
    """
    action, payload = probe_request(peer)
    number = len(peer.connections)
    answer = await peer.outcome_of(action, payload, within=peer.timing.message) if peer.connected else None
    kept = answer is not None or peer.connected
    if kept:
        told = "nothing" if answer is None else answer.error or dict(answer)
        right = answer is not None and answer.error is None
        check("survival", right, expected=f"{action} answered with a CALLRESULT", received=told)
    received = "as expected" if kept else closing_text(peer.connections[-1])
    check(requirement, kept, expected="the connection kept", received=received)
    if not kept and isinstance(peer, Csms):
        await peer.expect_reconnected(connections=number, requirement="OCPP-J reconnect")
    elif not kept and isinstance(peer, Station):
        await peer.connect(requirement="known station")
    if not kept:
        await expect_probe_answered(peer)


async def second_evse(csms: Csms, sut: Sut) -> Sut:
    """The SUT with another EVSE (1.6: connector) as the one that is used; not applicable where there is only one."""
    several = await configuration.connectors(csms) > 1 if sut.ocpp == "1.6" else sut.claims("HFS-8 > 1")
    if not several:
        raise NotApplicable("the station has one EVSE only (HFS-8 in [features], NumberOfConnectors)")
    return at_other_evse(sut)


def at_other_evse(sut: Sut) -> Sut:
    """The same SUT, where another EVSE (1.6: connector) is the one that is used."""
    other = copy.copy(sut)
    other.evseId = 2 if sut.evseId == 1 else 1
    if sut.ocpp == "1.6":
        other.connectorId = 2 if sut.connectorId == 1 else 1
    return other
