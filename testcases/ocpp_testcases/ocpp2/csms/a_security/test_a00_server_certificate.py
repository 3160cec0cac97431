"""A00 - TLS with the certificate of the CSMS (security profiles 2 and 3)."""

from ocpp_proof import by_security_profile, case, step

from ocpp_testcases.common.csms_tls import check_suites, credentials_with
from ocpp_testcases.ocpp2.csms.states.a_security import check_server_certificate
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, connected


@case("TC_A_04_CSMS")
async def test_valid_certificate(station, sut, bench):
    """A station that serves only one pair of cipher suites, or checks the name, cannot reach a CSMS that fails here."""
    with step("The station tries each cipher suite that a CSMS has to serve"):
        await check_suites(
            station,
            bench,
            version=by_security_profile({2: "A00.FR.313", 3: "A00.FR.416"}),
            suites=by_security_profile({2: "A00.FR.318", 3: "A00.FR.421"}),
        )
    with step("The station looks at the certificate of the CSMS"):
        await connected(station)
        await check_server_certificate(station)
    with step("The station boots and reports its connectors"):
        await booted(station, sut)


@case("TC_A_06_CSMS")
async def test_old_tls(station, sut, bench):
    """A CSMS that still speaks TLS 1.0 or 1.1 can be talked down to them by anybody on the line."""
    for version in ("TLSv1", "TLSv1.1"):
        with step(f"The station offers {version} and nothing newer"):
            await station.expect_refused(
                requirement=by_security_profile({2: "A00.FR.315", 3: "A00.FR.418"}),
                credentials=credentials_with(bench, station, versions=[version]),
                what=f"a connection with {version}",
            )
    with step("The station connects with TLS 1.2 or newer, boots and reports its connectors"):
        await station.connect()
        await booted(station, sut)
