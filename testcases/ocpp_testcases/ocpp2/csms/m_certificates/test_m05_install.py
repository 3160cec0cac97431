"""M05 - Install a root certificate."""

from ocpp_proof import case, given, step
from ocpp_proof.states.csms2 import booted
from ocpp_proof.states.csms2_asked import certificate_installed


@case("TC_M_01_CSMS")
async def test_csms_root(station, sut):
    """A station that does not get the next root of its CSMS in time can never connect to it again."""
    await given(booted, station, sut)
    with step("The CSMS installs a root certificate for itself"):
        await certificate_installed(station, sut, "CSMSRootCertificate")
