"""A00 - Getting in at security profiles 1 to 3: password, certificate of the CSMS, certificate of the station."""

from dataclasses import replace

from ocpp_proof import STEP, by_security_profile, case, given, step

from ocpp_testcases.common.csms_tls import check_suites, credentials_with
from ocpp_testcases.common.refusals import check_not_upgraded
from ocpp_testcases.ocpp2.csms.states.a_security import check_server_certificate
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted, connected


@case("TC_A_01_CSMS")
async def test_right_password(station, sut):
    """A station whose right password is not taken stays off line until somebody drives there."""
    with step("The station connects with its identity and the password that the CSMS has for it"):
        await station.connect(requirement="A00.FR.204")
    with step("The station boots and reports its connectors"):
        await booted(station, sut)


@case("TC_A_02_CSMS")
async def test_wrong_user_name(station, bench):
    """A CSMS that does not compare the name lets a station whose password leaked charge in the name of any other."""
    await given(connected, station)
    await station.close()
    with step("The station connects with its password, and with a user name that is not its identity"):
        right = bench.credentials(station.identity)
        how = await station.expect_refused(
            requirement=by_security_profile({1: "A00.FR.207", 2: "A00.FR.324"}),
            credentials=replace(right, user=f"{station.identity}Invalid"),
            what="a connection with another user name than the identity",
        )
        check_not_upgraded(station, how, STEP)


@case("TC_A_03_CSMS")
async def test_wrong_password(station, sut, bench):
    """A CSMS that does not look at the password lets anybody charge, and send transactions, in a station's name."""
    await given(connected, station)
    await station.close()
    with step("The station connects with its identity and a password that it never had"):
        wrong = replace(bench.credentials(station.identity), password=sut.text(32))
        how = await station.expect_refused(
            requirement=by_security_profile({1: "A00.FR.207", 2: "A00.FR.324"}),
            credentials=wrong,
            what="a connection with a wrong password",
        )
        check_not_upgraded(station, how, STEP)


@case("TC_A_04_CSMS")
async def test_valid_server_certificate(station, sut, bench):
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


INVALID = {
    "wrong_ca": ("A00.FR.407", "a certificate of an authority that nobody trusts"),
    "expired": ("A00.FR.407", "an expired certificate"),
    "wrong_identity": ("A00.FR.405", "the certificate of another station"),
}


@case("TC_A_07_CSMS")
async def test_valid_client_certificate(station, sut, bench):
    """A CSMS that does not ask for the station's certificate takes anybody for the station."""
    with step("The station tries each cipher suite that a CSMS has to serve"):
        await check_suites(station, bench, version="A00.FR.416", suites="A00.FR.421")
    with step("The station connects with its certificate, boots and reports its connectors"):
        await station.connect()
        await booted(station, sut)
    with step("Without a certificate, the same station stays outside"):
        await station.close()
        nothing = credentials_with(bench, station, shown=False)
        await station.expect_refused(
            requirement="A00.FR.407", credentials=nothing, what="a connection without a certificate"
        )


@case("TC_A_08_CSMS")
async def test_invalid_client_certificate(station, sut, bench):
    """A CSMS that takes any certificate lets one stolen or home-made key speak for every station."""
    for fault, (requirement, what) in INVALID.items():
        with step(f"The station shows {what}"):
            faulty = bench.pki.faulty(fault, name=station.identity)
            await station.expect_refused(
                requirement=requirement,
                credentials=credentials_with(bench, station, faulty),
                what=f"a connection with {what}",
            )
    with step("The station connects with its own certificate, boots and reports its connectors"):
        await station.connect()
        await booted(station, sut)
