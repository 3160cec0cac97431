"""L, firmware: the firmware update of a station under test."""

from __future__ import annotations

from dataclasses import dataclass

from ocpp_proof.cases.steps import check, check_fields, on_undo
from ocpp_proof.roles.csms import Csms
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.peer import Expected

from ocpp_testcases.ocpp2.station.states.g_availability import Place, expect_status_of_each, status_outcomes

__all__ = ["FirmwareUpdate"]

STATUS = "FirmwareStatusNotification"


@dataclass
class FirmwareUpdate:
    """One update: its request id, and the connectors that may be out of service meanwhile."""

    csms: Csms
    requestId: int
    places: list[Place]

    @classmethod
    async def prepared(cls, csms: Csms, requestId: int, places: list[Place]) -> FirmwareUpdate:
        """The station is idle; when the case ends it is connected and has said what it has to say"""

        async def settled() -> None:
            await csms.wait_until(lambda: csms.connected, csms.timing.long, "the station to connect")
            await csms.wait_until_quiet()

        on_undo("Wait until the station is back", settled)
        return cls(csms, requestId, places)

    def _check_request(self, message: Message) -> None:
        present = check("L01.FR.20", message.requestId is not None, expected="a requestId", received=message.payload)
        if present:
            check_fields("L01.FR.10", message, {"requestId": self.requestId})

    async def status(self, status: str, *, requirement: str = "L01.FR.01") -> Message:
        """The station says that it has come so far."""
        message = await self.csms.expect(STATUS, requirement=requirement, within=self.csms.timing.long, status=status)
        self._check_request(message)
        return message

    async def expect_installation(self) -> None:
        """From the checked signature on: with a reboot before the installation, before the activation, both or none."""
        first = await self.csms.expect_one_of(
            Expected(STATUS, {"status": ("Installing", "InstallRebooting")}),
            requirement="L01.FR.05",
            within=self.csms.timing.long,
        )
        self._check_request(first)

    async def check_completed(self) -> None:
        """Judge what came on the way: request ids, boots, and that the connectors are back in service."""
        for other in self.csms.received(STATUS, status=("Installing", "InstallRebooting")):
            if not other.taken:
                self._check_request(other)
        for boot in self.csms.received("BootNotification"):
            boot.taken = True
            check_fields("B01.FR.09", boot, {"reason": "FirmwareUpdate"})
        booted = bool(self.csms.received("BootNotification"))
        back = [place for place in self.places if booted or self._was_away(place)]
        await expect_status_of_each(self.csms, "Available", back, within=self.csms.timing.long)

    def _was_away(self, place: Place) -> bool:
        return any(self.csms.received(o.action, **o.fields) for o in status_outcomes("Unavailable", *place))
