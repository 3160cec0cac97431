"""2.23 Data transfer."""

from ocpp_proof import case, check, check_fields, step

REFUSED = ("Rejected", "UnknownMessageId", "UnknownVendorId")


@case("TC_062_CS")
async def test_unknown_vendor(csms, sut):
    """Data that are swallowed without being understood are missed by nobody until it is too late."""
    with step("The Central System sends data of a vendor that nobody knows"):
        answer = await csms.call("DataTransfer", vendorId=f"org.example.{sut.text()}", messageId=sut.text())
        known = answer.status in (*REFUSED, "Accepted")
        check("1.6 §4.3", known, expected=f"status {' or '.join(REFUSED)}", received=dict(answer))
        check_fields("1.6 §4.3 accepted", answer, {"status": REFUSED})
