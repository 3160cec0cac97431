"""M05 - Install a CA certificate."""

from ocpp_certs import Pki
from ocpp_certs.issue import distinguished_name, elliptic_key, issue
from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import get_variable
from ocpp_testcases.ocpp2.station.states.m_certificates import certificate_installed, check_certificate_listed

KIND = "CSMSRootCertificate"


@case("TC_M_01_CS")
async def test_csms_root(csms, sut, bench):
    """A station that cannot take a new root is off line on the day on which the CSMS changes its authority."""
    root = Pki.create(None).root
    additional = await given(get_variable, csms, "SecurityCtrlr.AdditionalRootCertificateCheck")
    if (additional or "").lower() == "true":
        root = issue(
            distinguished_name("Second root", "ocpp-proof"), issuer=bench.pki.root, key=elliptic_key(), authority=True
        )
    with step("The CSMS installs a second root certificate"):
        await certificate_installed(csms, KIND, root)
    with step("The station names it among its certificates"):
        await check_certificate_listed(csms, KIND, root)
