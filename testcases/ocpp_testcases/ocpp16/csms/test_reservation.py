"""3.17 Reservation."""

from functools import partial

from ocpp_proof import STEP, case, check, given, not_judged, on_undo, step
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import check_time, now
from ocpp_testcases.common.connection import check_stays_connected
from ocpp_testcases.common.operator import asked
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.ocpp16.csms.states.authorization import configured_token, unknown_token_refused
from ocpp_testcases.ocpp16.csms.states.charging_session import charging, stop_transaction
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving
from ocpp_testcases.ocpp16.csms.states.reservation import Reservation, check_place, reserve


async def refused_reservation(station: Station, sut: Sut, status: str) -> None:
    """The operator reserves a connector, the charge point cannot, and the Central System lives with that."""
    with step(f"The operator reserves a connector, and the charge point answers {status}"):
        made = await reserve(station, sut, status=status)
        check_place(sut, made.request)

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


async def cancel(made: Reservation, *, status: str, reservationId: int) -> int:
    """The operator cancels a reservation, the charge point answers with `status`; returns the id that came."""
    made.station.answer("CancelReservation", status=status)
    request = await asked(
        made.station, made.sut, "CancelReservation", requirement="1.6 §5.1 send", reservationId=reservationId
    )
    return int(request.reservationId or 0)


@case("TC_046_CSMS")
async def test_reserved_transaction(station, sut):
    """A driver who reserved a connector and comes to charge must be let in, and the reservation be used up."""
    await given(booted, station, sut)

    with step("The operator reserves a connector for a driver"):
        made = await reserve(station, sut)
        check_place(sut, made.request)

    with step("The driver comes, and the transaction names the reservation"):
        tx = await charging(station, sut, reservationId=made.id)
        made.over = True
        await check_recorded(sut, tx, active=True, reservationId=made.id)

    with step("A driver whom nobody knows is turned away"):
        await unknown_token_refused(station, sut)


@case("TC_047_CSMS")
async def test_expired(station, sut):
    """A driver who does not come leaves a connector free again, which others must be able to see."""
    await given(booted, station, sut)
    seconds = sut.short_interval

    with step("The operator reserves a connector for a short while"):
        end = now(seconds=seconds)
        made = await reserve(station, sut, expiryDate=end)
        check_place(sut, made.request)
        check_time("1.6 §5.13 expiry", sut, "expiryDate", made.request.expiryDate, expected=end)

    with step("The driver does not come, and the connector is free again"):
        await check_stays_connected(station, within=seconds)
        made.over = True
        await report_status(station, made.connectorId, "Available")

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


@case("TC_048_1_CSMS")
async def test_faulted(station, sut):
    """A connector that is broken cannot be reserved, and the operator must not lose the charge point over it."""
    await given(booted, station, sut)
    await refused_reservation(station, sut, "Faulted")


@case("TC_048_2_CSMS")
async def test_occupied(station, sut):
    """A connector that somebody else just plugged into cannot be reserved; that must not upset the Central System."""
    await given(booted, station, sut)

    with step("A driver plugs in"):
        on_undo("The connector is free again", partial(report_status, station, sut.connectorId, "Available"))
        await report_status(station, sut.connectorId, "Preparing")

    await refused_reservation(station, sut, "Occupied")


@case("TC_048_3_CSMS")
async def test_unavailable(station, sut):
    """A connector that was taken out of service cannot be reserved; that must not upset the Central System."""
    await given(booted, station, sut)
    here = sut.connectorId

    async def back() -> None:
        await asked(station, sut, "ChangeAvailability", connectorId=here, type="Operative")
        await report_status(station, here, "Available")

    with step("The operator takes a connector out of service"):
        on_undo("The connector is in service again", back)
        station.answer("ChangeAvailability", status="Accepted")
        request = await asked(station, sut, "ChangeAvailability", connectorId=here, type="Inoperative")
        received = dict(request.payload)
        check("1.6 §5.2 send", request.connectorId == here, expected=f"connectorId {here}", received=received)
        check("1.6 §5.2 send", request.type == "Inoperative", expected="type Inoperative", received=received)
        await report_status(station, here, "Unavailable")

    await refused_reservation(station, sut, "Unavailable")


