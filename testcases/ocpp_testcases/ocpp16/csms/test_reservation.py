"""3.17 Reservation."""

from ocpp_proof import case, check, given, on_undo, step
from ocpp_proof.states.csms2 import now, recorded
from ocpp_proof.states.csms16 import asked, booted, charging, report


@case("TC_046_CSMS", condition="reservation")
async def test_reserved_transaction(station, sut):
    """A driver who reserved a connector and comes to charge must be let in, and the reservation be used up."""
    await given(booted, station, sut)
    token = sut.tokens.valid.idToken

    with step("The operator reserves a connector for a driver"):
        request = await asked(
            station,
            sut,
            "ReserveNow",
            connectorId=sut.connectorId,
            idTag=token,
            reservationId=sut.number(),
            expiryDate=now(seconds=3600),
        )
        check(
            "1.6 §5.13",
            request.connectorId == sut.connectorId,
            expected=f"connectorId {sut.connectorId}",
            received=dict(request.payload),
        )
        check("1.6 §5.13", request.idTag == token, expected=f"idTag {token}", received=dict(request.payload))
        on_undo("The connector is free again", lambda: report(station, sut.connectorId, "Available"))
        await report(station, sut.connectorId, "Reserved")

    with step("The driver comes, and the transaction names the reservation"):
        tx = await charging(station, sut, reservationId=request.reservationId)
        await recorded(sut, tx, active=True, reservationId=request.reservationId)
