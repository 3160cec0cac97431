"""2.16 Fault behaviour."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp16.station.states.idle import idle
from ocpp_testcases.ocpp16.station.states.session import plug_in, session
from ocpp_testcases.ocpp16.station.states.unavailability import fault_cleared_afterwards


@case("TC_041_CS")
async def test_no_start_while_faulted(csms, sut):
    """A charge point that knows of a fault and gives energy all the same endangers people."""
    await given(idle, csms, sut)
    tx = session(csms, sut)
    fault_cleared_afterwards(csms, sut)

    with step("A fault appears: the charge point says so, of the connector or of itself"):
        await sut.fault()
        await csms.expect(
            "StatusNotification", requirement="1.6 §4.9", connectorId={0, tx.connectorId}, status="Faulted"
        )

    with step("A driver plugs in and presents a token: no transaction starts"):
        await plug_in(sut, tx)
        await sut.present_token(tx.token)
        await csms.expect_none("StartTransaction", requirement="1.6 §7.7 Faulted", within=csms.timing.transaction)
