"""CustomData: what somebody adds to the messages of the standard (2.x)."""

from __future__ import annotations

from typing import Any

from ocpp_proof.sut.sut import Sut

__all__ = ["custom_data"]


def custom_data(sut: Sut) -> dict[str, Any]:
    """What nobody but a vendor of that name understands."""
    return {"vendorId": f"com.example.{sut.text()}", "note": sut.text(), "count": sut.number()}
