"""L, firmware: the firmware update of a station under test."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.requirements import STEP
from ocpp_proof.cases.steps import check, check_fields, not_judged, on_undo
from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Answer, Message
from ocpp_proof.roles.peer import Expected
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import in_time, interval_tolerance, moment_of, now
from ocpp_testcases.common.files import Firmware, expect_update_known, firmware_at_hand, serve_firmware, wrong_signature
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.g_availability import Place, is_available, status_outcomes
from ocpp_testcases.ocpp2.station.states.g_connector_state import condition

__all__ = [
    "FAILED",
    "STATUS",
    "FirmwareUpdate",
    "Image",
    "check_in_time",
    "check_no_installation",
    "check_not_before",
    "firmware_offset",
    "image_served",
    "later",
    "prepared",
    "reboots",
    "wait_to_install",
    "wrong_signature_of",
]

STATUS = "FirmwareStatusNotification"
FAILED = ("DownloadFailed", "InvalidSignature", "InstallVerificationFailed", "InstallationFailed")
OVER = (*FAILED, "Installed")
MAY_REBOOT = ("Installed", "InstallVerificationFailed", "InstallationFailed")
"""After these a station may still have to reboot: into the new firmware (L01.FR.32 b), or back into the old one."""
LONG = "values.long_timeout in sut.toml: an update may take longer"
PAST = {"hours": -2}
"""When the official cases want firmware fetched and installed that is wanted at once."""


def firmware_offset(sut: Sut) -> float:
    """Seconds from now at which firmware is to be fetched or installed, where that is not at once."""
    return float(sut.value("firmware_offset", 120))


def later(sut: Sut) -> str:
    """The time at which firmware is to be fetched or installed, where that is not at once."""
    return in_time(seconds=firmware_offset(sut) + 1)


@dataclass(frozen=True)
class Image:
    """Firmware that lies where the station can fetch it; `files`: those of the harness's own server."""

    firmware: Firmware
    files: Files | None
    location: str


async def image_served(csms: Csms, sut: Sut, bench: Bench, *, usable: bool = True) -> Image:
    """An image lies where the station can fetch it; with `usable` False one that it cannot install"""
    firmware = firmware_at_hand(bench, sut, usable=usable)
    files, location = await serve_firmware(csms, sut, firmware)
    return Image(firmware, files, location)


def wrong_signature_of(image: Image) -> str:
    """A signature that is not that of this image; where there is none nothing is installed."""
    return "" if image.firmware.missing else wrong_signature(image.firmware)


async def prepared(csms: Csms, sut: Sut) -> FirmwareUpdate:
    """The station is idle, and its connectors are known; when the case ends no update goes on"""
    places = [place for place in await connectors(csms, sut) if await condition(csms, place) in ("Available", None)]
    return await FirmwareUpdate.prepared(csms, sut.number(), places)


