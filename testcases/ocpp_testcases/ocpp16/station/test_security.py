"""2.24 Security."""

from cryptography.hazmat.primitives.serialization import Encoding
from ocpp_certs import certificate_hash
from ocpp_certs.issue import distinguished_name, issue
from ocpp_proof import STEP, case, check, check_fields, on_undo, step

from ocpp_testcases.common.station_tls import authority_key, check_client_certificate, check_client_hello
from ocpp_testcases.ocpp16.station.states.security import (
    check_basic_authentication,
    check_certificate_owner,
    expect_booted,
    hexadecimal_password_admitted,
    reset_and_expect_connection,
    set_authorization_key,
)


@case("TC_073_CS")
async def test_new_password(csms, sut):
    """A password that cannot be changed makes every leak a lasting one; half changed it locks the station out."""
    password = sut.text(20)
    connections, attempts = len(csms.connections), len(csms.handshakes)

    with hexadecimal_password_admitted(csms, password):
        with step("The Central System sets a new password"):
            status = await set_authorization_key(csms, password)
            check("1.6S A01.FR.01", status == "Accepted", expected="status Accepted", received=status)

        with step("The charge point comes back with the new password"):
            await csms.expect_reconnected(connections=connections, requirement="1.6S A01.FR.01")
            check_basic_authentication(csms, sut, await csms.expect_attempt(since=attempts, accepted=True))


@case("TC_078_CS")
async def test_invalid_root(csms, sut):
    """A charge point that trusts an expired authority can be taken over; one that keeps silent is attacked unseen."""
    name = distinguished_name(f"Expired root {sut.text(6)}", "ocpp-proof")
    root = issue(
        name, issuer=None, key=authority_key(csms, sut), authority=True, valid_from_days=-30, valid_for_days=-1
    ).certificate

    with step("The Central System sends a root certificate that has expired"):
        answer = await csms.call(
            "InstallCertificate",
            certificateType="CentralSystemRootCertificate",
            certificate=root.public_bytes(Encoding.PEM).decode(),
        )
        if answer.status == "Accepted":
            hashed = certificate_hash(root, root)
            on_undo("Delete the certificate", lambda: csms.attempt("DeleteCertificate", certificateHashData=hashed))
        check_fields("1.6S M05.FR.06", answer, {"status": "Rejected"})

    with step("The charge point reports it"):
        await csms.expect("SecurityEventNotification", type="InvalidCentralSystemCertificate")


@case("TC_085_CS", connected=False)
async def test_basic_authentication(csms, sut):
    """A charge point with the wrong form of its password stays off line at every Central System that checks it."""
    with step("The charge point is reset and connects with its identity and password"):
        handshake, numbers = await reset_and_expect_connection(csms, sut)
        check_basic_authentication(csms, sut, handshake)

    with step("It boots and reports its connectors"):
        await expect_booted(csms, numbers)


@case("TC_086_CS", connected=False)
async def test_server_certificate(csms, sut):
    """A charge point that finds no common cipher suite stays off line."""
    with step("The charge point is reset and opens a TLS connection"):
        handshake, numbers = await reset_and_expect_connection(csms, sut)
        check_client_hello(handshake)
        check(
            STEP, not handshake.tls_failure, expected="a TLS connection", received=handshake.why or "a TLS connection"
        )

    with step("It asks for a WebSocket connection, boots and reports its connectors"):
        check_basic_authentication(csms, sut, handshake)
        await expect_booted(csms, numbers)


@case("TC_087_CS", connected=False)
async def test_client_certificate(csms, sut):
    """A charge point whose certificate is missing, too weak, or somebody else's, is not let in."""
    with step("The charge point is reset and opens a TLS connection with its certificate"):
        handshake, numbers = await reset_and_expect_connection(csms, sut)
        check_client_hello(handshake)
        names = check_client_certificate(handshake)

    with step("It boots and reports its connectors"):
        boot = await expect_booted(csms, numbers)
        check_certificate_owner(csms, names, boot)
