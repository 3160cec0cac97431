"""G05 - Lock failure."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.e_transactions import session
from ocpp_testcases.ocpp2.station.states.g_lock_failure import (
    expect_lock_failure,
    has_retention_lock,
    identified,
    lock_failures_reported,
    plugged_in_halfway,
)


@case("TC_G_20_CS")
async def test_lock_failure(csms, sut):
    """A plug that is not locked can be pulled out under load; and nobody mends what nobody hears of."""
    await given(has_retention_lock, csms, sut)
    await given(lock_failures_reported, csms)
    tx = await given(session, csms, sut)
    await given(plugged_in_halfway, csms, sut, tx)

    with step("The driver is authorized, and the lock cannot close"):
        await identified(csms, sut, tx)
    with step("The station tells that the lock has failed"):
        await expect_lock_failure(csms, tx)
    with step("It does not start charging"):
        await csms.expect_none(
            "TransactionEvent",
            requirement="G05.FR.01",
            within=csms.timing.transaction,
            transactionInfo__chargingState="Charging",
        )
