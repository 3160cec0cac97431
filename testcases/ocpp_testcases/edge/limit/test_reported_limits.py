"""What a station reports as the most that it takes: that many, and one more."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, step

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.reported_limits import LIMITS, reported

UNSUPPORTED = ("NotImplemented", "NotSupported")


async def known_limit(csms, sut, what):
    """The limit and what the station says it is."""
    limit = LIMITS[what]
    with step(f"The station says how much it takes at most: {what}"):
        size = await reported(csms, sut, limit)
        if size is None:
            raise NotApplicable(f"the station reports no {limit.name(sut.ocpp) or what} that a message could reach")
        await expect_probe_answered(csms)
    return limit, size


@case("X_LIMIT_02_CS", ocpp=ALL, sut="station", title="As much in one request as the station says it takes")
@pytest.mark.parametrize("what", LIMITS, ids=list(LIMITS))
async def test_as_much_as_reported(csms, sut, what):
    """A CSMS fills its messages up to what the station reports; a station that overstates breaks when it does."""
    limit, size = await known_limit(csms, sut, what)
    with step(f"A request of exactly that size arrives ({what})"):
        answer = await limit.send(csms, sut, size)
        if answer.error in UNSUPPORTED:
            raise NotApplicable(f"the station does not support the request: {answer.error}")
        check(
            "reported limit",
            limit.complete(answer, size),
            expected=f"{size} taken, as {limit.name(sut.ocpp)} says",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(csms)


@case("X_LIMIT_03_CS", ocpp=ALL, sut="station", title="One more in a request than the station says it takes")
@pytest.mark.parametrize("what", LIMITS, ids=list(LIMITS))
async def test_one_more_than_reported(csms, sut, what):
    """A station whose buffer ends where its limit ends must not break over one more."""
    limit, size = await known_limit(csms, sut, what)
    with step(f"A request of one more than that arrives ({what})"):
        answer = await limit.send(csms, sut, size + 1)
        if limit.refusable:
            check(
                "beyond a limit",
                not limit.complete(answer, size + 1),
                expected=f"not accepted: {size + 1}, where {limit.name(sut.ocpp)} is {size}",
                received=answer.error or dict(answer),
            )
        else:
            check(
                "beyond a limit answered",
                answer.error is not None or limit.complete(answer, size + 1),
                expected="all of it treated, or a CALLERROR",
                received=answer.error or dict(answer),
            )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(csms)
