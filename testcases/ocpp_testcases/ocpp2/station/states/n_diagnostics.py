"""N, diagnostics: where a station under test brings its logs."""

from __future__ import annotations

from ocpp_proof.net.files import Files
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.files import file_server

__all__ = ["log_place"]


async def log_place(csms: Csms, sut: Sut) -> tuple[Files | None, str]:
    """There is a place for logs; returns the files of the harness' server, None for another one, and the address"""
    location = sut.value("log_location")
    if location is not None:
        return None, str(location)
    files, address = await file_server(csms, sut)
    return files, f"{address}/logs/{sut.text()}/"
