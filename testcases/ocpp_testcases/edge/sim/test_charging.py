"""What comes while a transaction runs or ends: a charging profile, another setting."""

from contextlib import suppress

import pytest
from ocpp_proof import ALL, NotApplicable, by_version, case, check, check_fields, given, on_undo, step

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.station_settings import restored_afterwards, setting
from ocpp_testcases.edge.states.tx_profiles import PROFILE_GONE, PROFILE_IDS, profile_cleared, tx_profile
from ocpp_testcases.ocpp2.station.states import b_provisioning
from ocpp_testcases.ocpp16.station.states import configuration


@case(
    "X_SIM_08_CS",
    ocpp=ALL,
    sut="station",
    title="A charging profile comes while its transaction ends",
    condition="Smart Charging",
)
@pytest.mark.parametrize("when", ["right behind the stop", "before its end is answered"])
async def test_profile_while_ending(csms, sut, when):
    """A profile that outlives its transaction limits the next driver, who is not told why the car charges slowly."""
    await given(sessions_shown, csms, sut)
    id = sut.number(*PROFILE_IDS)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    profile = tx_profile(sut, tx, id)
    on_undo("The profile is cleared, if it is there", lambda: profile_cleared(csms, sut, id))
    if when == "right behind the stop":
        with step("The CSMS stops the transaction, and sends a profile for it at once: taken or refused"):
            await tx.request_stop()
            answer = await csms.call("SetChargingProfile", **profile)
            known = answer.status in ("Accepted", "Rejected")
            check(
                "profile answered",
                known,
                expected="Accepted or Rejected",
                received=dict(answer),
            )
            await tx.stopped()
    else:
        await ends_unanswered(csms, tx, profile)
    with step("When the cable is out and all is over, the profile is not there"):
        await tx.unplug()
        with suppress(TimeoutError):
            await csms.wait_until(lambda: tx.has_ended, csms.timing.event, "the end of the transaction")
        await csms.wait_until_quiet()
        if not tx.has_ended:
            raise NotApplicable("the station does not end the transaction although it was stopped and the cable is out")
        answer = await profile_cleared(csms, sut, id)
        requirement = by_version(PROFILE_GONE)
        check(requirement, answer.status == "Unknown", expected="Unknown: it is gone", received=dict(answer))
    await expect_probe_answered(csms)


async def ends_unanswered(csms, tx, profile):
    """The profile comes after the station has told of the end, and before this is answered: it is refused."""
    with csms.holding(tx.stop_action):
        with step("The CSMS stops the transaction; that it stops is not answered"):
            await tx.request_stop()
            await tx.stopped()
        if tx.has_ended:
            await refused(csms, tx, profile)
            return
    with csms.holding(tx.stop_action):
        with step("It ends when the cable is taken out, which is not answered either"):
            await tx.unplug()
            await csms.expect("TransactionEvent", requirement="session reported", eventType="Ended")
        await refused(csms, tx, profile)


async def refused(csms, tx, profile):
    """A profile for a transaction that is over."""
    with step("A charging profile for the transaction is rejected"):
        answer = await csms.call("SetChargingProfile", **profile)
        requirement = by_version({"1.6": "1.6 §3.13.1 discard", "2": "K01.FR.09"})
        check_fields(requirement, answer, {"status": "Rejected"})


SAMPLES = "MeterValueSampleInterval", "SampledDataCtrlr.TxUpdatedInterval"


async def sample_interval(csms, sut):
    """The setting that is changed, and its value: how often samples are taken. It is set back when the case ends"""
    name, value = SAMPLES[sut.ocpp != "1.6"], await setting(csms, sut, SAMPLES)
    if value is None:
        raise NotApplicable(f"the station does not have {name}")
    await restored_afterwards(csms, sut, SAMPLES, value)
    return name, value


@case("X_SIM_09_CS", ocpp=ALL, sut="station", title="A setting is changed while a transaction runs")
async def test_setting_while_charging(csms, sut):
    """A station that begins anew with another setting interrupts whoever charges, or splits a session in two."""
    await given(sessions_shown, csms, sut)
    name, before = await given(sample_interval, csms, sut)
    value = str(60 * sut.number(10, 50))  # some take whole minutes only
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    change = configuration.change_configuration if tx.v16 else b_provisioning.set_variable
    with step(f"The CSMS changes {name}"):
        status = await change(csms, name, value)
        taken = status in ("Accepted", "RebootRequired")
        check("set while charging", taken, expected="Accepted", received=status)
    with step("The transaction goes on: it does not end, and no other begins"):
        await csms.wait_until_quiet()
        if tx.v16:
            other = [dict(m.payload) for a in ("StopTransaction", "StartTransaction") for m in csms.received(a)]
        else:
            told = [m for m in csms.received("TransactionEvent") if m.eventType != "Updated"]
            other = [dict(m.payload) for m in told]
        check("uninterrupted", not other, expected="no end and no start", received=other or "none")
    with step(f"{name} is set back, and the transaction stops as asked"):
        status = await change(csms, name, before)
        check("set while charging", status in ("Accepted", "RebootRequired"), expected="Accepted", received=status)
        answer = await tx.request_stop()
        requirement = by_version({"1.6": "1.6 §5.12", "2": "F03.FR.07"})
        check(requirement, answer.status == "Accepted", expected="Accepted", received=answer.error or dict(answer))
        await tx.stopped()
    await expect_probe_answered(csms)
