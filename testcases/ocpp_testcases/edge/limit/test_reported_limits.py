"""What a station reports as the most that it takes: that many, and one more."""

import pytest
from ocpp_proof import ALL, NotApplicable, case, check, not_judged, step
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.cases.evidence import current_case

from ocpp_testcases.edge.states.probe import expect_probe_answered
from ocpp_testcases.edge.states.recovery import expect_recovery
from ocpp_testcases.edge.states.reported_limits import LIMITS, reported

UNSUPPORTED = ("NotImplemented", "NotSupported")


async def known_limit(csms, sut, bench, what):
    """The limit, what the station says it is, and a request that the station takes in its smallest form."""
    limit = LIMITS[what]
    with step(f"The station says how much it takes at most: {what}"):
        size = await reported(csms, sut, limit)
        if size is None:
            raise NotApplicable(f"the station reports no {limit.name(sut.ocpp) or what} that a message could reach")
        await expect_probe_answered(csms)
    with step("It takes the request in its smallest form"):
        request = await limit.prepare(csms, sut, size, bench.may_disturb)
        if not limit.refusable:
            await takes_one(csms, sut, limit, request)
    return limit, size, request


async def takes_one(csms, sut, limit, request):
    """One entry is answered; else the larger requests would say nothing of the limit."""
    answer = await request.send(1)
    if limit.complete(answer, 1):
        return
    told = answer.error or dict(answer)
    if answer.get("configurationKey"):  # it was asked for a key that nobody has
        raise Inconclusive("GetConfiguration tells keys that it was not asked for, which TC_019_CS judges")
    if answer.error is None and sut.ocpp == "1.6":
        raise current_case().fail("1.6 §5.8 unknown", expected="the unknown key in unknownKey", received=told)
    raise NotApplicable(f"the station does not treat a request of one: {told}")


@case("X_LIMIT_02_CS", ocpp=ALL, sut="station", title="As much in one request as the station says it takes")
@pytest.mark.parametrize("what", LIMITS, ids=list(LIMITS))
async def test_as_much_as_reported(csms, sut, bench, what):
    """A CSMS fills its messages up to what the station reports; a station that overstates breaks when it does."""
    limit, size, request = await known_limit(csms, sut, bench, what)
    with step(f"A request of exactly that size arrives ({what})"):
        answer = await limit.send(csms, sut, request, size)
        if answer.error in UNSUPPORTED:
            raise NotApplicable(f"the station does not support the request: {answer.error}")
        taken = limit.complete(answer, size)
        if not taken and answer.error is None and request.needs_room:
            raise NotApplicable(f"it is refused, which may be right: {request.needs_room}")
        check(
            "reported limit",
            taken,
            expected=f"{size} taken, as {limit.says(sut.ocpp)} says",
            received=answer.error or dict(answer),
        )
    with step("The next valid CALL is answered"):
        await expect_probe_answered(csms)


@case("X_LIMIT_03_CS", ocpp=ALL, sut="station", title="One more in a request than the station says it takes")
@pytest.mark.parametrize("what", LIMITS, ids=list(LIMITS))
async def test_one_more_than_reported(csms, sut, bench, what):
    """A station whose buffer ends where its limit ends must not break over one more."""
    limit, size, request = await known_limit(csms, sut, bench, what)
    with step(f"A request of one more than that arrives ({what})"):
        answer = await limit.send_beyond(csms, sut, request, size + 1)
        whole = answer is not None and limit.complete(answer, size + 1)
        received = "the connection closed with 1009" if answer is None else answer.error or dict(answer)
        if answer is None:
            not_judged("beyond a limit answered", because="the station closed the connection: the message is too big")
        elif limit.refusable:
            expected = f"not accepted: {size + 1}, where {limit.says(sut.ocpp)} is {size}"
            check("beyond a limit", not whole, expected=expected, received=received)
        else:
            expected = "all of it treated, or a CALLERROR"
            check("beyond a limit answered", answer.error is not None or whole, expected=expected, received=received)
            if answer.error is not None and limit.code and sut.ocpp != "1.6":
                check("beyond a limit code", answer.error == limit.code, expected=limit.code, received=answer.error)
    with step("The next valid CALL is answered"):
        await (expect_probe_answered if answer is not None else expect_recovery)(csms)
