"""D01 - Send local authorization list."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import available, configured
from ocpp_testcases.ocpp2.station.states.d_local_auth_list import replace_local_list


@case("TC_D_01_CS")
async def test_full_list(csms, sut):
    """Without its list a station that is off line turns every driver away."""
    await given(available, csms, "LocalAuthListCtrlr")
    await given(configured, csms, {"LocalAuthListCtrlr.Enabled": "true"}, if_implemented=True)
    version = sut.number(1, 2**20)
    with step("The CSMS sends a list"):
        answer = await replace_local_list(csms, [sut.tokens.valid], version)
        check_fields("D01.FR.02", answer, {"status": "Accepted"})
    with step("The CSMS asks which list the station has"):
        answer = await csms.call("GetLocalListVersion")
        check_fields("D01.FR.15", answer, {"versionNumber": version})
