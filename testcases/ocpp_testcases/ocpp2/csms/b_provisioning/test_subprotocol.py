"""OCPP-J - The version is agreed on as a WebSocket subprotocol."""

from ocpp_proof import case, check, given, step
from ocpp_proof.net.endpoint import ConnectionRefused
from ocpp_proof.roles.csms import SUBPROTOCOLS

from ocpp_testcases.ocpp2.csms.states.b_provisioning import connected

FOREIGN = "ocpp0.1"


@case("TC_B_58_CSMS")
async def test_subprotocol(station, sut):
    """A station of another version must learn at once that it is not understood; one of several, which is spoken."""
    await given(connected, station)
    await station.close()
    ours = SUBPROTOCOLS[sut.ocpp]
    with step(f"The station offers nothing but {FOREIGN}"):
        # OCPP-J 3.2 lets a CSMS complete the handshake without a subprotocol if it closes the connection at once
        await station.expect_refused(
            requirement="OCPP-J subprotocol",
            credentials=station.credentials,
            what=f"a connection that offers {FOREIGN} only",
            subprotocols=[FOREIGN],
        )
        check(
            "OCPP-J subprotocol",
            station.refusal is None or station.refusal.status != 101,
            expected="no subprotocol selected",
            received=str(station.refusal),
        )
    with step(f"The station offers {FOREIGN} and {ours}"):
        try:
            endpoint = await station.dial_until_let_in(subprotocols=[FOREIGN, ours])
            selected = str(endpoint.subprotocol)
        except ConnectionRefused as error:
            selected = str(error)
        check("OCPP-J subprotocol", selected == ours, expected=ours, received=selected)
