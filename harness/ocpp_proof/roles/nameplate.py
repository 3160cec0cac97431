"""What a station says of itself when it boots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Nameplate"]


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Vendor and model of a station that the harness plays; one for all stations of a run.

    A CSMS may know the stations of a site: they do not become another product from one case to the next. There is no
    serial number, as a CSMS may compare it with the certificate's name (A00.FR.511) or with what was delivered, and no
    firmware version, which would have to change with each update.
    """

    vendor: str = "ocpp-proof"
    model: str = "ocpp-proof station"

    @property
    def charging_station(self) -> dict[str, str]:
        """As a ChargingStationType of OCPP 2.x."""
        return {"vendorName": self.vendor, "model": self.model}

    def boot(self, ocpp: str) -> dict[str, Any]:
        """The BootNotification after switching on, in this version."""
        if ocpp == "1.6":
            return {"chargePointVendor": self.vendor, "chargePointModel": self.model}
        return {"reason": "PowerUp", "chargingStation": self.charging_station}
