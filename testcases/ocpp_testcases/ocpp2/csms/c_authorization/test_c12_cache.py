"""C12 - A driver whom the station has in its cache: the CSMS hears of the token in an event alone."""

from ocpp_proof import case, check_fields, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.tokens import HAS_TO_BE_KNOWN, free_elsewhere, has_to_be_known
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.c_authorization import transaction_of
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, ev_connected_pre_session


async def parked_and_plugged_in(station: Station, sut: Sut, token: Token) -> Transaction:
    """EVConnectedPreSession of a transaction that has begun with the vehicle in its bay"""
    tx = transaction_of(station, sut, token)
    await tx.event("EVDetected")
    return await ev_connected_pre_session(station, sut, tx)


@case("TC_C_08_CSMS")
async def test_accepted(station, sut):
    """A regular guest need not wait for the CSMS: it is told, and says that all is well."""
    await given(booted, station, sut)
    tx = await given(parked_and_plugged_in, station, sut, sut.tokens.valid)
    with step("The station tells that a driver from its cache is authorized"):
        answer = await tx.event("Authorized", token=True)
        free_elsewhere(sut, tx.token, answer)
        has_to_be_known(sut, tx.token, answer)
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": "Accepted"}, note=HAS_TO_BE_KNOWN)


@case("TC_C_20_CSMS")
async def test_invalid(station, sut):
    """A card that is no longer good is still in a cache: only the CSMS can say so, in its answer to the event."""
    await given(booted, station, sut)
    tx = await given(parked_and_plugged_in, station, sut, sut.tokens.invalid)
    with step("The station tells that a driver is authorized whom the CSMS does not know"):
        answer = await tx.event("Authorized", token=True)
        check_fields("E01.FR.12", answer, {"idTokenInfo.status": ("Invalid", "Unknown")})
