"""A02 - Update of the charging station certificate at the request of the CSMS."""

from ocpp_proof import case, check, given, step

from ocpp_testcases.common.csms_tls import credentials_with
from ocpp_testcases.ocpp2.csms.states.a_security import certificate_renewed
from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted


@case("TC_A_11_CSMS")
async def test_renewed(station, sut, bench):
    """A CSMS that cannot renew certificates loses its stations on the day on which theirs expire."""
    await given(booted, station, sut)
    with step("The CSMS asks for a signing request, accepts it and brings the certificate"):
        renewed = await certificate_renewed(station, sut, bench)
    with step("The station connects with the new certificate"):
        await station.close()
        station.credentials = credentials_with(bench, station, renewed)
        await station.connect(requirement="A00.FR.403")
        answer = await station.call("Heartbeat")
        check("G02.FR.03", bool(answer.currentTime), expected="an answer", received=dict(answer))
