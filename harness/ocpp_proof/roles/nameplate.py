"""What a station says of itself when it boots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Nameplate"]


@dataclass(frozen=True, slots=True)
class Nameplate:
    """Vendor, model and firmware of a station that the harness plays; one for all stations of a run.

    A CSMS may know the stations of a site: they do not become another product from one case to the next. There is no
    serial number, as a CSMS may compare it with the certificate's name (A00.FR.511) or with what was delivered.
    """

    vendor: str = "ocpp-proof"
    model: str = "ocpp-proof station"
    firmware: str = "1.0"

    def boot(self, ocpp: str, *, reason: str = "PowerUp") -> dict[str, Any]:
        """The BootNotification of this version; 1.6 has no reason."""
        if ocpp == "1.6":
            return {
                "chargePointVendor": self.vendor,
                "chargePointModel": self.model,
                "firmwareVersion": self.firmware,
            }
        station = {"vendorName": self.vendor, "model": self.model, "firmwareVersion": self.firmware}
        return {"reason": reason, "chargingStation": station}
