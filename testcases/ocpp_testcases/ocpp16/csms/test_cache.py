"""3.3 The authorization cache of a charge point."""

from ocpp_proof import case, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.charging_session import start_refused, start_transaction, stop_transaction
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


@case("TC_007_CSMS")
async def test_cached_token(station, sut):
    """A charge point that trusts its cache starts at once; only the Central System can see that the card is blocked."""
    await given(booted, station, sut)

    with step("The driver plugs in"):
        await report_status(station, sut.connectorId, "Preparing")

    with step("The charge point starts with a token of its cache, without asking"):
        tx = await start_transaction(station, sut)
        await report_status(station, tx.connectorId, "Charging")
        await check_recorded(sut, tx, active=True)

    with step("It starts with a token of its cache that the Central System would no longer accept"):
        token = sut.tokens.blocked if sut.tokens.given("blocked") else sut.tokens.invalid
        other = await start_refused(station, sut, token, connectorId=2 if tx.connectorId == 1 else 1)
        await stop_transaction(other, reason="DeAuthorized")


@case("TC_061_CSMS")
async def test_clear_cache(station, sut):
    """An operator who cannot clear the cache cannot stop a lost card from charging where it was used before."""
    await given(booted, station, sut)

    with step("The operator has the cache cleared"):
        await asked(station, sut, "ClearCache", requirement="1.6 §5.4")

    with step("The Central System goes on"):
        await check_still_serving(station, sut)
