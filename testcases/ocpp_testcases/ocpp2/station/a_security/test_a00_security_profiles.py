"""A00 - Getting in at security profiles 1 to 3: password, certificate of the CSMS, certificate of the station."""

from ocpp_proof import by_security_profile, case, check, given, not_judged, on_undo, step
from ocpp_proof.cases.errors import Inconclusive

from ocpp_testcases.common.station_tls import check_client_certificate, check_client_hello
from ocpp_testcases.ocpp2.station.states.a_security import (
    check_basic,
    check_certificate_name,
    invalid_certificates,
    named_by_the_bench,
    power_cycle_and_expect_attempt,
    stays_at_its_network_profile,
)
from ocpp_testcases.ocpp2.station.states.b_migration import longest_wait
from ocpp_testcases.ocpp2.station.states.b_provisioning import (
    configured,
    connectors,
    connectors_if_connected,
    expect_booted,
    expect_connectors_reported,
    get_variable,
)


@case("TC_A_01_CS", connected=False)
async def test_right_password(csms, sut):
    """A station with a wrong form of its name or password stays off line at every CSMS that checks them."""
    places = await given(connectors_if_connected, csms, sut)
    with step("The station is switched off and on, and connects with its identity and password"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        check_basic(csms, sut, handshake)
    with step("The station boots, reports its connectors and that it started"):
        await expect_booted(csms, sut, places)


@case("TC_A_04_CS", connected=False)
async def test_valid_server_certificate(csms, sut):
    """A station that does not speak the TLS that every CSMS has to serve, cannot be sure to reach one."""
    places = await given(connectors_if_connected, csms, sut)
    with step("The station is switched off and on, and opens a TLS connection"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        check_client_hello(handshake)
    with step("It asks for a WebSocket connection"):
        check_basic(csms, sut, handshake)
    with step("The station boots and reports its connectors"):
        await csms.boot(requirement="B01.FR.01")
        await expect_connectors_reported(csms, sut, places)


@case("TC_A_05_CS")
async def test_invalid_server_certificate(csms, sut, bench):
    """A station that connects to anybody can be made to charge for nothing, and its password be taken."""
    await given(stays_at_its_network_profile, csms)
    await given(configured, csms, {"SecurityCtrlr.AllowCSMSTLSWildcards": "false"}, if_writable=True)
    wildcards = await given(get_variable, csms, "SecurityCtrlr.AllowCSMSTLSWildcards")
    on_undo("See the station connected again", lambda: csms.expect_reconnected(connections=0))

    with step("The connection is lost; the station comes back"):
        connections = len(csms.connections)
        csms.drop()
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")

    certificates, left_out = invalid_certificates(csms, bench, wildcards=(wildcards or "").lower() == "true")
    for what, why in left_out.items():
        not_judged(by_security_profile({2: "A00.FR.311", 3: "A00.FR.414"}), because=f"{what}: {why}")
    for what, certificate in certificates.items():
        await csms.wait_until_quiet()
        csms.match_from_now_on()
        attempts = len(csms.handshakes)
        with (
            step(f"The connection is lost; the CSMS shows a certificate that is {what}"),
            csms.presenting_tls(bench.server_tls(certificate)),
        ):
            csms.drop()
            attempt = await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect")
            check(
                by_security_profile({2: "A00.FR.311", 3: "A00.FR.414"}),
                not attempt.accepted,
                expected="the station ends the handshake",
                received="it connected" if attempt.accepted else attempt.why,
            )
            connections = len(csms.connections)
            if attempt.accepted:
                csms.drop()
        with step("With the right certificate the station comes back and reports what it saw"):
            await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
            await csms.expect(
                "SecurityEventNotification",
                requirement=by_security_profile({2: "A00.FR.310", 3: "A00.FR.413"}),
                within=csms.timing.long,
                type="InvalidCsmsCertificate",
            )


@case("TC_A_06_CS")
async def test_old_tls(csms, sut, bench):
    """A station that still speaks TLS 1.0 or 1.1 can be talked down to them by anybody on the line."""
    places = await given(connectors, csms, sut)
    await given(stays_at_its_network_profile, csms)
    within = await longest_wait(csms, 1)
    on_undo("See the station connected again", lambda: csms.expect_reconnected(connections=0, within=within))

    with (
        step("The station is switched off and on, and the CSMS speaks nothing newer than TLS 1.1"),
        csms.presenting_tls(bench.server_tls(versions=["TLSv1", "TLSv1.1"])),
    ):
        attempt = await power_cycle_and_expect_attempt(csms, sut)
        check(
            by_security_profile({2: "A00.FR.316", 3: "A00.FR.419"}),
            not attempt.accepted,
            expected="the station ends the handshake",
            received="it connected" if attempt.accepted else attempt.why,
        )
        connections = len(csms.connections)
        if attempt.accepted:
            csms.drop()
    with step("With TLS 1.2 or newer the station comes back"):
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within)
        # InvalidTLSVersion is optional here: who is told by an alert alone may not know why the handshake ended
    with step("It boots, reports its connectors and that it started"):
        await expect_booted(csms, sut, places)


@case("TC_A_07_CS", connected=False)
async def test_valid_client_certificate(csms, sut, bench):
    """A station that shows no certificate, a weak one or somebody else's is not let in."""
    places = await given(connectors_if_connected, csms, sut)
    with step("The station is switched off and on, and opens a TLS connection with its certificate"):
        handshake = await power_cycle_and_expect_attempt(csms, sut)
        check_client_hello(handshake)
        names = check_client_certificate(handshake)
        name = "" if names is None else check_certificate_name(names)
    with step("The station boots and reports its connectors"):
        boot = await csms.boot(requirement="B01.FR.01")
        serial = boot.at("chargingStation.serialNumber") or csms.handshake_policy.serial_number
        ours = serial not in (None, "", name) and named_by_the_bench(handshake, bench)
        if not serial:
            because = "neither BootNotification nor values.serial_number has a number to compare the commonName with"
            not_judged("A00.FR.511", because=because)
        elif not ours:
            check("A00.FR.511", name == serial, expected=f"commonName {serial}, the serial number", received=name)
        await expect_connectors_reported(csms, sut, places)
        if ours:
            raise Inconclusive(
                f"the certificate is one of `ocpp-proof certs`, for {name!r}: make one for the serial number {serial!r}"
            )