@dataclass
class FirmwareUpdate:
    """One update: its request id, and the connectors that are in service, but for those that the update keeps from it.

    `connections`: how many there had been when it was asked for.
    """

    csms: Csms
    requestId: int
    places: list[Place]
    accepted: bool = False
    connections: int = 0

    @classmethod
    async def prepared(cls, csms: Csms, requestId: int, places: list[Place]) -> FirmwareUpdate:
        """The station is idle; when the case ends it has no update to do, is connected and has said what it has to"""
        update = cls(csms, requestId, places)
        on_undo("Wait until the station is back", update._settled)
        return update

    async def _settled(self) -> None:
        csms = self.csms
        if self.accepted and not self.told(*OVER):
            await csms.expect_optional(STATUS, within=csms.timing.long, requestId=self.requestId, status=OVER)
        if self.accepted and self.told(*MAY_REBOOT):
            with contextlib.suppress(TimeoutError):
                await csms.wait_until(
                    lambda: len(csms.connections) > self.connections, csms.timing.event, "a reboot, which may come"
                )
        await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
        await csms.wait_until_quiet()

    def told(self, *statuses: str) -> list[Message]:
        """Statuses of this update that have come, taken or not."""
        return self.csms.received(STATUS, requestId=self.requestId, status=statuses)

    async def expect_known(self, sut: Sut, image: Image) -> None:
        """Where there is no image, that the station knows the request is all that can be judged: Inconclusive."""
        await expect_update_known(self.csms, sut, image.firmware, image.location)

    async def request(
        self, sut: Sut, image: Image, *, status: str = "Accepted", requirement: str = "L01.FR.21", **more: Any
    ) -> None:
        """The CSMS asks for the update, as `ask` has it: judge what the station answers."""
        check_fields(requirement, await self.ask(sut, image, **more), {"status": status})

    async def ask(
        self,
        sut: Sut,
        image: Image,
        *,
        location: str = "",
        signature: str = "",
        retrieveDateTime: str = "",
        installDateTime: str = "",
        **more: Any,
    ) -> Answer:
        """The CSMS asks for the update, at once or at these times; returns the station's answer."""
        await self.expect_known(sut, image)
        self.connections = len(self.csms.connections)
        answer = await self.csms.call(
            "UpdateFirmware",
            requestId=self.requestId,
            firmware={
                "location": location or image.location,
                "retrieveDateTime": retrieveDateTime or in_time(**PAST),
                "installDateTime": installDateTime or in_time(**PAST),
                "signingCertificate": image.firmware.signingCertificate,
                "signature": signature or image.firmware.signature,
            },
            **more,
        )
        self.accepted = str(answer.status).startswith("Accepted")
        return answer

    def _check_request(self, message: Message) -> None:
        present = check("L01.FR.20", message.requestId is not None, expected="a requestId", received=message.payload)
        if present:
            check_fields("L01.FR.10", message, {"requestId": self.requestId})

    async def status(
        self,
        *statuses: str,
        requirement: str = "L01.FR.01",
        within: float = 0,
        since: int | None = None,
        note: str = LONG,
    ) -> Message:
        """The station says that it has come so far; `within`: seconds that it may wait before."""
        message = await self.csms.expect(
            STATUS,
            requirement=requirement,
            within=self.csms.timing.long + within,
            since=since,
            note=note,
            status=statuses,
        )
        self._check_request(message)
        return message

    async def expect_download(self, image: Image, *, within: float = 0, among_others: bool = False) -> Message:
        """The station fetches the image; returns what it said when it began.

        `among_others`: statuses of another update may come as well.
        """
        if among_others:
            begun = await self.csms.expect(
                STATUS,
                requirement="L01.FR.10",
                within=self.csms.timing.long,
                note=LONG,
                status="Downloading",
                requestId=self.requestId,
            )
        else:
            begun = await self.status("Downloading", within=within)
        await self.expect_fetched(image, since=begun.index)
        return begun

    async def expect_fetched(self, image: Image, *, since: int | None = None) -> None:
        """The station has the image."""
        await self.status("Downloaded", since=since)
        if image.files is not None:
            path, fetched = urlsplit(image.location).path, image.files.downloads
            check("L01.FR.01", path in fetched, expected=f"{image.location} fetched", received=fetched or "nothing")

    async def expect_verified(self) -> None:
        """The station has found that the signature is that of the image."""
        await self.status("SignatureVerified", requirement="L01.FR.04")

    async def expect_installation(
        self, *, within: float = 0, requirement: str = "L01.FR.05", note: str = LONG
    ) -> Message:
        """From the checked signature on: with a reboot before the installation, before the activation, both or none."""
        first = await self.csms.expect_one_of(
            Expected(STATUS, {"status": ("Installing", "InstallRebooting")}),
            requirement=requirement,
            within=self.csms.timing.long + within,
            note=note,
        )
        self._check_request(first)
        return first

    async def expect_installed(self) -> None:
        """The station tells that it is done, as a status and as a security event."""
        await self.expect_told_installed()
        await self.check_completed()

    async def expect_told_installed(self) -> None:
        """The station tells that it is done; nothing is said of what the update did on its way."""
        await self.status("Installed", requirement="L01.FR.28")
        kind = "FirmwareUpdated"
        await self.csms.expect(
            "SecurityEventNotification", requirement="L01.FR.31", within=self.csms.timing.long, note=LONG, type=kind
        )

    async def check_completed(self) -> None:
        """Judge what came on the way: request ids, boots, and that the connectors are back in service."""
        self.check_request_ids()
        self.check_boots()
        boots = self.csms.received("BootNotification")
        since = boots[-1].index if boots else 0
        for place in self.places:
            if boots or self.was_away(place):
                await self._expect_back(place, since)

    async def _expect_back(self, place: Place, since: int) -> None:
        """What was told last of a connector, since the boot where there was one, is that it is Available."""
        csms = self.csms

        def is_back() -> bool:
            return is_available([message for message in csms.inbox if message.index >= since], place)

        with contextlib.suppress(TimeoutError):
            await csms.wait_until(is_back, csms.timing.long, "the connector to be Available")
        name = f"connector {place[1]} of EVSE {place[0]}"
        check(STEP, is_back(), expected=f"{name} Available", received="Available" if is_back() else "not told since")

    def check_boots(self) -> None:
        """Judge the reason of each reboot."""
        boots, told = self.csms.received("BootNotification"), reboots(self.csms)
        for boot in boots:
            boot.taken = True
        if len(told) < len(boots):
            not_judged("B01.FR.09", because="no reboot was told of: a new connection may bring a BootNotification")
        self._check_boots(told)

    def check_boot_before_installation(self) -> None:
        """Judge the reason of the boot before the installation.

        What a station boots for after an installation that fails, the standard leaves open: a watchdog may bring the
        old firmware back.
        """
        boots = self.csms.received("BootNotification")
        rebooting, installing = self.told("InstallRebooting"), self.told("Installing")
        if rebooting and installing:
            self._check_boots([b for b in boots if rebooting[0].index < b.index < installing[-1].index][:1])
        for boot in boots:
            boot.taken = True

    def _check_boots(self, boots: list[Message]) -> None:
        for boot in boots:
            check_fields("B01.FR.09", boot, {"reason": "FirmwareUpdate"})

    def check_request_ids(self) -> None:
        """Judge the request ids of what was told on the way and not waited for."""
        for other in self.csms.received(STATUS, status=("Installing", "InstallRebooting")):
            if not other.taken:
                self._check_request(other)

    def was_away(self, place: Place) -> bool:
        """Whether the connector has been told to be Unavailable."""
        return any(self.csms.received(o.action, **o.fields) for o in status_outcomes("Unavailable", *place))


