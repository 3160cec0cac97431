"""B09 - Set new network connection profile."""

from ocpp_proof import STEP, case, check, given, step

from ocpp_testcases.common.operator import asked
from ocpp_testcases.ocpp2.csms.states.b_network import (
    configured,
    network_configuration,
    network_profile,
    password_to_set,
)
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.f_remote_control import check_still_serving

ANSWERS_FOR = {"ApnEnabled": "B09.FR.29", "VpnEnabled": "B09.FR.30"}


@case("TC_B_42_CSMS")
async def test_accepted(station, sut):
    """Who cannot tell stations of the new back end before the old one is switched off sends somebody to each."""
    await given(booted, station, sut)
    wish, matching = network_profile(station, sut)
    with step("The CSMS sets a network connection profile"):
        await asked(station, sut, "SetNetworkProfile", **wish, matching=matching)


@case("TC_B_44_CSMS")
async def test_failed(station, sut):
    """A station that could not store the new connection is still there, and still has to be served."""
    await given(booted, station, sut)
    station.answer("SetNetworkProfile", {"status": "Failed"})
    wish, _ = network_profile(station, sut)
    with step("The CSMS sets a network connection profile, and the station cannot store it"):
        await asked(station, sut, "SetNetworkProfile", **wish)
    with step("The CSMS goes on serving the station"):
        await check_still_serving(station)


@case("TC_B_100_CSMS")
async def test_identity_and_password(station, sut, bench):
    """A station that goes to the new back end without the name and password which that knows is not let in."""
    await given(booted, station, sut)
    own = {"identity": station.identity, "basicAuthPassword": password_to_set(station, sut, bench)}
    wish, matching = network_profile(station, sut, **own)
    with step("The CSMS sets a network connection profile with the identity and the password of the station"):
        await asked(station, sut, "SetNetworkProfile", **wish, matching=matching)


@case("TC_B_105_CSMS")
async def test_by_variables(station, sut, bench):
    """A modem that is told of an access point, and not that it is to use one, does not connect."""
    await given(booted, station, sut)
    wanted = network_configuration(station, sut, bench)
    slot = configured(sut, "slot")
    with step(f"The operator sets the variables of NetworkConfiguration[{slot}], with an APN and without a VPN"):
        since = station.next_index
        data = [variable.named | {"attributeValue": values[0]} for variable, values in wanted.items()]
        await sut.request("SetVariables", setVariableData=data)
    with step("The CSMS sets them all, in one or several requests"):
        requests = await station.expect_together(
            "SetVariables", of="setVariableData", wanted={str(one): one.is_in for one in wanted}, since=since
        )
        entries = [entry for request in requests for entry in request.setVariableData]
        for variable, values in wanted.items():
            for told in [entry.get("attributeValue") for entry in entries if variable.is_in(entry)]:
                expected = f"{variable} = {' or '.join(values)}"
                check(ANSWERS_FOR.get(variable.name, STEP), told in values, expected=expected, received=told)
