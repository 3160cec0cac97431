"""G01 - Status notification: cables that come and go."""

from ocpp_proof import by_version, case, check, given, not_judged, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import connectors
from ocpp_testcases.ocpp2.station.states.e_transactions import ev_connected_pre_session
from ocpp_testcases.ocpp2.station.states.g_availability import expect_connector_status, statuses_told


@case("TC_G_01_CS")
async def test_occupied(csms, sut):
    """A driver who is sent to a connector that somebody has plugged into has come in vain."""
    places = await given(connectors, csms, sut)
    since = csms.next_index
    with step("A cable is plugged in, and the station reports the connector as Occupied"):
        tx = await ev_connected_pre_session(csms, sut, requirement="G01.FR.03")
    with step("It reports no other connector of the EVSE, which takes one cable at a time, as not usable"):
        others = [place for place in places if place[0] == tx.evseId and place[1] != tx.connectorId]
        by = by_version({"2.0.1": ("StatusNotification",), "2.1": ("StatusNotification", "NotifyEvent")})
        told = {place: set(statuses_told(csms, place, since=since, by=by)) - {"Available"} for place in others}
        if not others:
            not_judged("G01.FR.08", because="the EVSE has one connector")
        else:
            expected = "no status but Available of another connector of the EVSE"
            check("G01.FR.08", not any(told.values()), expected=expected, received=told)


@case("TC_G_02_CS")
async def test_available(csms, sut):
    """A connector that stays Occupied when its driver has left earns nothing until somebody looks."""
    tx = await given(ev_connected_pre_session, csms, sut)
    with step("The cable is taken out, and the station reports the connector as Available"):
        tx.cable_kept = True  # until it is seen to be out: else the clean-up has it unlocked
        await sut.unplug(tx.evseId, tx.connectorId)
        await expect_connector_status(csms, "Available", tx.evseId, tx.connectorId, requirement="G01.FR.04")
        tx.plugged = tx.cable_kept = False
