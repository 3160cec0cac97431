"""3.5 Reset of a charge point."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time
from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted


async def reset(station: Station, sut: Sut, kind: str) -> None:
    """The operator has the charge point reset, and it comes back."""
    await given(booted, station, sut)

    with step("The operator has the charge point reset"):
        await asked(station, sut, "Reset", type=kind, matching={"type": kind}, requirement="1.6 §5.14 type")
        await station.close(1001)

    with step("The charge point comes back, boots and reports its connectors"):
        answer = await booted(station, sut)
        check_time("1.6 §4.2 time", sut, "currentTime", answer.currentTime)


@case("TC_013_CSMS")
async def test_hard_reset(station, sut):
    """The last resort for a charge point that hangs fails, or it stays out of service afterwards."""
    await reset(station, sut, "Hard")


@case("TC_014_CSMS")
async def test_soft_reset(station, sut):
    """A restart cuts sessions off when it comes as a hard one, or leaves the charge point out of service."""
    await reset(station, sut, "Soft")
