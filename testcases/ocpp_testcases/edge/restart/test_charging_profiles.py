"""Charging profiles over a restart: the newest stays, the cleared does not come back, nor that of a transaction."""

import pytest
from ocpp_proof import ALL, Inconclusive, NotApplicable, by_version, case, check, given, not_judged, step

from ocpp_testcases.edge.states.default_profiles import composite_limit, own_profile, reported_limits
from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.remote_start import RemotelyStartedSession
from ocpp_testcases.edge.states.restart import WAYS, can_restart, restarted
from ocpp_testcases.edge.states.shown_sessions import sessions_shown
from ocpp_testcases.edge.states.tx_profiles import PROFILE_GONE, PROFILE_IDS, limited, profile_cleared

KEPT = {"1.6": "1.6 §5.16 persist", "2": "K01.FR.27"}
CLEARED = {"1.6": "1.6 §5.5 clear", "2": "K10.FR.03"}


@case(
    "X_RESTART_02_CS",
    ocpp=ALL,
    sut="station",
    title="Charging profiles over a restart",
    condition="Smart Charging",
    disruptive=True,
)
@pytest.mark.parametrize(
    ("which", "how"), [(which, how) for which in ("replaced", "cleared", "of a transaction") for how in WAYS]
)
async def test_charging_profiles(csms, sut, bench, which, how):
    """After a power failure all cars charge at once; that no fuse blows is for what was installed before it."""
    await given(can_restart, csms, sut, how)
    if which == "of a transaction":
        await of_a_transaction(csms, sut, how)
    elif which == "cleared":
        own = await given(own_profile, csms, sut, may_disturb=bench.may_disturb)
        await given(own.clear)
        with step(f"The station restarts ({how}): the profile that was cleared is not back"):
            await restarted(csms, sut, how)
            found = await is_there(csms, sut, own)
            check(by_version(CLEARED), not found, expected="no profile of its id", received=found or "none")
    else:
        own = await given(own_profile, csms, sut, may_disturb=bench.may_disturb)
        await given(replaced, own)
        await newest_kept(csms, sut, own, how)
    await expect_probe_answered(csms)


async def replaced(own):
    """Another profile, which allows more, has come in its place"""
    answer = await own.send(newer(own))
    if answer.status != "Accepted":
        raise Inconclusive(f"the station does not take the newer profile: {answer.error or dict(answer)}")


def newer(own):
    """The limit of the profile that replaces the first."""
    return own.limit + own.limit / 4


async def newest_kept(csms, sut, own, how):
    """The newer profile is there after the restart, and with its own limit."""
    before = await composite_limit(own) if sut.ocpp == "1.6" else None
    with step(f"The station restarts ({how}): it has the newer profile"):
        await restarted(csms, sut, how)
        if sut.ocpp != "1.6":
            limits = await reported_limits(own)
            check("K01.FR.27", limits == [newer(own)], expected=[newer(own)], received=limits or "no such profile")
            return
        if before == newer(own):
            after = await composite_limit(own)
            check("1.6 §5.16 persist", after == before, expected=f"the limit {before}", received=after)
        else:
            not_judged("1.6 §5.16 persist", because="the composite schedule does not show the limit of the profile")
        answer = await profile_cleared(csms, sut, own.id)
        check("1.6 §5.16 persist", answer.status == "Accepted", expected="there to be cleared", received=answer.status)


async def is_there(csms, sut, own):
    """What shows that the station has a profile of this id; in 1.6 only its clearing does."""
    if sut.ocpp != "1.6":
        return await reported_limits(own)
    answer = await profile_cleared(csms, sut, own.id)
    return dict(answer) if answer.status != "Unknown" else None


async def of_a_transaction(csms, sut, how):
    """The restart ends a transaction, and its profile with it; where it is resumed nothing can be said."""
    await given(sessions_shown, csms, sut)
    tx = RemotelyStartedSession(csms, sut, sut.tokens.valid)
    await given(tx.start_charging)
    id = sut.number(*PROFILE_IDS)
    await given(limited, csms, sut, tx, id)
    with step(f"The station restarts ({how}): when the transaction is over its profile is gone"):
        await restarted(csms, sut, how)
        if not await tx.over():
            raise NotApplicable("the station resumes transactions")
        answer = await profile_cleared(csms, sut, id)
        check(
            by_version(PROFILE_GONE), answer.status == "Unknown", expected="Unknown: it is gone", received=answer.status
        )
