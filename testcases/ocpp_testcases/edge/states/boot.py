"""The station that the harness plays has booted, in any version."""

from __future__ import annotations

from functools import partial

from ocpp_proof.cases.steps import by_version, check
from ocpp_proof.roles.message import Answer
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.registration import boot_until_decided

__all__ = ["booted"]


async def booted(station: Station, sut: Sut) -> Answer:
    """Booted: the station is connected, and the CSMS has accepted it"""
    if not station.connected:
        await station.connect(requirement="known station")
    plate = station.nameplate.boot(sut.ocpp)
    answer = await boot_until_decided(station, partial(station.call, "BootNotification", **plate))
    check(
        by_version({"1.6": "1.6 §4.2", "2": "B01.FR.02"}),
        answer.status == "Accepted",
        expected="BootNotification Accepted",
        received=dict(answer),
    )
    return answer
