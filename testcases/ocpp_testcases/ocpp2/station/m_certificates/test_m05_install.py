"""M05 - Install a CA certificate."""

from ocpp_certs.issue import distinguished_name, issue
from ocpp_proof import case, given, step

from ocpp_testcases.common.station_tls import authority_key
from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed, check_certificate_listed

KIND = "CSMSRootCertificate"


@case("TC_M_01_CS")
async def test_csms_root(csms, sut, bench):
    """A station that cannot take a new root is off line on the day on which the CSMS changes its authority."""
    additional = await given(get_variable, csms, "SecurityCtrlr.AdditionalRootCertificateCheck")
    linked = (additional or "").lower() == "true"
    name = distinguished_name("Second root", "ocpp-proof")
    key = authority_key(csms, sut)
    root = issue(name, issuer=bench.pki.root if linked else None, key=key, authority=True)
    with step("The CSMS installs a second root certificate"):
        await certificate_installed(csms, KIND, root)
    with step("The station names it among its certificates"):
        await check_certificate_listed(csms, KIND, root)
