"""2.24 Security: certificates of the charge point."""

from ocpp_certs import read_request
from ocpp_certs.issue import issue
from ocpp_proof import case, check, check_fields, given, on_undo, step
from ocpp_proof.roles.csms import Csms, Handshake
from ocpp_proof.run.bench import Bench
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.security_certificates import (
    CENTRAL_SYSTEM,
    MANUFACTURER,
    certificate_installed,
    check_listed,
    cpo_name_set,
    install_certificate,
    installed_certificates,
    is_hash_of_certificate,
    new_root,
    sign_certificate,
    signing_request,
    usable_certificate_restored,
)


def certificate_number_shown(handshake: Handshake) -> str:
    """The serial number of the certificate with which the charge point came, or why it came with none."""
    tls = handshake.endpoint.tls if handshake.endpoint else None
    shown = tls.peer_certificate if tls else None
    return f"{shown.serial_number:x}" if shown else handshake.why or "none"


@case("TC_074_CS")
async def test_renewed(csms, sut, bench):
    """A charge point that cannot renew its certificate is off line on the day on which the old one expires."""
    organisation = await given(cpo_name_set, csms, sut, bench)
    attempts, connections = len(csms.handshakes), len(csms.connections)

    with step("The Central System asks for a signing request, and the charge point sends one with a new key"):
        csr = await signing_request(csms, organisation)

    with step("The authority signs it, and the charge point takes the certificate"):
        signed = await sign_certificate(csms, bench, csr)

    with step("It leaves of itself, and comes back with the new certificate"):
        handshake = await csms.expect_attempt(since=attempts, requirement="1.6S A02.FR.08")
        new, shown = f"{signed.certificate.serial_number:x}", certificate_number_shown(handshake)
        check("1.6S A02.FR.08", shown == new, expected=f"the certificate {new}", received=shown)
        await csms.expect_reconnected(connections=connections, requirement="1.6S A02.FR.08")


async def install_root(csms: Csms, sut: Sut, bench: Bench, kind: str) -> None:
    """The charge point takes a root of this kind, and names it among those that it has."""
    root = await given(new_root, csms, sut, bench, kind)
    with step("The Central System installs a root certificate"):
        await install_certificate(csms, kind, root)
    with step("The charge point names it among those that it has"):
        check_listed(await installed_certificates(csms, kind), root)


@case("TC_075_1_CS")
async def test_manufacturer_root(csms, sut, bench):
    """Without a new root of the manufacturer no firmware can be installed once the old one expires."""
    await install_root(csms, sut, bench, MANUFACTURER)


@case("TC_075_2_CS")
async def test_central_system_root(csms, sut, bench):
    """A charge point that cannot take a new root is off line when the Central System changes its authority."""
    await install_root(csms, sut, bench, CENTRAL_SYSTEM)


@case("TC_076_CS")
async def test_delete(csms, sut, bench):
    """An authority that is trusted no more still opens the charge point when its root stays, or with it all go."""
    root = await given(new_root, csms, sut, bench, CENTRAL_SYSTEM)
    await given(certificate_installed, csms, CENTRAL_SYSTEM, root)

    with step("The Central System asks what is installed"):
        before = await installed_certificates(csms, CENTRAL_SYSTEM)
        hashed = check_listed(before, root)

    with step("It has one certificate deleted, by the hashes that it was told"):
        answer = await csms.call("DeleteCertificate", certificateHashData=hashed)
        check_fields("1.6S M04.FR.02", answer, {"status": "Accepted"})

    with step("That one is gone, and nothing else"):
        after = await installed_certificates(csms, CENTRAL_SYSTEM)
        rest = [data for data in before if not is_hash_of_certificate(data, root)]
        check("1.6S M04.FR.02", all(data in after for data in rest), expected=rest, received=after)
        check("1.6S M04.FR.02", len(after) == len(rest), expected=rest, received=after)

    with step("What is not there cannot be deleted"):
        answer = await csms.call("DeleteCertificate", certificateHashData=hashed)
        check_fields("1.6S M04.FR.04", answer, {"status": "NotFound"})


@case("TC_077_CS")
async def test_invalid_certificate(csms, sut, bench):
    """A charge point that takes any certificate locks itself out; one that keeps silent does so unseen."""
    organisation = await given(cpo_name_set, csms, sut, bench)

    with step("The Central System asks for a signing request, and the charge point sends one"):
        request = read_request(await signing_request(csms, organisation))

    with step("The certificate that comes for it has expired: the charge point refuses it"):
        expired = issue(
            request.subject,
            issuer=bench.pki.station_authority,
            public_key=request.key,
            usage="client",
            valid_from_days=-30,
            valid_for_days=-1,
        )
        answer = await csms.call("CertificateSigned", certificateChain=expired.chain_pem.decode())
        if not check_fields("1.6S A02.FR.06", answer, {"status": "Rejected"}):
            on_undo("Give it a good certificate", lambda: usable_certificate_restored(csms, bench))

    with step("It reports the event"):
        await csms.expect(
            "SecurityEventNotification", requirement="1.6S A02.FR.07", type="InvalidChargePointCertificate"
        )

    with step("It still comes with a certificate that is good"):
        attempts, connections = len(csms.handshakes), len(csms.connections)
        csms.drop()
        handshake = await csms.expect_attempt(since=attempts)
        bad, shown = f"{expired.certificate.serial_number:x}", certificate_number_shown(handshake)
        if check(
            "1.6S A02.FR.07",
            handshake.accepted and shown != bad,
            expected=f"another certificate than {bad}, which was refused",
            received=shown,
        ):
            await csms.expect_reconnected(connections=connections)
        else:
            on_undo("Give it a good certificate", lambda: usable_certificate_restored(csms, bench))
