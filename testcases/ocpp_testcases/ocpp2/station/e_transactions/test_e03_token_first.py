"""E03 - Start transaction, identification first."""

from ocpp_proof import case, given, step

from ocpp_testcases.ocpp2.station.states.b_provisioning import configured
from ocpp_testcases.ocpp2.station.states.e_transactions import (
    authorized,
    energy_transfer_started,
    parking_bay_occupied,
)


@case("TC_E_04_CS")
async def test_token_first(csms, sut):
    """A driver may identify before plugging in, and charging starts."""
    await given(configured, csms, {"AuthCtrlr.Enabled": "true"}, if_writable=True)
    await given(configured, csms, {"AuthCtrlr.DisableRemoteAuthorization": "false"}, if_implemented=True)
    tx = await given(parking_bay_occupied, csms, sut)

    with step("The driver presents a token that the CSMS accepts"):
        await authorized(csms, sut, tx)

    with step("The cable is plugged in and energy flows"):
        await energy_transfer_started(csms, sut, tx)
        tx.check_sequence()
