"""A02 - Update of the charging station certificate at the request of the CSMS."""

from ocpp_proof import case, check, step

from ocpp_testcases.ocpp2.station.states.a_security import certificate_renewed, closes_connection


@case("TC_A_11_CS")
async def test_renewed(csms, sut, bench):
    """A station that cannot renew its certificate is off line on the day on which the old one expires."""
    attempts, connections = len(csms.handshakes), len(csms.connections)
    with step("The station asks for a certificate and takes the one that was signed"):
        renewed = await certificate_renewed(csms, bench)
    with step("It connects with the new certificate, of itself or when the connection is lost"):
        if not await closes_connection(csms):
            csms.drop()
        handshake = await csms.expect_attempt(since=attempts, requirement="A02.FR.08")
        tls = handshake.endpoint.tls if handshake.endpoint else None
        shown = tls.peer_certificate if tls else None
        check(
            "A02.FR.08",
            shown is not None and shown.serial_number == renewed.certificate.serial_number,
            expected=f"the certificate with the serial number {renewed.certificate.serial_number:x}",
            received=f"{shown.serial_number:x}" if shown else handshake.why or "none",
        )
        await csms.expect_reconnected(connections=connections, requirement="A02.FR.08")
