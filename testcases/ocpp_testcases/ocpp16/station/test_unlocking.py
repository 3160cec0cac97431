"""2.7 and 2.12 Unlocking of a connector."""

from ocpp_proof import case, check_fields, given, on_undo, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.charging_session import charging, expect_transaction_stopped
from ocpp_testcases.ocpp16.station.states.configuration import unknown_connector
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import unplugged
from ocpp_testcases.ocpp16.station.states.unclaimed import fixed_cable_told


async def unlock(
    csms: Csms, sut: Sut, connectorId: int, status: str, requirement: str, *, what: str = "the connector"
) -> None:
    """One step: the Central System unlocks a connector (`what`): judge the status in the answer."""
    with step(f"The Central System unlocks {what}"):
        answer = await csms.call("UnlockConnector", connectorId=connectorId)
        if status == "Unlocked" and answer.status == "NotSupported":
            fixed_cable_told(sut)
        check_fields(requirement, answer, {"status": status})


async def unlocks_not_everything(csms: Csms, sut: Sut) -> None:
    """What the charge point says of its lock means something: it does not unlock what it does not have

    Which answer such a connector deserves is for TC_031_CS to judge.
    """
    answer = await csms.attempt("UnlockConnector", connectorId=await unknown_connector(csms, sut))
    if answer.status == "Unlocked":
        raise Inconclusive("Unlocked is also the answer for a connector that does not exist, and says nothing")


async def lock_broken(sut: Sut) -> None:
    """The lock of the connector does not open any more"""
    on_undo("Mend the lock", lambda: sut.do("fail_unlock", active=False))
    await sut.do("fail_unlock", active=True)


@case("TC_017_1_CS")
async def test_unlock(csms, sut):
    """A driver whose cable is stuck calls the help desk, which has nothing else than this."""
    await given(unlocks_not_everything, csms, sut)
    await unlock(csms, sut, sut.connectorId, "Unlocked", "1.6 §5.18")


@case("TC_017_2_CS")
async def test_unlock_fixed_cable(csms, sut):
    """A help desk that hears of an unlocked connector keeps a driver pulling at a cable that is part of the thing."""
    await unlock(csms, sut, sut.connectorId, "NotSupported", "1.6 §7.46 unsupported")


@case("TC_018_1_CS")
async def test_unlock_while_charging(csms, sut):
    """A cable that is taken out under load is an arc, and a transaction that goes on without it a wrong bill."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)
    await unlock(csms, sut, tx.connectorId, "Unlocked", "1.6 §5.18")

    with step("The transaction stops"):
        await expect_transaction_stopped(csms, tx, reason="UnlockCommand", requirement="1.6 §5.18 stop")

    with step("The driver takes the cable out"):
        await unplugged(csms, sut, tx)


@case("TC_018_2_CS")
async def test_unlock_fixed_cable_while_charging(csms, sut):
    """The same while charging: nothing is unlocked, and nothing may be said to be."""
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)
    await unlock(csms, sut, tx.connectorId, "NotSupported", "1.6 §7.46 unsupported")


@case("TC_030_CS")
async def test_unlock_fails(csms, sut):
    """The help desk has to know that the cable is still held, and send somebody."""
    await given(lock_broken, sut)
    await unlock(csms, sut, sut.connectorId, "UnlockFailed", "1.6 §7.46 failed")


@case("TC_031_CS")
async def test_unlock_unknown_connector(csms, sut):
    """An operator who mistypes the connector must not read that it was unlocked, or that its lock is broken."""
    unknown = await given(unknown_connector, csms, sut)
    await unlock(csms, sut, unknown, "NotSupported", "1.6 §7.46 unsupported", what="a connector that does not exist")
