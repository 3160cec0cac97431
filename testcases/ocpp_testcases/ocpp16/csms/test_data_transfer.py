"""3.20 Data transfer."""

from ocpp_proof import case, check_fields, given, step
from ocpp_proof.cases.fields import Pattern

from ocpp_testcases.ocpp16.csms.states.cold_boot import booted
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving


@case("TC_064_CSMS")
async def test_unknown_vendor(station, sut):
    """A Central System that accepts what it does not understand lets a charge point believe that it was acted on."""
    await given(booted, station, sut)

    with step("The charge point sends data of a vendor that nobody knows"):
        vendor = f"org.{sut.text(10).lower()}.{sut.text(10).lower()}"
        answer = await station.call("DataTransfer", vendorId=vendor, messageId=sut.text(), data=sut.text(20))
        check_fields("1.6 §4.3", answer, {"status": ("Rejected", "UnknownMessageId", "UnknownVendorId", "Accepted")})
        check_fields(
            "1.6 §4.3 accepted",
            answer,
            {"status": Pattern("other than Accepted", lambda status: status != "Accepted")},
            note="Accepted is let pass, but the charge point now believes that its data were understood",
        )

    with step("The Central System goes on"):
        await check_still_serving(station)