def reboots(csms: Csms) -> list[Message]:
    """The BootNotifications that tell of a reboot.

    Some stations send one on each new connection (Part 4, 5.3: should not), with no cause to name: that is one of
    them, unless InstallRebooting was told before it.
    """
    announced = [message.index for message in csms.received(STATUS, status="InstallRebooting")]
    found, since = [], 0
    for boot in csms.received("BootNotification"):
        if boot.reason != "Unknown" or any(since <= index < boot.index for index in announced):
            found.append(boot)
        since = boot.index
    return found


def check_not_before(sut: Sut, message: Message, moment: str, requirement: str) -> None:
    """Judge that what a status tells of was not done before this time, which lay values.firmware_offset ahead."""
    ahead = (moment_of(moment) - moment_of(now())).total_seconds()
    early = time.monotonic() + ahead - message.received
    tolerance = interval_tolerance(sut, firmware_offset(sut))
    check(
        requirement,
        early <= tolerance,
        expected=f"{message.status} not before {moment}",
        received=f"{early:.1f} s before it",
        note="the clocks of the SUT and of this machine; values.max_time_deviation in sut.toml",
    )


def check_in_time(moment: str, what: str) -> None:
    """This time still lies ahead, so that the station has to schedule `what`; else Inconclusive."""
    if moment_of(moment) <= moment_of(now()):
        raise Inconclusive(f"{what} took longer than values.firmware_offset in sut.toml: make that longer")


async def check_no_installation(update: FirmwareUpdate, requirement: str) -> None:
    """Judge that nothing is installed: no such status, and no boot for it.

    Any other boot is free: a controller may leave the mode in which it fetched the image by a restart. That it has the
    same firmwareVersion shows nothing: the image may be that of the case before.
    """
    csms = update.csms
    await csms.expect_none(
        STATUS,
        requirement=requirement,
        within=csms.timing.transaction,
        status=("SignatureVerified", "Installing", "InstallRebooting", "Installed"),
    )
    boots = csms.received("BootNotification", reason="FirmwareUpdate")
    check(requirement, not boots, expected="no boot for an update", received=boots or "none")


async def wait_to_install(update: FirmwareUpdate) -> Message:
    """The station waits for those who charge, before it installs or before it activates what it installs."""
    return await update.status(
        "InstallScheduled",
        "Installing",
        requirement=STEP,
        note="the official case wants one of them; the standard has the station free to say nothing (L01.FR.34)",
    )
