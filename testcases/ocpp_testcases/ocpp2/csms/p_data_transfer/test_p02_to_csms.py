"""P02 - Data transfer to the CSMS."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.csms.states.b_provisioning import booted

REFUSALS = ("UnknownVendorId", "UnknownMessageId", "Rejected")


@case("TC_P_02_CSMS")
async def test_unknown_vendor(station, sut):
    """A station whose private message is accepted by a CSMS that knows nothing of it relies on what never happens."""
    await given(booted, station, sut)
    with step("The station sends a message of a vendor that nobody knows"):
        answer = await station.call(
            "DataTransfer", vendorId=f"com.example.{sut.text()}", messageId=sut.text(), data=sut.text()
        )
        check_fields("P02.FR.06", answer, {"status": REFUSALS})
