"""L, firmware: updates that a CSMS under test requests, and what the harness's station tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.roles.station import Station
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.certificates import certificates_in
from ocpp_testcases.common.clock import check_time, moment_of, now
from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.files import Firmware, firmware_location, signed_image
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.signed_update import OF_ITS_OWN, is_signed, same_signature, same_signer
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, connected

__all__ = [
    "Update",
    "check_has_certificate",
    "check_later",
    "check_signature",
    "check_signer",
    "rebooted_for_update",
    "request_update",
    "update_wish",
    "wait_until",
]

HEARTBEAT_INTERVAL = 60.0
"""Seconds between two heartbeats, at most."""
_STATUS = "FirmwareStatusNotification"
_OVER = ("Installed", "DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")


@dataclass
class Update:
    """An update that the station has accepted; it is over when the case ends, whatever became of it."""

    station: Station
    request: Message
    told: str = ""

    async def tell(self, *statuses: str) -> None:
        """The station tells how far the update is, one status after the other."""
        for status in statuses:
            requestId = self.request.requestId
            await self.station.call(_STATUS, requirement=STEP, status=status, requestId=requestId)
            self.told = status

    @classmethod
    def begun(cls, station: Station, request: Message) -> Update:
        """The station has accepted what was requested."""
        update = cls(station, request)
        on_undo("The update that is still open has failed", update._give_up)
        return update

    async def _give_up(self) -> None:
        if self.told and self.told not in _OVER:
            await connected(self.station)
            await self.tell("InstallationFailed")


def update_wish(sut: Sut, bench: Bench, **times: str) -> tuple[Firmware, dict[str, Any]]:
    """The signed image that the operator wants to have installed, at once or at these `times`, and his wish."""
    image = signed_image(bench, sut)
    return image, {
        "location": image.location,
        "retrieveDateTime": now(),
        "signingCertificate": image.signingCertificate,
        "signature": image.signature,
        **times,
    }


async def request_update(
    station: Station, sut: Sut, bench: Bench, *, status: str = "Accepted", signed: bool = True, **times: str
) -> Update:
    """The CSMS requests an update and the station answers with this status: judge that it has a certificate (`signed`).

    What the certificate is, and the signature, the official case TC_L_01_CSMS judges.
    """
    _, wish = update_wish(sut, bench, **times)
    station.answer("UpdateFirmware", status=status)
    awaiting = ["firmware.signature", *(f"firmware.{name}" for name in times)]
    request = await asked(station, sut, "UpdateFirmware", firmware=wish, awaiting=awaiting)
    if signed:
        check_has_certificate(request)
    return Update.begun(station, request)


def check_has_certificate(request: Message) -> None:
    """Judge that there is a certificate at all by which the station can verify the image."""
    told = request.at("firmware.signingCertificate")
    check("L01.FR.11", bool(certificates_in(told)), expected="a signingCertificate in PEM", received=told or "none")


def check_signer(sut: Sut, request: Message, firmware: Firmware) -> None:
    """Judge that the certificate is the one that the operator, or sut.toml, named."""
    elsewhere = request.at("firmware.location") != firmware.location and not firmware_location(sut)[1]
    if elsewhere and is_signed(request.firmware):
        raise Inconclusive(
            "the CSMS has firmware of its own: say in sut.toml what it sends, values.firmware = "
            "{ location = …, certificate = …, signature = … }"
        )
    check_fields("L01.FR.11", request.firmware, {"signingCertificate": same_signer(firmware)}, note=OF_ITS_OWN)


def check_signature(request: Message, firmware: Firmware) -> None:
    """Judge that the signature is the one that the operator, or sut.toml, named."""
    check_fields(STEP, request.firmware, {"signature": same_signature(firmware)}, note=OF_ITS_OWN)


def check_later(request: Message, name: str, wished: str) -> None:
    """Judge that this time of the update lies ahead: it is later than now, or than what was wished a while ago."""
    told = request.at(f"firmware.{name}")
    try:
        ahead = moment_of(told) >= min(datetime.now(UTC), moment_of(wished))
    except ValueError:
        ahead = False
    note = f"{wished} was wished: values.short_interval in sut.toml is how far that lies ahead"
    check(STEP, ahead, expected=f"a {name} in the future", received=told or "none", note=note)


async def wait_until(station: Station, request: Message, name: str, boot: Answer) -> None:
    """The station waits for this time of the update, as it was told to: for values.long_timeout seconds at most.

    Meanwhile it sends a Heartbeat in the interval that the answer to its boot has (B01.FR.04), or in any where that
    leaves it free: a CSMS may give up a station that says nothing.
    """
    until = request.at(f"firmware.{name}")
    if until is None:
        return
    moment = moment_of(until)
    if _seconds_to(moment) > station.timing.long:
        raise Inconclusive(f"the CSMS has {name} {until}: too long to wait for (values.long_timeout in sut.toml)")
    interval = min(boot.interval or HEARTBEAT_INTERVAL, HEARTBEAT_INTERVAL)
    while (seconds := _seconds_to(moment)) > 0:
        if not await check_stays_connected(station, within=min(interval, seconds)):
            return
        if _seconds_to(moment) > 0:
            await station.attempt("Heartbeat")


def _seconds_to(moment: datetime) -> float:
    return (moment - datetime.now(UTC)).total_seconds()


async def rebooted_for_update(station: Station, sut: Sut) -> None:
    """The station boots because of the firmware and reports its connectors: judge that the CSMS accepts it."""
    await station.reconnect()
    answer = await booted(station, sut, "FirmwareUpdate")
    check_time("B01.FR.02", sut, "currentTime", answer.currentTime)
