"""2.20 Reservation."""

from ocpp_proof import case, check, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.common.patterns import ignoring_case
from ocpp_testcases.ocpp16.station.states.charging_session import charging, expect_transaction_started
from ocpp_testcases.ocpp16.station.states.configuration import connectors
from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.reservation import (
    attempt_reservation,
    charging_as_reserved,
    check_asked_for,
    check_reservation,
    expect_available,
    expect_preparing,
    expect_turned_away,
    reserved,
)
from ocpp_testcases.ocpp16.station.states.session import Session, plug_in, plugged_in, session
from ocpp_testcases.ocpp16.station.states.unavailability import (
    all_occupied,
    charge_point_faulted,
    connector_faulted,
    others_unavailable,
    unavailable,
)
from ocpp_testcases.ocpp16.station.states.unclaimed import profile_not_named


@case("TC_046_1_CS")
async def test_local_start(csms, sut):
    """Who has reserved comes to a connector that somebody else is using."""
    await given(idle, csms, sut)
    tx = session(csms, sut)
    await given(others_unavailable, csms, sut)

    with step("The Central System reserves the connector"):
        reservation = await reserved(csms, sut, tx.token)

    with step("Somebody else presents a token: the connector stays reserved"):
        await expect_turned_away(csms, sut, sut.tokens.second)

    with step("The driver who has reserved presents the token; it may be asked for"):
        await sut.present_token(tx.token)
        await expect_preparing(csms, tx)

    with step("The driver plugs in: the transaction starts, and names the reservation"):
        await plug_in(sut, tx)
        check_reservation(await expect_transaction_started(csms, tx), reservation)
        check_asked_for(csms, sut.tokens.second, tx.token, requirement="1.6 §4.1 ask")


@case("TC_046_2_CS")
async def test_remote_start(csms, sut):
    """Who has reserved in the app starts in the app."""
    await given(idle, csms, sut)
    tx = session(csms, sut)

    with step("The Central System reserves the connector"):
        reservation = await reserved(csms, sut, tx.token)

    with step("The driver plugs in, and the Central System starts: the transaction names the reservation"):
        check_reservation(await charging_as_reserved(csms, sut, tx), reservation)


@case("TC_047_CS")
async def test_expire(csms, sut):
    """A driver who does not come must not keep a connector for ever."""
    seconds = sut.short_interval
    await given(idle, csms, sut)
    await given(others_unavailable, csms, sut)

    with step(f"The Central System reserves the connector for {seconds} s"):
        await reserved(csms, sut, sut.tokens.valid, seconds=seconds)
        begun = csms.received("StatusNotification", status="Reserved")[-1].received

    with step("Nobody comes: when the time is over the connector is available again"):
        message = await expect_available(csms, sut, requirement="1.6 §5.13 expire", within=seconds + csms.timing.event)
        after = message.received - begun
        check(
            "1.6 §5.13 expire",
            after >= seconds - interval_tolerance(sut, seconds),
            expected=f"reserved for {seconds} s",
            received=f"available after {after:.1f} s",
        )

    with step("Somebody else charges"):
        tx = await charging(csms, sut, sut.tokens.second)
        check_reservation(csms.received("StartTransaction", idTag=ignoring_case(tx.token.idToken))[-1], None)


async def reservation_refused(csms: Csms, sut: Sut, connectorId: int, what: str, *, status: str) -> None:
    """TC_048 and 050: the Central System tries to reserve a connector (0: any), and the charge point refuses."""
    with step(f"The Central System tries to reserve {what}"):
        await attempt_reservation(csms, sut, connectorId, status=status)


@case("TC_048_1_CS")
async def test_connector_faulted(csms, sut):
    """Whoever reserves a connector that cannot charge drives there for nothing."""
    await given(connector_faulted, csms, sut)
    await reservation_refused(csms, sut, sut.connectorId, "the connector", status="Faulted")


@case("TC_048_2_CS")
async def test_connector_occupied(csms, sut):
    """Whoever reserves a connector that is in use finds it taken."""
    await given(idle, csms, sut)
    await given(plugged_in, csms, sut)
    await reservation_refused(csms, sut, sut.connectorId, "the connector", status="Occupied")


@case("TC_048_3_CS")
async def test_connector_unavailable(csms, sut):
    """Whoever reserves a connector that is out of service drives there for nothing."""
    await given(unavailable, csms, sut.connectorId)
    await reservation_refused(csms, sut, sut.connectorId, "the connector", status="Unavailable")


@case("TC_048_4_CS")
async def test_connector_rejected(csms, sut):
    """A charge point that keeps nothing for anybody must not let drivers believe that it does."""
    await given(profile_not_named, csms, "Reservation", "reservation")
    await reservation_refused(csms, sut, sut.connectorId, "the connector", status="Rejected")


