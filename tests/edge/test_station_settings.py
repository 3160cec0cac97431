"""How often a station may be kept out before it turns to another CSMS, by its own settings (B10.FR.03)."""

import asyncio
from types import SimpleNamespace

import pytest
from ocpp_proof import NotApplicable
from ocpp_testcases.edge.states import station_settings


@pytest.fixture
def told(monkeypatch):
    """What the station says of its settings."""
    values = {}

    async def setting(csms, sut, names):
        return values.get(names[1].rpartition(".")[2])

    monkeypatch.setattr(station_settings, "setting", setting)
    return values


def allowed(ocpp, most):
    return asyncio.run(station_settings.refusals_allowed(None, SimpleNamespace(ocpp=ocpp), most))


@pytest.mark.parametrize(
    ("slots", "attempts", "number"), [("0,1", "3", 2), ("0,1", "9", 4), ("0", "1", 4), ("0,1", None, 4)]
)
def test_one_attempt_fewer_than_it_makes(told, slots, attempts, number):
    told.update(NetworkConfigurationPriority=slots, NetworkProfileConnectionAttempts=attempts)
    assert allowed("2.0.1", 4) == number


def test_who_turns_away_at_once_is_not_kept_out(told):
    told.update(NetworkConfigurationPriority="0,1", NetworkProfileConnectionAttempts="1")
    with pytest.raises(NotApplicable, match="NetworkProfileConnectionAttempts"):
        allowed("2.1", 4)
    with pytest.raises(NotApplicable):
        asyncio.run(station_settings.wait_after_one_refusal(None, SimpleNamespace(ocpp="2.1")))


def test_1_6_knows_one_central_system(told):
    assert allowed("1.6", 4) == 4
