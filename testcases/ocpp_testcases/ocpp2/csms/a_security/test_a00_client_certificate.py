"""A00 - TLS with the certificate of the charging station (security profile 3)."""

from ocpp_proof import case, step

from ocpp_testcases.common.csms_tls import check_suites, credentials_with
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

INVALID = {
    "wrong_ca": ("A00.FR.407", "a certificate of an authority that nobody trusts"),
    "expired": ("A00.FR.407", "an expired certificate"),
    "wrong_identity": ("A00.FR.405", "the certificate of another station"),
}


@case("TC_A_07_CSMS")
async def test_valid_certificate(station, sut, bench):
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
async def test_invalid_certificate(station, sut, bench):
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
