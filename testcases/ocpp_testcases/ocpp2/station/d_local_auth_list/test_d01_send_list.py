"""D01 - Send local authorization list."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import booted
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import (
    check_entries,
    check_list_version,
    id_token_in_local_list,
    local_list_enabled,
    put_on,
    send_list,
    taken_off,
)


@case("TC_D_01_CS")
async def test_full_list(csms, sut):
    """Without its list a station that is off line turns every driver away."""
    await given(local_list_enabled, csms)
    with step("The CSMS sends a list"):
        version = await id_token_in_local_list(csms, sut, sut.tokens.valid)
    with step("The CSMS asks which list the station has: it is the one that was sent"):
        await check_list_version(csms, version, "D01.FR.15")
        await check_entries(csms, 1, "D01.FR.15")


@case("TC_D_02_CS")
async def test_differential_update(csms, sut):
    """A driver who was added today is turned away while the network is down."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS adds a token to the list"):
        answer = await send_list(csms, version + 1, "Differential", [put_on(sut.tokens.fresh())])
        check_fields("D01.FR.02", answer, {"status": "Accepted"})
    with step("The CSMS asks which list the station has: it is the changed one"):
        await check_list_version(csms, version + 1, "D01.FR.16")
        await check_entries(csms, 2, "D01.FR.16")


@case("TC_D_03_CS")
async def test_differential_remove(csms, sut):
    """A card that was reported as stolen charges on wherever the network is down."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS takes the token off the list"):
        answer = await send_list(csms, version + 1, "Differential", [taken_off(sut.tokens.valid)])
        check_fields("D01.FR.02", answer, {"status": "Accepted"})
    with step("The CSMS asks which list the station has: it is the changed one"):
        await check_list_version(csms, version + 1, "D01.FR.17")
        await check_entries(csms, 0, "D01.FR.17")


@case("TC_D_04_CS")
async def test_full_and_empty(csms, sut):
    """An operator who empties the list before a station is handed over leaves all its drivers on it."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS sends a list without tokens"):
        answer = await send_list(csms, version, "Full", [])
        check_fields("D01.FR.02", answer, {"status": "Accepted"})
    with step("The CSMS asks which list the station has: it is an empty one of this version"):
        await check_list_version(csms, version, "D01.FR.04")
        await check_entries(csms, 0, "D01.FR.04")


@case("TC_D_05_CS")
async def test_differential_and_empty(csms, sut):
    """A change that changes nothing must not cost the drivers their list, nor CSMS and station their common version."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS sends changes without tokens"):
        answer = await send_list(csms, version + 1, "Differential", [])
        check_fields("D01.FR.02", answer, {"status": "Accepted"})
    with step("The CSMS asks which list the station has: it is the same one with the new version"):
        await check_list_version(csms, version + 1, "D01.FR.05")
        await check_entries(csms, 1, "D01.FR.05")


@case("TC_D_06_CS")
async def test_version_mismatch(csms, sut):
    """A change that arrives late undoes a newer one."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS sends changes of an older version"):
        answer = await send_list(csms, version - 1, "Differential", [put_on(sut.tokens.fresh())])
        check_fields("D01.FR.19", answer, {"status": "VersionMismatch"})
    with step("The CSMS asks which list the station has: it is still the newer one"):
        await check_list_version(csms, version, "D01.FR.19")
        await check_entries(csms, 1, "D01.FR.19")


@case("TC_D_07_CS")
async def test_persistent(csms, sut):
    """After a power failure the network is often down as well: just then the list is needed."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    await given(booted, csms, sut)
    with step("The CSMS asks which list the station has: it is the one from before"):
        await check_list_version(csms, version, "D01.FR.10")
        await check_entries(csms, 1, "D01.FR.10")
