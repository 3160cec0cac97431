"""Part 4, 5.3 (2.1: 5.4) - Reconnecting."""

import time

from ocpp_proof import case, check, given, not_judged, step
from ocpp_proof.net.outcome import Refuse, Verdict
from ocpp_proof.roles.csms import Handshake
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.common.clock import interval_tolerance
from ocpp_testcases.ocpp2.station.states.b_provisioning import configured, get_variable

BACK_OFF = "OCPPCommCtrlr.RetryBackOff{}".format


def check_waited(sut: Sut, begin: float, attempts: list[float], wait: float) -> None:
    """Judge that the newest attempt to connect came no sooner than `wait` seconds after `begin`."""
    if not wait:
        return
    gap = attempts[-1] - begin
    expected = f"an attempt to connect not before {wait:g} s have passed"
    check(
        "OCPP-J reconnect",
        gap >= wait - interval_tolerance(sut, wait),
        expected=expected,
        received=f"after {gap:.2f} s",
    )


@case("TC_B_57_CS")
async def test_after_connection_loss(csms, sut):
    """Stations that all come back at once, again and again, keep a CSMS that has failed from starting."""
    wanted = {"RandomRange": "0", "RepeatTimes": "2", "WaitMinimum": str(sut.short_interval)}
    for name, value in wanted.items():
        await given(configured, csms, {BACK_OFF(name): value}, if_writable=True)
    await given(configured, csms, {"OCPPCommCtrlr.NetworkProfileConnectionAttempts": "3"}, if_writable=True)
    wait = float(await given(get_variable, csms, BACK_OFF("WaitMinimum")) or 0)
    factor = 1 if await given(get_variable, csms, BACK_OFF("RepeatTimes")) == "0" else 2
    if not wait:
        not_judged("OCPP-J reconnect", because="the station does not say how long it waits before it connects again")
    attempts: list[float] = []
    refused = 0

    def judge(_: Handshake) -> Verdict | None:
        attempts.append(time.monotonic())
        return Refuse(503, reason="the CSMS does not accept a connection yet") if len(attempts) <= refused else None

    async def come_back() -> None:
        connections = len(csms.connections)
        attempts.clear()
        await csms.close()
        within = (1 + factor * refused) * wait + csms.timing.long
        await csms.expect_reconnected(connections=connections, requirement="OCPP-J reconnect", within=within)

    with csms.answering_handshakes(judge):
        with step("The CSMS closes the connection; the station waits for RetryBackOffWaitMinimum and connects"):
            begin = time.monotonic()
            await come_back()
            check_waited(sut, begin, attempts, wait)
        with step("It is closed again and the first attempt refused: the station waits twice as long for the next one"):
            refused = 1
            await come_back()
            check_waited(sut, attempts[0], attempts[:2], factor * wait)
