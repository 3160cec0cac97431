"""C12 - Start of a transaction with a cached token."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured
from ocpp_testcases.ocpp2.station.states.c_authorization import id_token_cached
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    session,
)


@case("TC_C_08_CS")
async def test_cached_token(csms, sut):
    """A station that asks for every token it knows makes drivers wait for a slow network."""
    await given(available, csms, "AuthCacheCtrlr")
    await given(configured, csms, {"AuthCacheCtrlr.Enabled": "true"}, if_implemented=True)
    await given(configured, csms, {"AuthCtrlr.LocalPreAuthorize": "true"}, if_implemented=True)
    token = sut.tokens.get("cached")
    await given(id_token_cached, csms, sut, token)
    tx = await given(session, csms, sut, token)
    await given(ev_connected_pre_session, csms, sut, tx)

    with step("The driver presents the cached token, and is authorized without a question to the CSMS"):
        await authorized(csms, sut, tx, cached=True)
        asked = csms.received("Authorize", idToken__idToken=ignoring_case(token.idToken))
        check("C12.FR.02", not asked, expected="no Authorize for a cached token", received=[m.payload for m in asked])
    with step("Energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
