"""C14 - Authorization through the local authorization list, while there is a connection."""

from ocpp_proof import by_version, case, check, given, not_judged, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut
from ocpp_proof.sut.tokens import Token

from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.c_local_list import list_used, listed, listed_driver
from ocpp_testcases.ocpp2.station.states.c_local_start import (
    check_not_asked_first,
    driver_presents,
    expect_authorize,
    expect_nothing_of_driver,
    forgotten,
    token_answered,
)
from ocpp_testcases.ocpp2.station.states.e_points import implemented
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    ev_connected_pre_session,
    session,
)


@case("TC_C_27_CS")
async def test_accepted(csms, sut):
    """A fleet whose cards are on the list waits at each station for a slow network all the same."""
    token = sut.tokens.valid
    await given(list_used, csms, sut)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, "Accepted")
    tx = await given(listed_driver, csms, sut, token)

    with step("A driver who is on the list presents the token, and is authorized without a question to the CSMS"):
        await authorized(csms, sut, tx)
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
        check_not_asked_first(csms, token, "C14.FR.02")
        tx.check_sequence()


async def refused(csms: Csms, sut: Sut, token: Token, status: str, *, plugged: bool = False) -> None:
    """The list says of a token what the CSMS says as well: the driver may not charge."""
    await given(list_used, csms, sut)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, status)
    await given(configured, csms, {"LocalAuthListCtrlr.DisablePostAuthorize": "false"}, if_implemented=True)
    tx = await given(session, csms, sut, token)
    if plugged and not sut.claims("AQ-2"):  # a lock keeps the cable out until the driver is authorized
        await given(ev_connected_pre_session, csms, sut, tx)
    token_answered(csms, token, status)

    with step(f"A driver presents the token that the list has as {status}: the station asks the CSMS"):
        await driver_presents(csms, sut, tx)
        asked = await expect_authorize(csms, token, "C14.FR.03")
    with step("The CSMS refuses it too, and nothing comes of it"):
        await expect_nothing_of_driver(csms, asked.index)


@case("TC_C_28_CS")
async def test_invalid(csms, sut):
    """A list that is a day old turns a new customer away, and nobody asks whether that is still right."""
    await refused(csms, sut, sut.tokens.invalid, "Invalid")


@case("TC_C_29_CS")
async def test_blocked(csms, sut):
    """A driver who has paid stays blocked until the next list comes."""
    await refused(csms, sut, sut.tokens.blocked, "Blocked", plugged=by_version({"2.0.1": True, "2.1": False}))


@case("TC_C_30_CS")
async def test_expired(csms, sut):
    """A contract that was renewed stays expired until the next list comes."""
    await refused(csms, sut, sut.tokens.expired, "Expired", plugged=by_version({"2.0.1": True, "2.1": False}))


@case("TC_C_31_CS")
async def test_accepted_by_now(csms, sut):
    """The CSMS is asked and accepts the driver, and the list still has the last word."""
    token = sut.tokens.invalid
    await given(list_used, csms, sut)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, "Invalid")
    tx = await given(listed_driver, csms, sut, token)

    with step("A driver presents the token that the list has as Invalid: the CSMS is asked, and accepts it"):
        await authorized(csms, sut, tx)
        asked = await expect_authorize(csms, token, "C14.FR.03")
    with step("The driver plugs in, and energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await energy_transfer_started(csms, sut, tx)
        named = min((event.index for event in tx.events if event.idToken), default=csms.next_index)
        check("C14.FR.03", asked.index < named, expected="Authorize before the driver may charge", received="after it")
        tx.check_sequence()


@case("TC_C_58_CS")
async def test_not_asked_again(csms, sut):
    """On a slow network each wrong card keeps the reader busy, though the list says what the answer will be."""
    token = sut.tokens.invalid
    await given(list_used, csms, sut)
    await given(implemented, csms, "LocalAuthListCtrlr.DisablePostAuthorize")
    await given(configured, csms, {"LocalAuthListCtrlr.DisablePostAuthorize": "true"}, if_implemented=True)
    await given(forgotten, csms, sut, token)
    await given(listed, csms, sut, token, "Invalid")
    tx = await given(session, csms, sut, token)

    with step("A driver presents the token that the list has as Invalid, and is refused without a question"):
        since = await driver_presents(csms, sut, tx, refused=True)
        await csms.expect_none(
            "Authorize", since=since, within=csms.timing.message, idToken__idToken=ignoring_case(token.idToken)
        )
        await expect_nothing_of_driver(csms, since)
    if sut.claims("AQ-2"):
        not_judged("C01.FR.01", because="a lock keeps the cable out of whoever is not authorized")
        return
    with step("The driver plugs in, and no energy flows"):
        await ev_connected_pre_session(csms, sut, tx)
        await csms.expect_none(
            "TransactionEvent",
            requirement="C01.FR.01",
            within=csms.timing.message,
            transactionInfo__chargingState="Charging",
        )
