"""C11 - Clear authorization data in the authorization cache."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_authorization import CACHE_ENABLED, cache_used, id_token_cached, visit
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
)


@case("TC_C_37_CS")
async def test_cleared(csms, sut):
    """An operator who changes hands with a site leaves the drivers of the last one in its stations."""
    token = sut.tokens.get("cached")
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token)

    with step("The CSMS has the cache cleared"):
        answer = await csms.call("ClearCache", requirement="C11.FR.02")
        check_fields("C11.FR.03", answer, {"status": "Accepted"})
    tx = await given(visit, csms, sut, token)
    with step("The driver whom the station knew presents the token: it asks the CSMS"):
        await authorized(csms, sut, tx, asking="C11.FR.01")
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)


@case("TC_C_38_CS")
async def test_not_cleared_while_disabled(csms, sut):
    """A station says that it has forgotten its drivers, and finds them all again when its cache is enabled."""
    token = sut.tokens.get("cached")
    await given(implemented, csms, CACHE_ENABLED)
    await given(cache_used, csms, sut, token)
    await given(id_token_cached, csms, sut, token)
    await given(configured, csms, {CACHE_ENABLED: "false"}, if_implemented=True)

    with step("The CSMS has the cache cleared, which is disabled"):
        answer = await csms.call("ClearCache", requirement="C11.FR.02")
        check_fields("C11.FR.04", answer, {"status": "Rejected"})
