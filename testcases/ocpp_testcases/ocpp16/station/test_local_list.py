"""2.17 Local authorization list."""

from ocpp_proof import case, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.charging_session import expect_started_without_authorize, start_remotely
from ocpp_testcases.ocpp16.station.states.configuration import AUTHORIZE_REMOTE_TX_REQUESTS, configurable, configured
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.local_list import (
    check_list_version,
    local_list_enabled,
    local_list_unsupported,
    request_list_version,
    send_list,
)
from ocpp_testcases.ocpp16.station.states.session import Session, plugged_in, session
from ocpp_testcases.ocpp16.station.states.unclaimed import profile_not_named
from ocpp_testcases.ocpp16.station.states.unsupported_profile import check_unsupported


@case("TC_042_1_CS")
async def test_version_without_lists(csms, sut):
    """A Central System that takes a charge point without lists for one with an empty list keeps sending it lists."""
    await given(local_list_unsupported, csms, sut)

    with step("The Central System asks for the version of the list"):
        answer = await request_list_version(csms)
        fits = answer.error == "NotSupported" if answer.error else answer.listVersion == -1
        check_unsupported(
            "1.6 §5.10 unsupported", answer, fits, expected="listVersion -1, or the CALLERROR NotSupported"
        )


@case("TC_042_2_CS")
async def test_version_of_empty_list(csms, sut):
    """Drivers who were taken off the list go on charging offline where an empty list does not empty it."""
    await given(local_list_enabled, csms)
    before = sut.number(2, 10_000)

    with step("The Central System has sent a list, and the charge point knows its version"):
        await send_list(csms, before, sut.tokens.fresh())
        await check_list_version(csms, before)

    with step("The Central System sends a list without any token: the version is 0"):
        await send_list(csms, 1)
        await check_list_version(csms, 0, "1.6 §5.10 empty")


@case("TC_043_CS")
async def test_send(csms, sut):
    """Without the list no driver charges while the network is down."""
    await given(local_list_enabled, csms)
    version = sut.number(2, 10_000)

    with step("The Central System sends a whole list"):
        await send_list(csms, version, sut.tokens.valid)
        await check_list_version(csms, version)

    with step("The Central System adds a token to it"):
        await send_list(csms, version + 1, sut.tokens.fresh(), change=True)
        await check_list_version(csms, version + 1)


@case("TC_043_1_CS")
async def test_send_not_supported(csms, sut):
    """An operator who is told that a list was installed expects drivers on it to charge offline."""
    await given(profile_not_named, csms, "LocalAuthListManagement", "local authorization list")
    with step("The Central System sends a list to a charge point that has none"):
        listed = [{"idTag": sut.tokens.valid.idToken, "idTagInfo": {"status": "Accepted"}}]
        answer = await csms.attempt("SendLocalList", listVersion=1, updateType="Full", localAuthorizationList=listed)
        fits = answer.error == "NotSupported" if answer.error else answer.status == "NotSupported"
        check_unsupported(
            "1.6 §7.47 unsupported", answer, fits, expected="status NotSupported, or the CALLERROR NotSupported"
        )


@case("TC_043_2_CS")
async def test_version_mismatch(csms, sut):
    """A change that arrives late must not undo a newer one."""
    await given(local_list_enabled, csms)

    with step("The Central System sends a whole list of version 2"):
        await send_list(csms, 2, sut.tokens.valid)
        await check_list_version(csms, 2)

    with step("The Central System changes it to version 5"):
        await send_list(csms, 5, sut.tokens.fresh(), change=True)
        await check_list_version(csms, 5)

    with step("The Central System changes it to version 4, which is older: nothing changes"):
        await send_list(
            csms,
            4,
            sut.tokens.fresh(),
            change=True,
            status="VersionMismatch",
            requirement="1.6 §7.47 mismatch",
        )
        await check_list_version(csms, 5, "1.6 §7.47 mismatch")


@case("TC_043_3_CS")
async def test_send_failed(csms, sut):
    """A list that could not be stored has to be sent again, which nobody does who was told that it is there."""
    await given(local_list_enabled, csms)
    on_undo("Install local lists again", lambda: sut.refuse_local_list(active=False))

    with step("The charge point cannot install a list: the Central System sends one"):
        await sut.refuse_local_list()
        await send_list(csms, 2, sut.tokens.valid, status="Failed", requirement="1.6 §7.47 failed")


async def listed_and_plugged_in(csms: Csms, sut: Sut) -> Session:
    """TC_008: the token is on the local list, and the cable is in."""
    await given(idle, csms, sut)
    await given(configured, csms, {"LocalPreAuthorize": "true"})
    await given(configured, csms, {"AuthorizationCacheEnabled": "false"}, if_implemented=True)
    await given(local_list_enabled, csms)
    tx = session(csms, sut)

    with step("The Central System sends a list with the driver's token"):
        version = (await csms.call("GetLocalListVersion")).listVersion
        await send_list(csms, max(version or 0, 0) + 1, tx.token)

    with step("The driver plugs in"):
        await plugged_in(csms, sut, tx)
    return tx


@case("TC_008_1_CS")
async def test_local_start_by_list(csms, sut):
    """With a slow network a driver whom the charge point knows waits for nothing."""
    tx = await listed_and_plugged_in(csms, sut)

    with step("The driver presents the token: the transaction starts without Authorize"):
        await sut.present_token(tx.token)
        await expect_started_without_authorize(csms, tx)


@case("TC_008_2_CS")
async def test_remote_start_by_list(csms, sut):
    """A remote start of a driver whom the charge point knows must not depend on a second answer."""
    await given(configurable, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    await given(configured, csms, AUTHORIZE_REMOTE_TX_REQUESTS)
    tx = await listed_and_plugged_in(csms, sut)

    with step("The Central System starts a transaction with the token: it starts without Authorize"):
        await start_remotely(csms, tx)
        await expect_started_without_authorize(csms, tx)
