"""D02 - Get local list version."""

from ocpp_proof import case, given, step
from ocpp_proof.cases.errors import NotApplicable

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import (
    ENABLED,
    NO_LIST,
    check_list_version,
    id_token_in_local_list,
    local_list_enabled,
)


@case("TC_D_08_CS")
async def test_version(csms, sut):
    """A CSMS that is told another version sends its whole list again, to each station and for ever."""
    await given(local_list_enabled, csms)
    version = await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    with step("The CSMS asks for the version of the list"):
        await check_list_version(csms, version, "D02.FR.01")


@case("TC_D_10_CS")
async def test_version_without_lists(csms, sut):
    """A CSMS that is told a version believes that its drivers can charge while the network is down."""
    await given(local_list_enabled, csms)
    if await get_variable(csms, ENABLED) is None:
        raise NotApplicable(f"the station does not have {ENABLED}: its list cannot be switched off")
    await given(id_token_in_local_list, csms, sut, sut.tokens.valid)
    await given(configured, csms, {ENABLED: "false"}, if_implemented=True)
    with step("The CSMS asks for the version of the list, which is switched off"):
        await check_list_version(csms, NO_LIST, "D02.FR.03")
