"""Many stations at once: ten, a hundred, a thousand connect, boot, charge and stop at the same time."""

import pytest
from ocpp_proof import ALL, case, check, step

from ocpp_testcases.edge.states.charging_session import token_payload
from ocpp_testcases.edge.states.station_fleet import StationFleet
from ocpp_testcases.edge.states.transaction_messages import Transaction, token_status

RECORDS = 5


@case(
    "X_SIM_08_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Ten, a hundred, a thousand stations at once",
    disruptive=True,
    connections=1110,
    exclusive=True,
)
@pytest.mark.parametrize("number", [10, 100, 1000])
async def test_load(station, sut, bench, number):
    """After a power cut a whole city connects at once; a CSMS that mixes its stations up then bills anybody."""
    with bench.lend_identities(number) as identities:
        crowd = StationFleet(bench, sut, identities)
        await charge_all(crowd, sut)
        with step("They leave"):
            await crowd.disconnect()


async def charge_all(crowd, sut):
    """Every station of the crowd charges once."""
    with step(f"{len(crowd.guests)} stations connect and boot"):
        await crowd.connect_all()
        crowd.check_summary()
    with step("Each asks for a token: every second one for one that nobody knows"):

        async def authorize(guest):
            good = guest.number % 2 == 0
            answer = await guest.ask(
                "Authorize", token_payload(sut.ocpp, sut.tokens.valid if good else sut.tokens.invalid)
            )
            fits = (token_status(answer) in ("Accepted", "ConcurrentTx")) is good
            guest.check("station state", fits, "the verdict on its own token", dict(answer))

        await crowd.for_each(authorize)
        crowd.check_summary()
    with step("Each starts a transaction"):
        sessions = {guest.number: Transaction(guest.station, guest.sut) for guest in crowd.guests}

        async def begin(guest):
            action, payload = sessions[guest.number].message("Started")
            answer = await guest.ask(action, payload)
            if sut.ocpp == "1.6":
                sessions[guest.number].id = answer.transactionId
            guest.transaction = sessions[guest.number].id

        await crowd.for_each(begin)
        crowd.check_summary()
        ids = [guest.transaction for guest in crowd.connected]
        repeated = sorted({id for id in ids if ids.count(id) > 1})
        if sut.ocpp == "1.6":
            check("1.6 one id", not repeated, expected="an id for each transaction", received=repeated or "as expected")
        await crowd.check_recorded(RECORDS, active=True, idToken=sut.tokens.valid.idToken)
    with step("Every second one ends it; everybody is answered"):

        async def end(guest):
            if guest.number % 2:
                action, payload = sessions[guest.number].message("Ended")
                await guest.ask(action, payload)

        await crowd.for_each(end)
        await crowd.check_heartbeats()
        crowd.check_summary()
