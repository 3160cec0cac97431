"""E13 - Transaction messages that fail are sent again, some times, and ever later."""

from ocpp_proof import case, given, step
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp2.station.states.e_retries import (
    FailedEvent,
    Failure,
    Retries,
    expect_no_more,
    expect_sent_again,
    failing,
    retries_configured,
)
from ocpp_testcases.ocpp2.station.states.e_transactions import authorized, ev_connected_pre_session


async def event_that_fails(
    csms: Csms, sut: Sut, failure: Failure, *, attempts: int, succeeds: int | None = None
) -> tuple[FailedEvent, Retries]:
    """The preparation of all four cases: energy is about to flow, and the event that tells of it fails."""
    retries = await given(retries_configured, csms, sut, attempts, failure)
    tx = await given(authorized, csms, sut)
    event = failing(csms, failure, succeeds=succeeds)
    await given(ev_connected_pre_session, csms, sut, tx, wait=retries.timeout)
    return event, retries


async def given_up(csms: Csms, sut: Sut, failure: Failure) -> None:
    """TC_E_41_CS and TC_E_50_CS."""
    event, retries = await event_that_fails(csms, sut, failure, attempts=2)
    with step(f"The CSMS {failure}: the station sends the event as often as it is set to, each after a longer wait"):
        await expect_sent_again(csms, sut, event, retries, times=retries.attempts)
    with step("It gives up, and does not send it once more"):
        await expect_no_more(csms, event, retries, after=retries.attempts)


async def delivered(csms: Csms, sut: Sut, failure: Failure) -> None:
    """TC_E_42_CS and TC_E_51_CS."""
    event, retries = await event_that_fails(csms, sut, failure, attempts=3, succeeds=2)
    with step(f"The CSMS {failure}: the station sends the event again, which is answered"):
        await expect_sent_again(csms, sut, event, retries, times=2)
    with step("It does not send it once more"):
        await expect_no_more(csms, event, retries, after=2)


@case("TC_E_41_CS")
async def test_never_answered(csms, sut):
    """A station that stops too early loses what is to be billed; one that never stops blocks what comes after."""
    await given_up(csms, sut, "does not answer")


@case("TC_E_42_CS")
async def test_answered_the_second_time(csms, sut):
    """A CSMS that was busy for a moment gets the event, and gets it once."""
    await delivered(csms, sut, "does not answer")


@case("TC_E_50_CS")
async def test_always_refused(csms, sut):
    """A station that stops too early loses what is to be billed; one that never stops blocks what comes after."""
    await given_up(csms, sut, "answers with InternalError")


@case("TC_E_51_CS")
async def test_accepted_the_second_time(csms, sut):
    """A CSMS whose database was away for a moment gets the event, and gets it once."""
    await delivered(csms, sut, "answers with InternalError")