@case("TC_049_CS")
async def test_any_connector(csms, sut):
    """Who has reserved at a site with several connectors finds one that is free."""
    await given(idle, csms, sut)
    tx = session(csms, sut)
    await given(others_unavailable, csms, sut)

    with step("The Central System reserves any connector"):
        reservation = await reserved(csms, sut, tx.token, connectorId=0)

    with step("The driver plugs in, and the Central System starts: the transaction names the reservation"):
        check_reservation(await charging_as_reserved(csms, sut, tx), reservation)


@case("TC_050_1_CS")
async def test_charge_point_faulted(csms, sut):
    """Whoever reserves at a charge point with a fault drives there for nothing."""
    await given(charge_point_faulted, csms, sut)
    await reservation_refused(csms, sut, 0, "any connector", status="Faulted")


@case("TC_050_2_CS")
async def test_charge_point_occupied(csms, sut):
    """Whoever reserves where every connector is in use finds them taken."""
    await given(idle, csms, sut)
    await given(all_occupied, csms, sut)
    await reservation_refused(csms, sut, 0, "any connector", status="Occupied")


@case("TC_050_3_CS")
async def test_charge_point_unavailable(csms, sut):
    """Whoever reserves at a charge point that is out of service drives there for nothing."""
    numbers = range(await given(connectors, csms, sut) + 1)
    await given(unavailable, csms, 0, connectors=numbers)
    await reservation_refused(csms, sut, 0, "any connector", status="Unavailable")


@case("TC_050_4_CS")
async def test_charge_point_rejected(csms, sut):
    """A charge point that keeps nothing for anybody must not let drivers believe that it does."""
    await given(profile_not_named, csms, "Reservation", "reservation")
    await reservation_refused(csms, sut, 0, "any connector", status="Rejected")


async def cancel_reservation(csms: Csms, reservationId: int, status: str, requirement: str) -> None:
    """The Central System cancels a reservation: judge the status in the answer."""
    answer = await csms.call("CancelReservation", reservationId=reservationId)
    check_fields(requirement, answer, {"status": status})


@case("TC_051_CS")
async def test_cancel(csms, sut):
    """A driver who cancels pays for the time in which nobody else can charge."""
    await given(idle, csms, sut)
    reservation = await given(reserved, csms, sut, sut.tokens.valid)

    with step("The Central System cancels the reservation: the connector is available again"):
        await cancel_reservation(csms, reservation, "Accepted", "1.6 §5.1")
        await expect_available(csms, sut, requirement="1.6 §4.9")

    with step("Somebody else charges; the transaction names no reservation"):
        tx = await charging(csms, sut, sut.tokens.second)
        check_reservation(csms.received("StartTransaction", idTag=ignoring_case(tx.token.idToken))[-1], None)


@case("TC_052_CS")
async def test_cancel_rejected(csms, sut):
    """A wrong number must not take away what somebody else has reserved."""
    await given(idle, csms, sut)
    reservation = await given(reserved, csms, sut, sut.tokens.valid)

    with step("The Central System cancels a reservation that does not exist"):
        other = reservation - 1 if reservation > 1 else reservation + 1
        await cancel_reservation(csms, other, "Rejected", "1.6 §5.1 unknown")

    with step("The one that exists is still there: it can be cancelled"):
        await cancel_reservation(csms, reservation, "Accepted", "1.6 §5.1")


async def reserved_for_group(csms: Csms, sut: Sut) -> tuple[int, Session]:
    """TC_053: the connector is reserved for a driver and the group; returns the id, and the session of another one."""
    member, parent = sut.tokens.second, sut.tokens.fresh().idToken
    tx = session(csms, sut, member)
    await given(idle, csms, sut)
    await given(others_unavailable, csms, sut)
    for action in ("Authorize", "StartTransaction", "StopTransaction"):
        info = {"status": "Accepted", "parentIdTag": parent}
        csms.answer(action, idTagInfo=info, where={"idTag": ignoring_case(member.idToken)})

    with step("The Central System reserves the connector for a driver and the group"):
        return await reserved(csms, sut, sut.tokens.valid, parentIdTag=parent), tx


@case("TC_053_1_CS")
async def test_parent_local(csms, sut):
    """A company reserves for its fleet, and any of its cars may come."""
    reservation, tx = await reserved_for_group(csms, sut)

    with step("Another driver with the same parent presents a token, and is asked for"):
        await sut.present_token(tx.token)
        await csms.expect("Authorize", requirement="1.6 §5.13 parent", idTag=ignoring_case(tx.token.idToken))
        await expect_preparing(csms, tx)

    with step("The driver plugs in: the transaction starts, and names the reservation"):
        await plug_in(sut, tx)
        check_reservation(await expect_transaction_started(csms, tx), reservation)


@case("TC_053_2_CS")
async def test_parent_remote(csms, sut):
    """A company reserves for its fleet, and starts any of its cars from afar."""
    reservation, tx = await reserved_for_group(csms, sut)

    with step("Another driver with the same parent plugs in, and the Central System starts for the token"):
        check_reservation(await charging_as_reserved(csms, sut, tx), reservation)
