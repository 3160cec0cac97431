"""E09 - The cable is taken out of the vehicle, and that ends the authorization."""

from ocpp_proof import STEP, case, check_fields, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_points import stops_without_vehicle, unlocks_without_vehicle
from ocpp_testcases.ocpp2.station.states.e_stops import (
    energy_transfer_suspended,
    take_out_of_station,
    take_out_of_vehicle,
)


async def deauthorized(csms: Csms, sut: Sut, *, unlocks: bool) -> None:
    """TC_E_24_CS and TC_E_25_CS; `unlocks`: UnlockOnEVSideDisconnect."""
    await given(stops_without_vehicle, csms, True)
    await given(unlocks_without_vehicle, csms, unlocks)
    tx = await given(energy_transfer_suspended, csms, sut)

    with step("The cable is taken out of the vehicle, and the station tells of it"):
        told = not tx.ended
        await take_out_of_vehicle(csms, sut, tx)
        if told:
            event = await tx.event(requirement="E02.FR.17", triggerReason="EVCommunicationLost")
            check_fields(STEP, event, {"transactionInfo.chargingState": "Idle"})
            if "Authorized" in tx.stop:
                check_fields("E09.FR.01", event, {"eventType": "Ended"})

    with step("The cable is taken out of the station, and the connector is Available"):
        requirement = "E09.FR.02" if unlocks else "E09.FR.03"
        await take_out_of_station(csms, sut, tx, by_token=not unlocks, requirement=requirement)
        tx.check_sequence()


@case("TC_E_24_CS")
async def test_unlocked(csms, sut):
    """A driver whose cable stays locked although it was agreed that it does not leaves without it."""
    await deauthorized(csms, sut, unlocks=True)


@case("TC_E_25_CS")
async def test_kept_locked(csms, sut):
    """A cable that nobody guards is to stay locked until its owner comes back, and then to come out."""
    await deauthorized(csms, sut, unlocks=False)
