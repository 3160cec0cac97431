"""A02 - Update of the charging station certificate at the request of the CSMS."""

from ocpp_proof import STEP, case, check, check_fields, given, on_undo, step

from ocpp_testcases.ocpp2.station.states.a_certificates import (
    bring_certificate,
    certificate_renewed,
    certificate_shown,
    closes_connection,
    expect_asked_again,
    expired_certificate,
    has_usable_certificate,
    let_in_with_a_certificate,
    request_to_sign,
    signing_repeated_soon,
    signing_request,
    usable_certificate_restored,
)
from ocpp_testcases.ocpp2.station.states.a_v2g_certificates import (
    bring_v2g_certificate,
    of_evse,
    request_for_v2g,
    v2g_certificates_asked_for,
    v2g_signing_request,
)


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
        new, shown = f"{renewed.certificate.serial_number:x}", certificate_shown(handshake)
        check("A02.FR.08", shown == new, expected=f"the certificate with the serial number {new}", received=shown)
        await csms.expect_reconnected(connections=connections, requirement="A02.FR.08")


@case("TC_A_12_CS")
async def test_v2g_certificate(csms, sut, bench):
    """A station whose certificate for vehicles runs out lets nobody charge by plug and charge any more."""
    names = await given(v2g_certificates_asked_for, csms, sut, bench)
    for evse, name in names.items():
        with step(f"The CSMS asks for a signing request{of_evse(evse)}, and the station sends one"):
            asked = await v2g_signing_request(csms, evse)
            request = request_for_v2g(asked, name)
        with step("The certificate that is signed for it is taken"):
            await bring_v2g_certificate(csms, bench, asked, request)


@case("TC_A_14_CS")
async def test_invalid_certificate(csms, sut, bench):
    """A station that takes any certificate locks itself out; one that keeps silent about it does so unseen."""
    with step("The CSMS asks for a signing request, and the station sends one"):
        asked = await signing_request(csms)
        expired = expired_certificate(csms, bench, asked)

    with step("The certificate that comes for it has expired: the station refuses it"):
        answer = await bring_certificate(csms, asked, expired)
        if not check_fields("A02.FR.07", answer, {"status": "Rejected"}):
            on_undo("Give it a good certificate", lambda: usable_certificate_restored(csms, bench))

    with step("It reports the event"):
        await csms.expect(
            "SecurityEventNotification",
            requirement="A02.FR.07",
            within=csms.timing.long,
            type="InvalidChargingStationCertificate",
        )

    with step("It has discarded it: when the connection is lost it comes with one that is good"):
        attempts, connections = len(csms.handshakes), len(csms.connections)
        csms.drop()
        handshake = await csms.expect_attempt(since=attempts, requirement="OCPP-J reconnect")
        bad, shown = f"{expired.certificate.serial_number:x}", certificate_shown(handshake)
        if check(
            "A02.FR.07",
            handshake.accepted and shown != bad,
            expected=f"another certificate than {bad}, which was refused",
            received=shown,
        ):
            await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect")
        else:
            on_undo("Give it a good certificate", lambda: usable_certificate_restored(csms, bench))


@case("TC_A_15_CS")
async def test_request_rejected(csms, sut):
    """A CSMS whose authority signs nothing now says no: a station that was not heard to ask cannot be helped later."""
    csms.answer("SignCertificate", status="Rejected")
    with step("The CSMS asks for a signing request; the station sends one, and is told that it is rejected"):
        await signing_request(csms)


@case("TC_A_23_CS")
async def test_asked_again(csms, sut, bench):
    """A certificate that is lost on its way never comes where the station asks once, and its old one runs out."""
    wait = await given(signing_repeated_soon, csms, sut)
    with step("The CSMS asks for a signing request, accepts the one that comes, and brings no certificate"):
        asked = [await signing_request(csms)]
        request_to_sign(csms, asked[0])

    for number, seconds in enumerate((wait, 2 * wait), start=2):
        with step(f"The station asks again after {seconds} s, and not sooner; request {number} is accepted as well"):
            asked.append(await expect_asked_again(csms, sut, asked[-1], seconds))
            request_to_sign(csms, asked[-1])

    with step("The CSMS brings a certificate for each request, and the station takes one of them at least"):
        has_usable_certificate(csms, bench)
        told = []
        for request in asked:
            signed = bench.keys.sign_request(str(request.csr), usage="client")
            answer = await bring_certificate(csms, request, signed)
            check_fields(STEP, answer, {"status": ("Accepted", "Rejected")})
            told.append(answer.status)
            if answer.status == "Accepted":
                await let_in_with_a_certificate(csms)
        check("A02.FR.06", "Accepted" in told, expected="Accepted, one of them", received=told)
