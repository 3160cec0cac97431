"""3.6 and 3.10 Unlocking a connector."""

from ocpp_proof import case, given, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.patterns import ABOVE_ZERO
from ocpp_testcases.ocpp16.csms.states.charging_session import charging, second_transaction, stop_recorded
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


async def unlock(
    station: Station, sut: Sut, connectorId: int, *, status: str, named: int | Pattern = ABOVE_ZERO
) -> None:
    """The operator has a connector unlocked, the charge point answers with `status`.

    `named`: the connectorId that the Central System has to send.
    """
    station.answer("UnlockConnector", status=status)
    await asked(
        station,
        sut,
        "UnlockConnector",
        connectorId=connectorId,
        matching={"connectorId": named},
        requirement="1.6 §5.18",
    )


@case("TC_017_1_CSMS")
async def test_unlocked(station, sut):
    """A driver whose cable is stuck calls the hotline, and the hotline cannot help."""
    await given(booted, station, sut)

    with step("The operator has a connector unlocked, and it is"):
        await unlock(station, sut, sut.connectorId, status="Unlocked")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_017_2_CSMS")
async def test_fixed_cable(station, sut):
    """A charge point with a fixed cable has nothing to unlock; saying so must not upset the Central System."""
    await given(booted, station, sut)

    with step("The operator has a connector unlocked, and the charge point cannot do that"):
        await unlock(station, sut, sut.connectorId, status="NotSupported")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_018_1_CSMS")
async def test_while_charging(station, sut):
    """A driver is freed by the hotline, and the session that this ended goes on being billed."""
    await given(booted, station, sut)
    tx = await given(charging, station, sut)

    with step("Another driver charges at the other connector"):
        other = await second_transaction(station, sut, tx)

    with step("The operator has the first connector unlocked, and it is"):
        await unlock(station, sut, tx.connectorId, status="Unlocked", named=tx.connectorId)

    with step("The charge point stops the transaction"):
        await report_status(station, tx.connectorId, "Finishing")
        await stop_recorded(sut, tx, "UnlockCommand", beside=other)

    with step("The driver unplugs"):
        await report_status(station, tx.connectorId, "Available")


@case("TC_030_CSMS")
async def test_unlock_failed(station, sut):
    """A lock that is stuck for good has to be reported without the Central System losing the charge point."""
    await given(booted, station, sut)

    with step("The operator has a connector unlocked, and the lock does not move"):
        await unlock(station, sut, sut.connectorId, status="UnlockFailed")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_031_CSMS")
async def test_unknown_connector(station, sut):
    """An operator mistakes the connector; the answer must not upset the Central System."""
    await given(booted, station, sut)

    with step("The operator has a connector unlocked that the charge point does not have"):
        await unlock(station, sut, sut.number(10, 99), status="NotSupported")

    with step("The Central System goes on"):
        await check_still_serving(station)
