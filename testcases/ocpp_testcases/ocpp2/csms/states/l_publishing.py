"""L, firmware: what a CSMS under test has a local controller publish; the harness's station is that controller."""

from __future__ import annotations

import hashlib
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check_fields
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.files import firmware_location, signed_image
from ocpp_testcases.common.operator import asked, check_chosen

__all__ = ["published", "request_publishing", "request_unpublishing", "tell_publishing"]

_STATUS = "PublishFirmwareStatusNotification"
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
MD5 = Pattern("an MD5 checksum, 32 hexadecimal digits", lambda text: len(text) == 32 and set(text) <= _HEXADECIMAL)


def _checksum(bench: Bench, sut: Sut) -> str:
    image = signed_image(bench, sut).image or sut.text(32).encode()
    return hashlib.md5(image, usedforsecurity=False).hexdigest()


async def request_publishing(station: Station, sut: Sut, bench: Bench) -> Message:
    """The CSMS has firmware published, and the local controller accepts: judge where it is said to lie."""
    location, there = firmware_location(sut)
    station.answer("PublishFirmware", status="Accepted")
    request = await asked(
        station,
        sut,
        "PublishFirmware",
        location=location,
        checksum=_checksum(bench, sut),
        awaiting=["location"],
    )
    configured = "values.firmware.location"
    check_chosen(STEP, "location", request.location, wished=location, configured=configured, given=there)
    check_fields("L03.FR.02", request, {"checksum": MD5})
    return request


async def published(station: Station, sut: Sut, bench: Bench) -> str:
    """Firmware is published at this local controller, where the CSMS can have it done

    Returns its checksum, empty where the CSMS has sent none. What is wrong with it TC_L_17_CSMS judges.
    """
    station.answer("PublishFirmware", status="Accepted")
    try:
        await sut.request("PublishFirmware", location=firmware_location(sut)[0], checksum=_checksum(bench, sut))
    except Inconclusive:
        return ""
    request = await station.expect_optional("PublishFirmware", within=station.timing.event)
    if request is None:
        return ""
    for status in ("Downloading", "Downloaded", "ChecksumVerified"):
        await station.attempt(_STATUS, status=status, requestId=request.requestId)
    await station.attempt(_STATUS, status="Published", requestId=request.requestId, location=[request.location])
    return str(request.checksum or "")


async def request_unpublishing(station: Station, sut: Sut, bench: Bench, *, checksum: str, status: str) -> Message:
    """The CSMS no longer wants firmware published, to which the local controller answers with this status.

    `checksum`: of what it had published; empty for any.
    """
    station.answer("UnpublishFirmware", status=status)
    request = await asked(station, sut, "UnpublishFirmware", checksum=checksum or _checksum(bench, sut))
    check_fields("L03.FR.02", request, {"checksum": MD5})
    return request


async def tell_publishing(station: Station, request: Message, *statuses: str, **fields: Any) -> None:
    """The local controller tells how far it is, one status after the other."""
    for status in statuses:
        await station.call(_STATUS, requirement=STEP, status=status, requestId=request.requestId, **fields)
