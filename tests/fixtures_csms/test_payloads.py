"""What the reference systems say of a payload."""

import pytest
from ocpp_fixtures.payloads import problems


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("04A1", []),
        ("x" * 21, [("$.idTag", "maxLength")]),
        # half of a surrogate pair: JSON can write it, UTF-8 cannot
        ("\ud800" * 20, []),
        ("\ud800" * 21, [("$.idTag", "maxLength")]),
        (None, [("$.idTag", "type")]),
    ],
)
def test_a_text_is_measured_whatever_is_in_it(token, found):
    assert [(p.path, p.keyword) for p in problems("1.6", "Authorize", "request", {"idTag": token})] == found


def test_tenths_are_tenths():
    def limit(amperes):
        profile = {"chargingRateUnit": "A", "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}]}
        return problems("1.6", "GetCompositeSchedule", "response", {"status": "Accepted", "chargingSchedule": profile})

    assert [n for n in range(1, 1000) if limit(n / 10)] == []
    assert [p.keyword for p in limit(8.15)] == ["multipleOf"]
