"""2.6 Reset."""

from ocpp_proof import case, check_fields, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.peer import Expected
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.charging_session import charging, check_reason, expect_transaction_stopped
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.status import expect_connector_status, expect_connector_statuses
from ocpp_testcases.ocpp16.station.states.unavailability import back_in_service

AT_THE_CABLE = ("Finishing", "Preparing")


async def change_availability(csms: Csms, connectorId: int, to: str) -> None:
    """Judge that the charge point takes a connector out of service or back into it."""
    answer = await csms.call("ChangeAvailability", connectorId=connectorId, type=to)
    check_fields("1.6 §5.2", answer, {"status": "Accepted"})
    status = "Available" if to == "Operative" else "Unavailable"
    await expect_connector_status(csms, status, connectorId, requirement="1.6 §5.2")


async def reset(csms: Csms, kind: str) -> None:
    """Judge that the charge point resets itself."""
    answer = await csms.call("Reset", type=kind)
    check_fields("1.6 §5.14", answer, {"status": "Accepted"})


async def reset_while_unavailable(csms: Csms, sut: Sut, kind: str, *, boots: bool) -> None:
    """A reset with one connector out of service; `boots`: it has to boot, else it may."""
    numbers = range(await given(connectors, csms, sut) + 1)
    here = sut.connectorId

    with step("The Central System takes a connector out of service"):
        on_undo("Put the connector back into service", lambda: back_in_service(csms, here))
        await change_availability(csms, here, "Inoperative")

    with step("The Central System resets the charge point"):
        await reset(csms, kind)
        if boots:
            await csms.boot(requirement="1.6 §4.2 boot")
        else:
            boots = await csms.expect_optional("BootNotification", within=csms.timing.long) is not None

    if boots:
        with step("The connector is still out of service, and the others are not"):
            await expect_connector_statuses(csms, numbers, special={here: "Unavailable"})

    with step("The Central System puts it back into service"):
        await change_availability(csms, here, "Operative")


@case("TC_013_CS")
async def test_hard_reset(csms, sut):
    """A connector that was taken out of service and is in service again after a reset endangers people."""
    await reset_while_unavailable(csms, sut, "Hard", boots=True)


@case("TC_014_CS")
async def test_soft_reset(csms, sut):
    """An operator restarts the software in the first place; a connector out of service has to stay so here too."""
    await reset_while_unavailable(csms, sut, "Soft", boots=False)


@case("TC_015_CS")
async def test_hard_reset_while_charging(csms, sut):
    """Without its end a transaction that a reset cuts off is never billed, and never free again."""
    numbers = range(await given(connectors, csms, sut) + 1)
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System resets the charge point"):
        await reset(csms, "Hard")

    with step("The charge point tells the end of the transaction, now or after the boot, and boots"):
        first = await csms.expect_one_of(
            Expected("StopTransaction", {"transactionId": tx.id}),
            Expected("BootNotification", {}),
            requirement="1.6 §5.14 stop",
            within=csms.timing.long,
        )
        if first.action == "StopTransaction":
            await expect_connector_status(csms, "Finishing", tx.connectorId)
            await csms.boot(requirement="1.6 §4.2 boot")
            message = first
        else:
            message = await csms.expect(
                "StopTransaction", requirement="1.6 §5.14 stop", within=csms.timing.long, transactionId=tx.id
            )
        check_reason(message, "HardReset")

    with step("It reports its connectors: the cable is still there"):
        await expect_connector_statuses(csms, numbers, special={tx.connectorId: AT_THE_CABLE})


@case("TC_016_CS")
async def test_soft_reset_while_charging(csms, sut):
    """A soft reset is the gentle one: the driver's transaction is ended properly first."""
    numbers = range(await given(connectors, csms, sut) + 1)
    await given(idle, csms, sut)
    tx = await given(charging, csms, sut)

    with step("The Central System resets the charge point: the transaction stops"):
        await reset(csms, "Soft")
        await expect_transaction_stopped(csms, tx, reason="SoftReset", requirement="1.6 §5.14 stop")

    with step("If the charge point boots it reports its connectors: the cable is still there"):
        if await csms.expect_optional("BootNotification", within=csms.timing.long):
            await expect_connector_statuses(csms, numbers, special={tx.connectorId: AT_THE_CABLE})
