"""A00 - TLS with the certificate of the charging station (security profile 3)."""

from ocpp_proof import case, check, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.a_security import (
    check_client_certificate,
    check_client_hello,
    power_cycle_and_expect_attempt,
)
from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors_if_connected, expect_connectors_reported


@case("TC_A_07_CS", connected=False)
async def test_valid_certificate(csms, sut):
    """A station that shows no certificate, a weak one or somebody else's is not let in."""
    places = await given(connectors_if_connected, csms, sut)
    with step("The station is switched off and on, and opens a TLS connection with its certificate"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        check_client_hello(handshake)
        name = check_client_certificate(handshake)
    with step("The station boots and reports its connectors"):
        boot = await csms.boot(requirement="B01.FR.01")
        serial = boot.at("chargingStation.serialNumber")
        if serial is None:
            not_judged("A00.FR.511", because="BootNotification has no serialNumber to compare the commonName with")
        else:
            check("A00.FR.511", name == serial, expected=f"commonName {serial}, the serial number", received=name)
        await expect_connectors_reported(csms, places)
