"""Messages of a session that leave out what may be left out."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.transaction_messages import Transaction, check_token_taken

LEFT_OUT = ["connectorId", "evse", "reason and token"]


def without(payload, what):
    """A message of a transaction without what is left out."""
    if what == "connectorId" and "evse" in payload:
        return payload | {"evse": {"id": payload["evse"]["id"]}}
    return {name: value for name, value in payload.items() if name != "evse"} if what == "evse" else payload


@case("X_SCHEMA_05_CSMS", ocpp=ALL, sut="csms", title="A session is told without what may be left out")
@pytest.mark.parametrize("what", LEFT_OUT)
async def test_session_without(station, sut, what):
    """Stations leave out what they do not have; a CSMS that looks for it there never hears of the session."""
    if sut.ocpp == "1.6" and what != "reason and token":
        raise NotApplicable(f"1.6 has no session without {what}")
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    for kind in ("Started", "Updated", "Ended"):
        with step(f"The station tells of the session ({kind}), without {what}: it is answered"):
            action, payload = tx.message(kind)
            answer = await station.attempt(action, **without(payload, what))
            tx.note(answer, kind)
            received = answer.error or dict(answer)
            check("OCPP-J 4.2.2", answer.error is None, expected=f"{action} answered", received=received)
            if kind == "Started":
                check_token_taken(tx.token, answer)
    await expect_probe_answered(station)
    with step("It is recorded"):
        await tx.check_recorded(active=False)
