"""Stations that need other facts in sut.toml or TLS to be tried; what a fault elsewhere must not be taken for."""

import dataclasses

import pytest
import runner
from ocpp_fixtures.station.freedoms.authorization_memory import CARD
from ocpp_fixtures.station.v2.cables import Cables
from ocpp_fixtures.station.v2.driver import Driver
from ocpp_reports.model import Verdict

TOKENS = {"valid": {"idToken": f"{CARD}000001"}, "cached": {"idToken": f"{CARD}000002"}}


def verdicts(select, *, tokens=None, ocpp="2.0.1", profile=0, **deviations):
    plans = {name: (token,) for name, token in (tokens or {}).items()}
    config = dataclasses.replace(runner.config("station", **deviations), token_plans=plans)
    results, _, problems = runner.run(config, ocpp, profile, select=select)
    assert not problems
    return {result.id: str(result.verdict) for result in results}


@pytest.mark.parametrize("case", ["TC_C_08_CS", "TC_E_03_CS", "TC_E_04_CS", "TC_F_01_CS"])
def test_a_card_that_is_known_need_not_be_asked_for(case):
    assert verdicts(case, tokens=TOKENS, freedoms=("cards-known-from-before",)) == {case: Verdict.PASS}


def test_a_card_that_nobody_has_seen_has_to_be_asked_for():
    assert verdicts("TC_E_03_CS", freedoms=("cards-known-from-before",)) == {"TC_E_03_CS": Verdict.PASS}
    asks_nobody = verdicts("TC_E_03_CS", defects=("unknown-token-not-asked-for",))
    assert asks_nobody == {"TC_E_03_CS": Verdict.FAIL}


def test_a_start_button_is_a_token_of_sut_toml():
    tokens = {"valid": {"idToken": "", "type": "NoAuthorization"}}
    found = verdicts("TC_E_03_CS or TC_E_04_CS or TC_E_15_CS", tokens=tokens, freedoms=("start-button",))
    assert set(found.values()) == {Verdict.PASS}


@pytest.mark.parametrize("case", ["TC_B_01_CS", "TC_B_20_CS", "TC_G_03_CS"])
def test_a_variable_without_a_value_is_no_connector(case):
    assert verdicts(case, defects=("unknown-variable-accepted",)) == {case: Verdict.PASS}


def test_a_start_that_was_wrongly_accepted_is_ended():
    found = verdicts("TC_B_02_CS or TC_B_20_CS", defects=("charges-before-accepted",))
    assert found == {"TC_B_02_CS": Verdict.FAIL, "TC_B_20_CS": Verdict.PASS}


@pytest.mark.parametrize("start", ["starts-at-authorized", "starts-at-energy-transfer", "starts-at-power-path-closed"])
def test_who_plugs_in_may_start_what_starts_with_a_driver(start):
    found = verdicts("TC_E_03_CS or TC_J_07_CS", freedoms=("free-vend-at-plug-in", start))
    assert set(found.values()) == {Verdict.PASS}


def test_an_invalid_certificate_is_judged_whatever_can_be_set_about_network_profiles():
    assert verdicts("TC_A_05_CS", profile=2, freedoms=("required-variables-only",)) == {"TC_A_05_CS": Verdict.PASS}


def test_a_remote_start_without_authorization_has_its_token_at_once():
    late = ("remote-start-told-before-authorization", "remote-start-not-authorized")
    assert verdicts("TC_F_01_CS", freedoms=late) == {"TC_F_01_CS": Verdict.FAIL}


NOBODY_READS_CARDS = dict.fromkeys(
    ("C-30", "C-31", "C-32", "C-33", "C-34", "C-35", "C-70", "C-71", "C-72", "C-75"), False
)
LEFT_TO_THE_TESTER = " or ".join(
    (
        *(f"TC_E_{number:02}_CS" for number in (1, 2, 8, 9, 11, 12, 14, 19, 30, 31, 32, 39, 46)),
        *(f"TC_F_{number:02}_CS" for number in (4, 5, 8, 9, 13, 14, 24)),
    )
)


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_where_nobody_reads_cards_the_csms_starts_and_stops(ocpp, monkeypatch):
    async def present(driver, token, evse):
        raise AssertionError("there is no reader")

    monkeypatch.setattr(Driver, "present", present)
    config = runner.config("station")
    config = dataclasses.replace(config, features=config.features | NOBODY_READS_CARDS)
    results, _, problems = runner.run(config, ocpp, 0, select=LEFT_TO_THE_TESTER)
    assert not problems
    assert {r.id: str(r.verdict) for r in results if r.verdict is not Verdict.PASS} == {}
    assert len(results) == 20


SUSPENDED = ("suspended-before-charging", "charging-state-told-with-its-cause", "charging-state-has-its-own-event")


def waiting_vehicle(**deviations):
    """TC_E_38_CS is for a station that cannot start transactions with the energy; the reference station can."""
    config = runner.config("station", **deviations)
    config = dataclasses.replace(config, features=config.features | {"C-09.5": False})
    results, _, problems = runner.run(config, "2.1", 0, select="TC_E_38_CS")
    assert not problems
    return [str(result.verdict) for result in results]


@pytest.mark.parametrize("freedom", [(), *((name,) for name in SUSPENDED)])
def test_a_vehicle_that_waits_may_be_told_of_with_the_cable_or_after_it(freedom):
    assert waiting_vehicle(freedoms=freedom) == [Verdict.PASS]


def test_a_vehicle_that_waits_does_not_charge():
    assert waiting_vehicle(defects=("waiting-vehicle-charges",)) == [Verdict.FAIL]


@pytest.mark.parametrize("case", ["TC_E_09_CS", "TC_E_46_CS", "TC_F_24_CS"])
def test_a_lock_keeps_the_cable_out_until_the_driver_is_authorized(case, monkeypatch):
    put_in = Cables.plug_in

    def plug_in(cables, evse, connector):
        transactions = cables._station.transactions
        session = transactions.session_of(evse) or transactions.session_of(None)
        if session is not None and session.authorized:
            put_in(cables, evse, connector)

    monkeypatch.setattr(Cables, "plug_in", plug_in)
    config = runner.config("station")
    config = dataclasses.replace(config, features=config.features | {"AQ-2": True})
    results, _, problems = runner.run(config, "2.0.1", 0, select=case)
    assert not problems
    assert {r.id: str(r.verdict) for r in results} == {case: Verdict.PASS}


@pytest.mark.parametrize(
    "case, freedoms",
    [
        ("TC_F_04_CS", ("starts-at-ev-connected", "stops-at-parking-bay")),
        ("TC_E_05_CS", ("starts-at-parking-bay",)),
    ],
)
def test_a_vehicle_in_the_bay_of_which_no_transaction_runs(case, freedoms):
    assert verdicts(case, freedoms=freedoms) == {case: Verdict.PASS}


@pytest.mark.parametrize("case", ["TC_F_13_CS", "TC_F_14_CS"])
def test_what_was_triggered_may_come_in_several_events(case):
    split = ("samples-in-several-events", "more-measurands-as-delivered")
    assert verdicts(case, freedoms=split) == {case: Verdict.PASS}
