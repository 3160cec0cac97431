"""3.17 Reservation."""

from functools import partial

from ocpp_proof import STEP, case, check, check_fields, given, not_judged, on_undo, step
from ocpp_proof.cases.fields import Pattern
from ocpp_proof.roles.station import Station
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import PART, check_time, now
from ocpp_testcases.common.patterns import NOT_ZERO, PRESENT, ignoring_case
from ocpp_testcases.common.records import check_recorded
from ocpp_testcases.common.tokens import has_to_be_known
from ocpp_testcases.ocpp16.csms.states.authorization import configured_token
from ocpp_testcases.ocpp16.csms.states.availability import unavailable
from ocpp_testcases.ocpp16.csms.states.charging_session import stop_transaction
from ocpp_testcases.ocpp16.csms.states.cold_boot import booted, report_status
from ocpp_testcases.ocpp16.csms.states.connection import check_still_serving
from ocpp_testcases.ocpp16.csms.states.reservation import (
    cancel_reservation,
    charging_as_reserved,
    reservation_expired,
    reserve,
    reserve_chosen_connector,
)

SHORTEST = 3
"""Seconds that a reservation lasts at least: less leaves an operator no time to ask for it."""
WHOLE_SECONDS = 1.0
"""What a time loses that is written without fractions."""


async def reservation_refused(station: Station, sut: Sut, status: str) -> None:
    """TC_048: the operator reserves a connector, and the charge point answers with a `status` that refuses it."""
    with step(f"The operator reserves a connector, and the charge point answers {status}"):
        await reserve_chosen_connector(station, sut, status=status)

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_046_CSMS")
async def test_reserved_transaction(station, sut):
    """A driver who reserved a connector and comes to charge must be let in, and the reservation be used up."""
    await given(booted, station, sut)

    with step("The operator reserves a connector for a driver"):
        reservation = await reserve_chosen_connector(station, sut)

    with step("The driver comes, and the transaction names the reservation"):
        tx = await charging_as_reserved(station, sut, reservation)
        await check_recorded(sut, tx, active=True, reservationId=reservation.id)


@case("TC_047_CSMS")
async def test_expired(station, sut):
    """A driver who does not come leaves a connector free again, which others must be able to see."""
    await given(booted, station, sut)
    seconds = max(SHORTEST, sut.short_interval)

    with step("The operator reserves a connector for a short while"):
        end = now(seconds=seconds)
        reservation = await reserve_chosen_connector(station, sut, expiryDate=end)
        told, near = reservation.request.expiryDate, max(WHOLE_SECONDS, PART * seconds)
        check_time("1.6 §5.13 expiry", sut, "expiryDate", told, expected=end, within=near)

    with step("The driver does not come, and the connector is free again"):
        await reservation_expired(reservation, seconds)

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_048_1_CSMS")
async def test_faulted(station, sut):
    """A connector that is broken cannot be reserved, and the operator must not lose the charge point over it."""
    await given(booted, station, sut)
    await reservation_refused(station, sut, "Faulted")


@case("TC_048_2_CSMS")
async def test_occupied(station, sut):
    """A connector that somebody else just plugged into cannot be reserved; that must not upset the Central System."""
    await given(booted, station, sut)

    with step("A driver plugs in"):
        on_undo("The connector is free again", partial(report_status, station, sut.connectorId, "Available"))
        await report_status(station, sut.connectorId, "Preparing")

    await reservation_refused(station, sut, "Occupied")


@case("TC_048_3_CSMS")
async def test_unavailable(station, sut):
    """A connector that was taken out of service cannot be reserved; that must not upset the Central System."""
    await given(booted, station, sut)

    with step("The operator takes a connector out of service"):
        await unavailable(station, sut, sut.connectorId)

    await reservation_refused(station, sut, "Unavailable")


@case("TC_048_4_CSMS")
async def test_rejected(station, sut):
    """A charge point that is set to take no reservations must not upset the Central System."""
    await given(booted, station, sut)
    await reservation_refused(station, sut, "Rejected")


@case("TC_049_CSMS")
async def test_whole_charge_point(station, sut):
    """A driver who reserved any connector of a charge point needs one, not a certain one that may be taken."""
    await given(booted, station, sut)

    with step("The operator reserves the charge point for a driver"):
        await reserve(station, sut, connectorId=0, matching={"connectorId": 0}, requirement="1.6 §5.13 zero")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_051_CSMS")
async def test_cancelled(station, sut):
    """A reservation that cannot be cancelled keeps a connector from everybody; a wrong one deprives another driver."""
    await given(booted, station, sut)

    with step("The operator reserves a connector"):
        reservation = await reserve(station, sut, matching={"connectorId": NOT_ZERO}, requirement="1.6 §5.13 one")

    with step("The operator cancels the reservation, and the connector is free again"):
        id = reservation.id
        await cancel_reservation(reservation, status="Accepted", reservationId=id, matching={"reservationId": id})
        await report_status(station, reservation.connectorId, "Available")

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_052_CSMS")
async def test_cancellation_rejected(station, sut):
    """A reservation that the charge point does not know cannot be cancelled, and the one that it has still holds."""
    await given(booted, station, sut)

    with step("The operator reserves a connector"):
        reservation = await reserve(station, sut)

    with step("The operator cancels another reservation, which the charge point does not know"):
        unknown = reservation.id - 1 if reservation.id > 1 else reservation.id + 1
        request = await cancel_reservation(reservation, status="Rejected", reservationId=unknown)
        other = Pattern(f"other than {reservation.id}", lambda number: number != reservation.id)
        check_fields(STEP, request, {"reservationId": other})

    with step("The Central System goes on"):
        await check_still_serving(station)


@case("TC_053_CSMS")
async def test_parent(station, sut):
    """Two drivers who share a contract share a reservation; one who does not share it must stay out."""
    member, sibling = configured_token(sut, "member"), configured_token(sut, "sibling")
    await given(booted, station, sut)

    with step("The operator reserves a connector for a driver and for the group"):
        reservation = await reserve(
            station,
            sut,
            token=member,
            parentIdTag=member.group,
            matching={"connectorId": NOT_ZERO},
            requirement="1.6 §5.13 one",
        )
        check_fields("1.6 §5.13 group", reservation.request, {"parentIdTag": PRESENT})
        parent = str(reservation.request.parentIdTag or "")

    with step("The driver comes and charges"):
        tx = await charging_as_reserved(station, sut, reservation, member)

    with step("The other driver of the group presents a token"):
        answer = await station.call("Authorize", idTag=sibling.idToken)
        has_to_be_known(sut, sibling, answer)
        check_fields("1.6 §4.1", answer, {"idTagInfo.status": "Accepted"})
        check_fields("1.6 §3.10", answer, {"idTagInfo.parentIdTag": ignoring_case(parent)})

    with step("A driver of another group does the same"):
        if sut.tokens.given("second"):
            answer = await station.call("Authorize", idTag=sut.tokens.second.idToken)
            group = str(answer.at("idTagInfo.parentIdTag") or "")
            other = group.casefold() != parent.casefold()
            check("1.6 §3.10", other, expected=f"a parentIdTag other than {parent}", received=dict(answer))
        else:
            not_judged("1.6 §3.10", because="values.tokens.second in sut.toml names no token of another group")

    with step("The other driver of the group stops the transaction"):
        await stop_transaction(tx, token=sibling)
        await check_recorded(sut, tx, active=False, stoppedReason="Local")
        await report_status(station, tx.connectorId, "Finishing")
