"""C18 - Payment terminal of a station (2.1): tax numbers."""

from typing import Any

from ocpp_proof import Inconclusive, case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

NOT_A_NUMBER = "XX000"
"""No country has numbers that begin so."""


async def vat_number_given(sut: Sut) -> None:
    """sut.toml has a VAT number that the CSMS finds valid"""
    if not sut.value("vat_number"):
        raise Inconclusive("name a VAT number that the CSMS finds valid: values.vat_number in sut.toml")


async def expect_validated(station: Station, number: str, status: str, **place: Any) -> None:
    """The station has a VAT number looked at, for an EVSE or without one."""
    answer = await station.call("VatNumberValidation", vatNumber=number, **place)
    check_fields("C18.FR.09", answer, {"status": status, "vatNumber": number})
    check_fields("C18.FR.10", answer, {"evseId": place.get("evseId")})


@case("TC_C_108_CSMS")
async def test_vat_number(station, sut):
    """A company gets no receipt that its tax office takes where its number was not looked at."""
    await given(booted, station, sut)
    await given(vat_number_given, sut)
    valid = str(sut.value("vat_number"))
    for place, where in (({"evseId": 1}, "for an EVSE"), ({}, "without an EVSE")):
        with step(f"The station has a valid number looked at, {where}"):
            await expect_validated(station, valid, "Accepted", **place)
        with step(f"The station has a number looked at that is none, {where}"):
            await expect_validated(station, NOT_A_NUMBER, "Rejected", **place)
