"""F05 - Remotely unlock connector."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.cases.errors import NotApplicable
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_stops import has_fixed_cable
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.station.states.f_remote_control import expect_goes_on

UNKNOWN = 999
"""A connector that no EVSE has (official tables)."""


async def has_lock(csms: Csms, sut: Sut) -> None:
    """The connector has a lock: its cable is not fixed to the station"""
    if await has_fixed_cable(csms, sut, sut.evseId, sut.connectorId):
        raise NotApplicable(
            f"connector {sut.connectorId} of EVSE {sut.evseId} has a fixed cable: name one with a lock in sut.toml"
        )


async def check_unlocks_not_everything(csms: Csms, sut: Sut) -> None:
    """Judge that Unlocked means something: it is not the answer for a lock that the station does not have.

    Which other answer such a connector deserves is for TC_F_10_CS to judge.
    """
    answer = await csms.attempt("UnlockConnector", evseId=sut.evseId, connectorId=UNKNOWN)
    check(
        "F05.FR.03",
        answer.status != "Unlocked",
        expected=f"connector {UNKNOWN} is unknown, and not unlocked",
        received=answer.status,
    )


@case("TC_F_05_CS")
async def test_with_transaction(csms, sut):
    """A cable that is let go under load is an arc, and a session that a stranger can end nobody's."""
    await given(has_lock, csms, sut)
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS unlocks the connector, which charges"):
        answer = await csms.call("UnlockConnector", evseId=tx.evseId, connectorId=tx.connectorId)
        check_fields("F05.FR.02", answer, {"status": "OngoingAuthorizedTransaction"})

    with step("The transaction goes on"):
        await expect_goes_on(csms, tx, requirement="F05.FR.02")


@case("TC_F_06_CS")
async def test_unlocked(csms, sut):
    """A driver whose cable is stuck calls the help desk, which has nothing else than this."""
    await given(has_lock, csms, sut)
    here = {"evseId": sut.evseId, "connectorId": sut.connectorId}
    with step("The CSMS unlocks the connector"):
        answer = await csms.call("UnlockConnector", requirement="F05.FR.01", **here)
        check_fields("F05.FR.04", answer, {"status": "Unlocked"})
    with step("A connector that does not exist is not unlocked"):
        await check_unlocks_not_everything(csms, sut)


@case("TC_F_07_CS")
async def test_no_cable(csms, sut):
    """A lock that is stuck without a cable keeps the next driver's plug out, and can be freed from afar."""
    await given(has_lock, csms, sut)
    with step("The CSMS unlocks the connector, which has no cable"):
        answer = await csms.call("UnlockConnector", evseId=sut.evseId, connectorId=sut.connectorId)
        check_fields("F05.FR.06", answer, {"status": "Unlocked"})
    with step("A connector that does not exist is not unlocked"):
        await check_unlocks_not_everything(csms, sut)


@case("TC_F_10_CS")
async def test_unknown_connector(csms, sut):
    """An operator who mistypes the connector must not read that it was unlocked, or that its lock is broken."""
    with step("The CSMS unlocks a connector that does not exist"):
        answer = await csms.call("UnlockConnector", evseId=sut.evseId, connectorId=UNKNOWN)
        check_fields("F05.FR.03", answer, {"status": "UnknownConnector"})
