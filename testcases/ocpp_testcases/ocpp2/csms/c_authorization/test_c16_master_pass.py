"""C16 - Stop transactions with a master pass: what a CSMS says of one.

Who carries a master pass, and which group that is, says sut.toml. Where the official tables of TC_C_48 and TC_C_49 name
the token of a driver, they want the group of the master pass for it: the master pass is what is presented.
"""

from ocpp_proof import case, given, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.c_authorization import (
    expect_group_authorized,
    expect_group_in_event,
    of_one_group,
    transaction_of,
)
from ocpp_testcases.ocpp2.csms.states.e_transactions import Transaction, energy_transfer_started

OTHER_EVSE = 2


async def charging_at_two(station: Station, sut: Sut) -> list[Transaction]:
    """EnergyTransferStarted at two EVSEs, each with a token of its own"""
    other = OTHER_EVSE if sut.evseId != OTHER_EVSE else 1
    drivers = ((sut.evseId, sut.tokens.valid), (other, sut.tokens.second))
    return [
        await energy_transfer_started(station, sut, transaction_of(station, sut, token, evse))
        for evse, token in drivers
    ]


async def stopped_by_master_pass(station: Station, sut: Sut, *, all_of_them: bool) -> None:
    """A master pass is presented, and ends both transactions or the first one."""
    await given(booted, station, sut)
    await given(of_one_group, sut, "masterpass")
    charging = await given(charging_at_two, station, sut)
    master = sut.tokens.get("masterpass")
    with step("Somebody with a master pass presents it"):
        await expect_group_authorized(station, sut, master)
    with step("The station ends what charges, and tells that the master pass was the reason"):
        for tx in charging if all_of_them else charging[:1]:
            end = {"eventType": "Ended", "stoppedReason": "MasterPass", "chargingState": "EVConnected"}
            await expect_group_in_event(sut, tx, "StopAuthorized", master, **end)


@case("TC_C_47_CSMS")
async def test_all_by_screen(station, sut):
    """Police free a charging bay: what they stopped is billed as stopped, and not as running for ever."""
    await stopped_by_master_pass(station, sut, all_of_them=True)


@case("TC_C_48_CSMS")
async def test_one_by_screen(station, sut):
    """Only one vehicle has to leave: the other charges on."""
    await stopped_by_master_pass(station, sut, all_of_them=False)


@case("TC_C_49_CSMS")
async def test_all_without_screen(station, sut):
    """A station without a screen cannot ask which one is meant: it ends them all."""
    await stopped_by_master_pass(station, sut, all_of_them=True)
