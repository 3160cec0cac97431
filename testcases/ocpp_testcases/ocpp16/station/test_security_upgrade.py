"""2.24 Security: upgrade of the security profile."""

from ocpp_proof import case, check, check_fields, given, on_undo, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.configuration import change_configuration, connectors, get_configuration
from ocpp_testcases.ocpp16.station.states.security_certificates import (
    CENTRAL_SYSTEM,
    certificate_installed,
    certificate_renewed,
    common_name,
)
from ocpp_testcases.ocpp16.station.states.security_upgrade import next_profile_served, security_profile_restored
from ocpp_testcases.ocpp16.station.states.status import expect_connector_statuses

SECURITY_PROFILE = "SecurityProfile"


async def ready_for_next_profile(csms: Csms, sut: Sut, bench: Bench) -> str:
    """The charge point has what the next security profile needs

    Returns the name in its certificate.
    """
    if sut.security_profile == 1:
        await certificate_installed(csms, CENTRAL_SYSTEM, bench.keys.root)
        return ""
    return common_name(await certificate_renewed(csms, sut, bench))


async def disconnects(csms: Csms) -> bool:
    """Whether the charge point ends the connection of itself."""
    endpoint = csms.connections[-1]
    try:
        await csms.wait_until(endpoint.closed.done, csms.timing.event, "the charge point to end the connection")
    except TimeoutError:
        return False
    return True


@case("TC_083_CS", exclusive=True)
async def test_upgrade(csms, sut, bench):
    """A charge point that cannot be made safer has to be visited, or stays as weak as it was installed."""
    numbers = range(await given(connectors, csms, sut) + 1)
    name = await given(ready_for_next_profile, csms, sut, bench)
    await given(next_profile_served, csms, sut, bench, serial_number=name)
    connections, value = len(csms.connections), str(sut.security_profile + 1)

    with step("The Central System raises the security profile by one"):
        status = await change_configuration(csms, SECURITY_PROFILE, value)
        if not check(
            "1.6S A05.FR.05",
            status in ("Accepted", "RebootRequired"),
            expected="status Accepted or RebootRequired",
            received=status,
        ):
            return

    with step("The charge point comes back with the higher profile, after a reset where it needs one"):
        if status == "RebootRequired" or not await disconnects(csms):
            answer = await csms.call("Reset", type="Hard")
            check_fields("1.6 §5.14", answer, {"status": "Accepted"})
            await csms.expect_reconnected(connections=connections, requirement="1.6S A05.FR.07")
            await csms.boot(requirement="1.6 §4.2 boot")
            await expect_connector_statuses(csms, numbers)
        await csms.expect_reconnected(connections=connections, requirement="1.6S A05.FR.07")
        await csms.wait_until_quiet()

    with step("It says that it has the higher profile"):
        now = await get_configuration(csms, SECURITY_PROFILE)
        check("1.6S A05.FR.07", now == value, expected=f"{SECURITY_PROFILE} {value}", received=now)


@case("TC_084_CS")
async def test_downgrade(csms, sut):
    """A profile that can be lowered over OCPP lets whoever is in the Central System take the locks off the doors."""
    present, connections = sut.security_profile, len(csms.connections)

    for value, what in ((present - 1, "lower by one"), (present, "as it is")):
        with step(f"The Central System sets a security profile that is {what}: the charge point refuses"):
            status = await change_configuration(csms, SECURITY_PROFILE, str(value))
            if not check("1.6S A05.FR.01", status == "Rejected", expected="status Rejected", received=status):
                on_undo(f"Set the security profile back to {present}", lambda: security_profile_restored(csms, sut))
                return

    with step("The profile is what it was, and the connection stands"):
        now = await get_configuration(csms, SECURITY_PROFILE)
        check("1.6S A05.FR.01", now == str(present), expected=f"{SECURITY_PROFILE} {present}", received=now)
        stands = csms.connected and len(csms.connections) == connections
        check("1.6S A05.FR.01", stands, expected="no new connection", received="none" if stands else "a new one")
