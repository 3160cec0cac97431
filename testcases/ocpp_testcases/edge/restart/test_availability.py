"""What is out of service stays so over a restart, and what was to go out of service does."""

import pytest
from ocpp_proof import ALL, Inconclusive, by_version, case, check, given, step

from ocpp_testcases.edge.states.connector_reports import expect_status
from ocpp_testcases.edge.states.out_of_service import out_of_service, out_of_service_soon
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.restart import POWER, WAYS, can_restart, restarted
from ocpp_testcases.edge.states.shown_sessions import sessions_shown

KEPT_OVER_RESET = {"1.6": "1.6 §5.2", "2": "B11.FR.02"}
KEPT_OVER_POWER_LOSS = {"1.6": "1.6 §5.2", "2": "G03.FR.08"}
DONE_AFTER_RESET = {"1.6": "1.6 §5.2 scheduled", "2": "G03.FR.05"}
EARLY = {"1.6": "1.6 §4.9 scheduled", "2": "not Available before"}


@case("X_RESTART_03_CS", ocpp=ALL, sut="station", title="Out of service over a restart", disruptive=True)
@pytest.mark.parametrize(("what", "how"), [(what, how) for what in ("at once", "scheduled") for how in WAYS])
async def test_out_of_service(csms, sut, what, how):
    """What was taken out of service because it is dangerous must not come back by itself."""
    await given(can_restart, csms, sut, how)
    if what == "scheduled":
        await scheduled(csms, sut, how)
    else:
        await given(out_of_service, csms, sut)
        with step(f"The station restarts ({how}): it is still out of service"):
            boot = await restarted(csms, sut, how)
            requirement = by_version(KEPT_OVER_POWER_LOSS) if how == POWER else by_version(KEPT_OVER_RESET)
            await expect_status(csms, sut, "Unavailable", since=boot.index, requirement=requirement)
    await expect_probe_answered(csms)


async def scheduled(csms, sut, how):
    """It is to go out of service after a transaction, which the restart ends, or which goes on after it."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    await given(out_of_service_soon, csms, sut)
    with step(f"The station restarts ({how})"):
        boot = await restarted(csms, sut, how)
    with step("When the transaction is over and the cable is out, it is out of service"):
        await have_ended(csms, tx)
        requirement = "scheduled availability kept" if how == POWER else by_version(DONE_AFTER_RESET)
        told = await expect_status(csms, sut, "Unavailable", since=boot.index, requirement=requirement)
        if "Unavailable" in told:
            check(by_version(EARLY), "Available" not in told, expected="never Available before", received=told)


async def have_ended(csms, tx):
    """The transaction is over, or is stopped where it goes on; the cable is taken out."""
    if not await tx.over():
        await tx.request_stop()
        await csms.wait_until_quiet()
    await tx.unplug()
    if not await tx.over():
        raise Inconclusive("the station does not tell the end of the transaction, which other cases judge")
