"""3.3 The authorization cache of a charge point."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.charging_session import start_transaction
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


@case("TC_007_CSMS")
async def test_cached_token(station, sut):
    """A charge point that trusts its cache starts without asking; a session that began so has to be billed as well."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report_status(station, sut.connectorId, "Preparing")

    with step("The charge point starts with a token of its cache, without asking"):
        tx = await start_transaction(station, sut)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)


@case("TC_061_CSMS")
async def test_clear_cache(station, sut):
    """An operator who cannot clear the cache cannot stop a lost card from charging where it was used before."""
    await given(booted, station, sut)

    with step("The operator has the cache cleared"):
        await asked(station, sut, "ClearCache", requirement="1.6 §5.4")

    with step("The Central System goes on"):
        await check_still_serving(station)