@case("TC_048_4_CSMS")
async def test_rejected(station, sut):
    """A charge point that is set to take no reservations must not upset the Central System."""
    await given(booted, station, sut)
    await refused_reservation(station, sut, "Rejected")


@case("TC_049_CSMS")
async def test_whole_charge_point(station, sut):
    """A driver who reserved any connector of a charge point needs one, not a certain one that may be taken."""
    await given(booted, station, sut)

    with step("The operator reserves the charge point for a driver"):
        made = await reserve(station, sut, connectorId=0)
        check(
            "1.6 §5.13 zero",
            made.request.connectorId == 0,
            expected="connectorId 0",
            received=dict(made.request.payload),
        )

    with step("A driver whom nobody knows is turned away, and the Central System goes on"):
        await unknown_token_refused(station, sut)
        await check_still_serving(station, sut)


@case("TC_051_CSMS")
async def test_cancelled(station, sut):
    """A reservation that cannot be cancelled keeps a connector from everybody; a wrong one deprives another driver."""
    await given(booted, station, sut)

    with step("The operator reserves a connector"):
        made = await reserve(station, sut)
        named = made.request.connectorId
        check("1.6 §5.13 one", named != 0, expected="connectorId other than 0", received=dict(made.request.payload))

    with step("The operator cancels the reservation, and the connector is free again"):
        named = await cancel(made, status="Accepted", reservationId=made.id)
        check("1.6 §5.1 send", named == made.id, expected=f"reservationId {made.id}", received=named)
        made.over = True
        await report_status(station, made.connectorId, "Available")

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


@case("TC_052_CSMS")
async def test_cancellation_rejected(station, sut):
    """A reservation that the charge point does not know cannot be cancelled, and the one that it has still holds."""
    await given(booted, station, sut)

    with step("The operator reserves a connector"):
        made = await reserve(station, sut)

    with step("The operator cancels another reservation, which the charge point does not know"):
        unknown = made.id - 1 if made.id > 1 else made.id + 1
        named = await cancel(made, status="Rejected", reservationId=unknown)
        check(STEP, named != made.id, expected=f"a reservationId other than {made.id}", received=named)

    with step("The Central System goes on"):
        await check_still_serving(station, sut)


@case("TC_053_CSMS")
async def test_parent(station, sut):
    """Two drivers who share a contract share a reservation; one who does not share it must stay out."""
    member, sibling = configured_token(sut, "member"), configured_token(sut, "sibling")
    await given(booted, station, sut)

    with step("The operator reserves a connector for a driver and for the group"):
        made = await reserve(station, sut, token=member, parentIdTag=member.group)
        received, parent = dict(made.request.payload), str(made.request.parentIdTag or "")
        check("1.6 §5.13 one", made.request.connectorId != 0, expected="connectorId other than 0", received=received)
        check("1.6 §5.13 group", bool(parent), expected="a parentIdTag", received=received)

    with step("The driver comes and charges"):
        tx = await charging(station, sut, member, reservationId=made.id)
        made.over = True

    with step("The other driver of the group presents a token"):
        answer = await station.call("Authorize", idTag=sibling.idToken)
        allowed = answer.at("idTagInfo.status") == "Accepted"
        check("1.6 §4.1", allowed, expected="idTagInfo.status Accepted", received=dict(answer))
        shared = str(answer.at("idTagInfo.parentIdTag") or "").casefold() == parent.casefold()
        check("1.6 §3.10", shared, expected=f"idTagInfo.parentIdTag {parent}", received=dict(answer))

    with step("A driver of another group does the same"):
        if sut.tokens.given("second"):
            answer = await station.call("Authorize", idTag=sut.tokens.second.idToken)
            own = str(answer.at("idTagInfo.parentIdTag") or "").casefold()
            check("1.6 §3.10", own != parent.casefold(), expected=f"not of the group {parent}", received=dict(answer))
        else:
            not_judged("1.6 §3.10", because="values.tokens.second in sut.toml names no token of another group")

    with step("The other driver of the group stops the transaction"):
        tx.token = sibling
        await stop_transaction(tx)
        await check_recorded(sut, tx, active=False, stoppedReason="Local")
        await report_status(station, tx.connectorId, "Finishing")
