"""Messages of a session that leave out what may be left out."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, given, step

from ocpp_testcases.edge.states.boot import booted
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.transaction_messages import Transaction, check_token_taken

LEFT_OUT = ["the connector until the cable is in", "the EVSE until the cable is in", "reason and token"]
SESSION = ["Started", "Updated", "Updated", "Ended"]


def told(tx, number, what):
    """A message of a session that was authorized before the cable was plugged in.

    In 2.x the first event after that names EVSE and connector (E01.FR.16), and no other has to.
    """
    action, payload = tx.message(SESSION[number])
    if "transactionInfo" not in payload or what == "reason and token":
        return action, payload
    place = payload.pop("evse")
    if number == 0:
        payload["transactionInfo"]["chargingState"] = "Idle"
        return action, payload | ({"evse": {"id": place["id"]}} if "connector" in what else {})
    if number == 1:
        payload.pop("meterValue")
        payload["transactionInfo"]["chargingState"] = "EVConnected"
        return action, payload | {"triggerReason": "CablePluggedIn", "evse": place}
    return action, payload


@case("X_SCHEMA_05_CSMS", ocpp=ALL, sut="csms", title="A session is told without what may be left out")
@pytest.mark.parametrize("what", LEFT_OUT)
async def test_session_without(station, sut, what):
    """Stations leave out what they do not have; a CSMS that looks for it there never hears of the session."""
    if sut.ocpp == "1.6" and what != "reason and token":
        raise NotApplicable(f"1.6 has no session without {what}")
    await given(booted, station, sut)
    tx = Transaction(station, sut)
    for number, kind in enumerate(SESSION):
        with step(f"The station tells of the session ({kind}), without {what}: it is answered"):
            action, payload = told(tx, number, what)
            answer = await station.attempt(action, **payload)
            tx.note(answer, kind)
            received = answer.error or dict(answer)
            check("OCPP-J 4.2.2", answer.error is None, expected=f"{action} answered", received=received)
            if kind == "Started":
                check_token_taken(sut, tx.token, answer)
    await expect_probe_answered(station)
    with step("It is recorded"):
        await tx.check_recorded(active=False)
