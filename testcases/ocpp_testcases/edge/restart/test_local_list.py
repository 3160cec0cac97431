"""The local authorization list over a restart."""

import pytest
from ocpp_proof import ALL, by_version, case, check, check_fields, given, not_judged, step

from ocpp_testcases.edge.states.local_list_entries import own_entries, version_told
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.restart import WAYS, can_restart, restarted

KEPT = {"1.6": "1.6 §3.5.2 persist", "2": "D01.FR.10"}
TAKEN = {"1.6": "1.6 §5.15", "2": "D01.FR.16"}


@case(
    "X_RESTART_01_CS",
    ocpp=ALL,
    sut="station",
    title="The local list over a restart",
    condition="local authorization list or Local Authorization List Management",
    disruptive=True,
)
@pytest.mark.parametrize("how", WAYS)
async def test_local_list(csms, sut, how):
    """After a night of power failures nobody can charge offline, and no message says why."""
    await given(can_restart, csms, sut, how)
    entries = await given(own_entries, csms, sut, 1)
    with step(f"The station restarts ({how}): its list has the version that was sent last"):
        await restarted(csms, sut, how)
        version = await version_told(csms, sut)
        kept = version == entries.version
        check(by_version(KEPT), kept, expected=entries.version, received=version)
    if kept:
        with step("It takes a change of its list as before"):
            answer = await entries.send(1)
            check_fields(by_version(TAKEN), answer, {"status": "Accepted"})
    else:
        not_judged(by_version(TAKEN), because="the list to change is gone")
    await expect_probe_answered(csms)
