"""Payloads made from the schemas."""

import pytest
from ocpp_proof.ocppj.samples import complete
from ocpp_proof.ocppj.schemas import violations


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_a_wish_becomes_a_valid_request_that_keeps_what_was_wished(version):
    wish = {"updateType": "Full"}
    made = complete(version, "SendLocalList", wish, number=7, moment="2026-01-02T03:04:05Z")
    assert not violations(version, "SendLocalList", "request", made)
    assert made == wish | {"listVersion" if version == "1.6" else "versionNumber": 7}


def test_what_is_missing_inside_is_added_too():
    profile = {"stackLevel": 0, "chargingProfilePurpose": "TxProfile", "chargingProfileKind": "Relative"}
    period = {"startPeriod": 0, "limit": 6.0}
    profile["chargingSchedule"] = [{"chargingRateUnit": "A", "chargingSchedulePeriod": [period]}]
    wish = {"evseId": 1, "chargingProfile": profile}
    made = complete("2.0.1", "SetChargingProfile", wish, number=7, moment="2026-01-02T03:04:05Z")
    assert not violations("2.0.1", "SetChargingProfile", "request", made)
    assert made["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"] == [period]
