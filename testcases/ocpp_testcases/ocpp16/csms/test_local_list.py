"""3.14 Local authorization list."""

from typing import Any

from ocpp_proof import STEP, case, check, check_fields, given, not_judged, step
from ocpp_proof.cases.errors import DriverError
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.message import Message
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving

MAY_CHARGE = ("Accepted", "ConcurrentTx")


async def ask_for_list_version(station: Station, sut: Sut, version: int) -> None:
    """The operator asks for the version of the list, and the charge point tells this one."""
    station.answer("GetLocalListVersion", listVersion=version)
    await asked(station, sut, "GetLocalListVersion")


def wished_entries(sut: Sut) -> list[dict[str, Any]]:
    """What the list is to hold at least, where the operator has to say it: who may charge, and who may not."""
    entries = {sut.tokens.valid.idToken: "Accepted"}
    if sut.tokens.given("blocked"):
        entries[sut.tokens.blocked.idToken] = "Blocked"
    return [{"idTag": idTag, "idTagInfo": {"status": status}} for idTag, status in entries.items()]


async def send_list(station: Station, sut: Sut, updateType: str, *, status: str) -> Message:
    """The operator sends a list or changes of it, and the charge point answers with `status`."""
    station.answer("SendLocalList", status=status)
    return await asked(
        station,
        sut,
        "SendLocalList",
        updateType=updateType,
        localAuthorizationList=wished_entries(sut),
        matching={"updateType": updateType},
        requirement="1.6 §5.15 type",
    )


async def send_full_list(station: Station, sut: Sut, *, status: str) -> list[dict[str, Any]]:
    """The operator sends the whole list, the charge point answers with `status`; returns the entries."""
    request = await send_list(station, sut, "Full", status=status)
    entries = list(request.localAuthorizationList or [])
    bare = [entry for entry in entries if not entry.get("idTagInfo")]
    check("1.6 §7.1", not bare, expected="idTagInfo in every entry", received=bare)
    check_version(request)
    return entries


def check_version(request: Message) -> None:
    """Judge that a list with entries has a version above 0."""
    empty = not request.localAuthorizationList
    version = Pattern("1 or more", lambda number: isinstance(number, int) and (number > 0 or empty))
    check_fields("1.6 §5.15 number", request, {"listVersion": version})


def check_statuses(sut: Sut, entries: list[dict[str, Any]]) -> None:
    """Judge that what the list says of the tokens that sut.toml names is what they are."""
    found = {str(entry["idTag"]).casefold(): (entry.get("idTagInfo") or {}).get("status") for entry in entries}
    for name, good in (("valid", True), ("second", True), ("blocked", False), ("expired", False)):
        token = sut.tokens.get(name).idToken if sut.tokens.given(name) else ""
        if token.casefold() in found:
            status = found[token.casefold()]
            expected = " or ".join(MAY_CHARGE) if good else "a status that does not let it charge"
            check("1.6 §3.5.2", (status in MAY_CHARGE) == good, expected=f"{token}: {expected}", received=status)


async def version_told(station: Station, sut: Sut, version: int, what: str) -> None:
    """TC_042: the charge point tells a version that names no list with entries (`what`)."""
    await given(booted, station, sut)

    with step(f"The operator asks for the version, and {what}"):
        await ask_for_list_version(station, sut, version)

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_042_1_CSMS")
async def test_version_not_supported(station, sut):
    """A charge point without a local list says -1, which is no version; the Central System has to live with that."""
    await version_told(station, sut, -1, "the charge point has no local list")


@case("TC_042_2_CSMS")
async def test_version_empty(station, sut):
    """A charge point that is new has an empty list, version 0; the Central System has to live with that."""
    await version_told(station, sut, 0, "the list is empty")


async def full_list_refused(station: Station, sut: Sut, status: str, what: str) -> None:
    """TC_043: the charge point answers a full list with a `status` that refuses it."""
    await given(booted, station, sut)

    with step(f"The operator sends a local list, and {what}"):
        await send_full_list(station, sut, status=status)

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_043_1_CSMS")
async def test_not_supported(station, sut):
    """A charge point that takes no local list must not upset the Central System that sends it one."""
    await full_list_refused(station, sut, "NotSupported", "the charge point does not take any")


@case("TC_043_3_CSMS")
async def test_failed(station, sut):
    """A charge point that could not install a local list must not upset the Central System that sent it."""
    await full_list_refused(station, sut, "Failed", "the charge point cannot install it")


@case("TC_043_4_CSMS")
async def test_full(station, sut):
    """A charge point that is offline with a broken list turns away every driver, or lets blocked cards charge."""
    await given(booted, station, sut)

    with step("The operator sends a full local list, and the charge point takes it"):
        entries = await send_full_list(station, sut, status="Accepted")
        check(STEP, bool(entries), expected="a list that is not empty", received=entries)
        check_statuses(sut, entries)


@case("TC_043_5_CSMS")
async def test_differential(station, sut):
    """A card that was reported as stolen charges on where changes of the local list do not get through."""
    await given(booted, station, sut)

    with step("The charge point tells the version of its list, where it is asked"):
        try:
            await sut.request("GetLocalListVersion")
            await station.expect_optional("GetLocalListVersion", within=sut.timing.event)
        except DriverError as error:
            not_judged(STEP, because=f"the version does not have to be asked for: {error}")

    with step("The operator sends changes of the local list, and the charge point takes them"):
        request = await send_list(station, sut, "Differential", status="Accepted")
        entries = list(request.localAuthorizationList or [])
        check(STEP, bool(entries), expected="at least one entry", received=entries)
        bare = [entry for entry in entries if not entry.get("idTagInfo")]
        check(STEP, not bare, expected="idTagInfo in every entry", received=bare)
        check_statuses(sut, entries)
        check_version(request)
