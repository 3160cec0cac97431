"""What a station says of itself when it boots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Nameplate"]

LONGEST = 25
"""Characters of a serial number, in every version."""


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Vendor and model of a station that the harness plays; one for all stations of a run.

    A CSMS may know the stations of a site: they do not become another product from one case to the next.
    `serial_number` is the commonName of the station's certificate, with which a CSMS compares it at security profile 3
    (OCPP 2.x, B01.FR.11 and 12; 1.6 security whitepaper, A00.FR.405); without a certificate there is none, as a CSMS
    may compare it with what was delivered. There is no firmware version, which would change with each update.
    """

    vendor: str = "ocpp-proof"
    model: str = "ocpp-proof station"
    serial_number: str = ""

    def of_certificate(self, common_name: str) -> Nameplate:
        """The same station with the serial number that its certificate names, where it fits into the field."""
        return replace(self, serial_number=common_name if len(common_name) <= LONGEST else "")

    @property
    def charging_station(self) -> dict[str, str]:
        """As a ChargingStationType of OCPP 2.x."""
        plate = {"vendorName": self.vendor, "model": self.model}
        return {**plate, "serialNumber": self.serial_number} if self.serial_number else plate

    def boot(self, ocpp: str) -> dict[str, Any]:
        """The BootNotification after switching on, in this version."""
        if ocpp == "1.6":
            plate = {"chargePointVendor": self.vendor, "chargePointModel": self.model}
            return {**plate, "chargePointSerialNumber": self.serial_number} if self.serial_number else plate
        return {"reason": "PowerUp", "chargingStation": self.charging_station}
