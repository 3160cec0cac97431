"""F03 - Remote stop transaction."""

from ocpp_proof import case, check_fields, given, step

from ocpp_testcases.ocpp2.station.states.e_stops import expect_no_energy, stop_authorized
from ocpp_testcases.ocpp2.station.states.e_transactions import energy_transfer_started
from ocpp_testcases.ocpp2.station.states.f_remote_control import expect_goes_on


@case("TC_F_08_CS")
async def test_remote_stop(csms, sut):
    """A driver who started in the app stops in the app, and would pay for ever."""
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS stops the transaction"):
        await stop_authorized(csms, sut, tx, by="remote")
        await expect_no_energy(tx, "F03.FR.02")
        tx.check_sequence()


@case("TC_F_09_CS")
async def test_unknown_transaction(csms, sut):
    """A stop that is meant for another transaction must not end the one that runs here."""
    tx = await given(energy_transfer_started, csms, sut)

    with step("The CSMS stops a transaction that does not exist"):
        answer = await csms.call("RequestStopTransaction", transactionId=f"{sut.text(8)}-{sut.text(12)}")
        check_fields("F03.FR.08", answer, {"status": "Rejected"})

    with step("The transaction that runs goes on"):
        await expect_goes_on(csms, tx, requirement="F03.FR.08")
