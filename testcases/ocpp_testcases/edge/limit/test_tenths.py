"""Values at the edge of what is allowed: they must be accepted."""

from ocpp_proof import ALL, case, check, step

from ocpp_testcases.edge.states.default_profiles import own_profile

TENTH = 0.1


@case(
    "X_LIMIT_01_CS",
    ocpp=ALL,
    sut="station",
    title="A limit of 8.1 A is a multiple of 0.1",
    condition="Smart Charging",
)
async def test_tenths(csms, sut, bench):
    """A station that divides by 0.1 in binary refuses a third of all limits, and charges without any."""
    with step("A limit without a fraction is accepted"):
        own = await own_profile(csms, sut, may_disturb=bench.may_disturb)
    limit = own.limit + TENTH
    with step("A limit that is a tenth higher is accepted as well"):
        answer = await own.send(limit)
        check(
            "OCPP-J schema",
            answer.status == "Accepted",
            expected=f"Accepted for {limit} {own.unit} as for {own.limit} {own.unit}",
            received=answer.error or dict(answer),
        )
