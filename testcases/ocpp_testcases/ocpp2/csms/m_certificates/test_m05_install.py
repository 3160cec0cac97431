"""M05 - Install a root certificate."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted
from ocpp_testcases.ocpp2.csms.states.m_certificates import certificate_installed


@case("TC_M_01_CSMS")
async def test_csms_root(station, sut, bench):
    """A station that does not get the next root of its CSMS in time can never connect to it again."""
    await given(booted, station, sut)
    with step("The CSMS installs a root certificate for itself"):
        await certificate_installed(station, sut, "CSMSRootCertificate", bench)
