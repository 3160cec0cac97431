"""2.7 and 2.12 Unlocking of a connector."""

from ocpp_proof import case, check_fields, given, on_undo, step
from ocpp_proof.roles.csms import Csms

from ocpp_testcases.ocpp16.station.states.charging_session import charging, transaction_stopped
from ocpp_testcases.ocpp16.station.states.configuration import unknown_connector
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status


async def unlock(csms: Csms, connectorId: int, status: str, requirement: str) -> None:
    """Judge what the charge point says when it is to unlock a connector."""
    answer = await csms.call("UnlockConnector", connectorId=connectorId)
    check_fields(requirement, answer, {"status": status})


@case("TC_017_1_CS")
async def test_unlock(csms, sut):
    """A driver whose cable is stuck calls the help desk, which has nothing else than this."""
    unknown = await given(unknown_connector, csms, sut)

    with step("The Central System unlocks a connector"):
        await unlock(csms, sut.connectorId, "Unlocked", "1.6 §5.18")

    with step("A connector that does not exist is another matter"):
        await unlock(csms, unknown, "NotSupported", "1.6 §7.46 unsupported")


@case("TC_017_2_CS")
async def test_unlock_fixed_cable(csms, sut):
    """A help desk that hears of an unlocked connector keeps a driver pulling at a cable that is part of the thing."""
    with step("The Central System unlocks a connector"):
        await unlock(csms, sut.connectorId, "NotSupported", "1.6 §7.46 unsupported")


@case("TC_018_1_CS")
async def test_unlock_while_charging(csms, sut):
    """A cable that is taken out under load is an arc, and a transaction that goes on without it a wrong bill."""
    tx = await given(charging, csms, sut)

    with step("The Central System unlocks the connector"):
        await unlock(csms, tx.connectorId, "Unlocked", "1.6 §5.18")

    with step("The transaction stops"):
        await transaction_stopped(csms, tx, reason="UnlockCommand", requirement="1.6 §5.18 stop")

    with step("The driver takes the cable out"):
        await sut.unplug()
        tx.plugged = False
        await expect_connector_status(csms, "Available", tx.connectorId)


@case("TC_018_2_CS")
async def test_unlock_fixed_cable_while_charging(csms, sut):
    """The same while charging: nothing is unlocked, and nothing may be said to be."""
    tx = await given(charging, csms, sut)

    with step("The Central System unlocks the connector"):
        await unlock(csms, tx.connectorId, "NotSupported", "1.6 §7.46 unsupported")


@case("TC_030_CS")
async def test_unlock_fails(csms, sut):
    """The help desk has to know that the cable is still held, and send somebody."""
    on_undo("Mend the lock", lambda: sut.do("fail_unlock", active=False))
    await given(lock_breaks, sut)

    with step("The Central System unlocks the connector"):
        await unlock(csms, sut.connectorId, "UnlockFailed", "1.6 §7.46 failed")


async def lock_breaks(sut):
    """The lock of the connector does not open any more"""
    await sut.do("fail_unlock", active=True)


@case("TC_031_CS")
async def test_unlock_unknown_connector(csms, sut):
    """An operator who mistypes the connector must not read that it was unlocked, or that its lock is broken."""
    unknown = await given(unknown_connector, csms, sut)

    with step("The Central System unlocks a connector that does not exist"):
        await unlock(csms, unknown, "NotSupported", "1.6 §7.46 unsupported")
