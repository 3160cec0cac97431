"""P01 - Data transfer to the charging station."""

from ocpp_proof import case, check_fields, step

REFUSALS = ("UnknownVendorId", "UnknownMessageId", "Rejected")


@case("TC_P_01_CS")
async def test_unknown_vendor(csms, sut):
    """A CSMS that is told Accepted believes in an extension that the station does not have."""
    with step("The CSMS sends data of a vendor that nobody knows"):
        answer = await csms.call("DataTransfer", vendorId=f"org.ocpp-proof.{sut.text()}", messageId=sut.text())
        check_fields("P01.FR.05", answer, {"status": REFUSALS})
