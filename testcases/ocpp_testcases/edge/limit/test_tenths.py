"""Values at the edge of what is allowed: they must be accepted."""

from ocpp_proof import ALL, NotApplicable, case, check, on_undo, step

PLAIN, TENTHS = 8.0, 8.1


def profile(sut, id, limit):
    """A default profile for one EVSE (connector) with a single limit, as the version writes it."""
    schedule = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": limit}]}
    common = {"stackLevel": 0, "chargingProfilePurpose": "TxDefaultProfile", "chargingProfileKind": "Relative"}
    if sut.ocpp == "1.6":
        return {
            "connectorId": sut.connectorId,
            "csChargingProfiles": {"chargingProfileId": id, **common, "chargingSchedule": schedule},
        }
    return {"evseId": sut.evseId, "chargingProfile": {"id": id, **common, "chargingSchedule": [{"id": 1, **schedule}]}}


@case(
    "X_LIMIT_01_CS",
    ocpp=ALL,
    sut="station",
    title="A limit of 8.1 A is a multiple of 0.1",
    condition="Smart Charging",
)
async def test_tenths(csms, sut):
    """A station that divides by 0.1 in binary refuses a third of all limits, and charges without any."""
    id = sut.number(1, 10_000)

    async def clear():
        name = "id" if sut.ocpp == "1.6" else "chargingProfileId"
        await csms.attempt("ClearChargingProfile", **{name: id})

    on_undo("Clear the charging profile", clear)
    with step("A limit of 8 A is accepted"):
        plain = await csms.attempt("SetChargingProfile", **profile(sut, id, PLAIN))
        if plain.status != "Accepted":
            raise NotApplicable(
                f"the station does not take a default profile of {PLAIN} A: {plain.error or dict(plain)}"
            )
    with step("A limit of 8.1 A is accepted as well"):
        tenths = await csms.attempt("SetChargingProfile", **profile(sut, id, TENTHS))
        check(
            "OCPP-J schema",
            tenths.status == "Accepted",
            expected=f"Accepted for {TENTHS} A as for {PLAIN} A",
            received=tenths.error or dict(tenths),
        )
