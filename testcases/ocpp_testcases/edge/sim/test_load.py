"""Many stations at once: ten, a hundred, a thousand connect, boot, charge and stop at the same time."""

import pytest
from ocpp_proof import ALL, case, check, step

from ocpp_testcases.common.tokens import has_to_be_known
from ocpp_testcases.edge.states.charging_session import token_payload
from ocpp_testcases.edge.states.csms_connection_security import expect_connection_accepted
from ocpp_testcases.edge.states.station_fleet import StationFleet, allow_time
from ocpp_testcases.edge.states.transaction_messages import Transaction, token_status

RECORDS = 5


@case(
    "X_SIM_08_CSMS",
    ocpp=ALL,
    sut="csms",
    title="Ten, a hundred, a thousand stations at once, fifty at the door at a time",
    disruptive=True,
    connections=1110,
    exclusive=True,
)
@pytest.mark.parametrize("stations", [10, 100, 1000])
async def test_load(station, sut, bench, stations):
    """After a power cut a whole city connects at once; a CSMS that mixes its stations up then bills anybody."""
    with bench.identities.lend(stations) as identities:
        fleet = StationFleet(bench, sut, identities)
        await charge_all(fleet, sut)
        with step("They leave"):
            await fleet.disconnect()
        with step("Another station is let in, and answered"):
            allow_time(station)
            await expect_connection_accepted(station, within=station.timing.long)


async def charge_all(fleet, sut):
    """Every station of the fleet charges once."""
    with step(f"{len(fleet.members)} stations connect and boot"):
        await fleet.connect_all()
        fleet.check_summary()
    first, accepted, told = fleet.connected[:1], [], []

    async def ask_alone(member):
        if member in first:
            answer = await member.ask("Authorize", token_payload(sut.ocpp, sut.tokens.invalid))
            accepted.append(token_status(answer) == "Accepted")
            if not sut.tokens.is_certain(sut.tokens.valid):
                told.append(await member.ask("Authorize", token_payload(sut.ocpp, sut.tokens.valid)))

    await fleet.for_each(ask_alone)
    for answer in told:
        has_to_be_known(sut, sut.tokens.valid, answer)
    everybody = any(accepted)  # then the verdicts cannot be told apart
    with step("Each asks for a token: every second one for one that nobody knows"):

        async def authorize(member):
            good = member.number % 2 == 0
            answer = await member.ask(
                "Authorize", token_payload(sut.ocpp, sut.tokens.valid if good else sut.tokens.invalid)
            )
            fits = (token_status(answer) in ("Accepted", "ConcurrentTx")) is (good or everybody)
            member.check("station state", fits, "the verdict on its own token", dict(answer))

        await fleet.for_each(authorize)
        fleet.check_summary()
    # not all of them for one token, which a CSMS may let charge only once
    spread = [sut.tokens.get(name) for name in ("valid", "second") if name == "valid" or sut.tokens.given(name)]
    sessions = {
        member.number: Transaction(member.station, member.sut, token=spread[member.number % len(spread)])
        for member in fleet.members
    }
    with step("Each starts a transaction"):

        async def begin(member):
            session = sessions[member.number]
            action, payload = session.message("Started")
            answer = await member.ask(action, payload)
            session.note(answer)
            member.transaction = session.id
            member.charges = token_status(answer) in (None, "Accepted")
            fits = member.charges or token_status(answer) == "ConcurrentTx"
            member.check("station state", fits, "Accepted or ConcurrentTx", dict(answer))

        await fleet.for_each(begin)
        fleet.check_summary()
        ids = [member.transaction for member in fleet.connected if member.charges]
        repeated = sorted({id for id in ids if ids.count(id) > 1})
        if sut.ocpp == "1.6":
            check("1.6 one id", not repeated, expected="an id for each transaction", received=repeated or "as expected")
        await fleet.check_recorded(RECORDS, active=True)
    for half, title in ((1, "Every second one ends it"), (0, "The others end it as well; everybody is answered")):
        with step(title):

            async def end(member, half=half):
                if member.number % 2 == half:
                    session = sessions[member.number]
                    action, payload = session.message("Ended")
                    session.note(await member.ask(action, payload), "Ended")

            await fleet.for_each(end)
            fleet.check_summary()
    with step("Everybody is still there"):
        await fleet.check_heartbeats()
        fleet.check_summary()
