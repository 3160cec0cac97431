"""What the cases of LIMIT leave alone at a station, and what they take back: lists, default profiles, the clock."""

import json
from datetime import UTC, datetime

import pytest
import runner
from ocpp_fixtures.station import ReferenceStation
from ocpp_proof.cases.declaration import case_of
from ocpp_proof.run import bench as bench_module
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.limit import test_clocks, test_tenths
from ocpp_testcases.edge.states import station_clock
from ocpp_testcases.edge.states.default_profiles import PROFILE_IDS, first_free

VERSIONS = ["1.6", "2.0.1", "2.1"]
FAMILY = "X_LIMIT_0*"
ENTRIES = 990


@pytest.fixture
def at_the_end(monkeypatch):
    """What the reference station has when a run is over, before it is switched off."""
    found = {}
    stop = ReferenceStation.stop

    async def stopped(reference):
        station = reference.station
        if station is not None:
            held = [
                (getattr(p, "connector_id", getattr(p, "evse_id", None)), p.profile) for p in station.charging.profiles
            ]
            found["profiles"] = sorted(p.get("chargingProfileId", p.get("id")) for _, p in held)
            found["list"] = dict(station.authorization.local_list)
            found["clock"] = abs((station.clock.now() - datetime.now(UTC)).total_seconds())
        await stop(reference)

    monkeypatch.setattr(ReferenceStation, "stop", stopped)
    return found


def sent(results, action):
    frames = [json.loads(w.data) for r in results for w in r.wire if (w.direction, w.kind) == ("out", "text")]
    return [frame[3] for frame in frames if frame[0] == 2 and frame[2] == action]


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_what_an_operator_has_is_there_afterwards(ocpp, at_the_end):
    config = runner.config("station", freedoms=("local-list-in-use", "default-profiles-in-use"))
    _, _, problems = runner.run(config, ocpp, 0, select=FAMILY)
    assert not problems
    assert at_the_end["profiles"] == [1, 2, 3]
    assert len(at_the_end["list"]) == ENTRIES
    assert all("operator" in str(token) for token in at_the_end["list"])
    assert at_the_end["clock"] < 2


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_nothing_of_ours_stays(ocpp, at_the_end):
    results, _, problems = runner.run(runner.config("station"), ocpp, 0, select=FAMILY)
    assert not problems
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert at_the_end["profiles"] == []
    assert at_the_end["list"] == {}
    assert at_the_end["clock"] < 2
    assert {update["updateType"] for update in sent(results, "SendLocalList")} == {"Differential"}
    for request in sent(results, "SetChargingProfile"):
        profile = request.get("csChargingProfiles") or request["chargingProfile"]
        assert PROFILE_IDS[0] <= profile.get("chargingProfileId", profile.get("id")) <= PROFILE_IDS[1]


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_nothing_of_ours_stays_where_a_case_ends_early(ocpp, at_the_end, monkeypatch):
    def stumble(*arguments, **named):
        raise RuntimeError("the case ends here")

    monkeypatch.setattr(test_clocks, "check", stumble)
    monkeypatch.setattr(test_tenths, "check", stumble)
    results, _, problems = runner.run(
        runner.config("station"), ocpp, 0, select="X_LIMIT_01_CS or X_LIMIT_04_CS or X_LIMIT_06_CS"
    )
    assert {r.verdict for r in results} == {Verdict.INCONCLUSIVE}
    assert not problems
    assert at_the_end["profiles"] == []
    assert at_the_end["clock"] < 2


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_the_right_time_is_told_over_a_new_connection(ocpp, at_the_end, monkeypatch):
    """The connection is lost while the clock of the station is years ahead."""

    async def lost(csms):
        csms.drop()

    monkeypatch.setattr(test_clocks, "expect_probe_answered", lost)
    _, _, problems = runner.run(runner.config("station"), ocpp, 0, select="X_LIMIT_04_CS")
    assert not problems
    assert at_the_end["clock"] < 2


def test_in_16_the_level_is_one_that_hardly_anybody_uses():
    results, _, _ = runner.run(runner.config("station"), "1.6", 0, select="X_LIMIT_01_CS or X_LIMIT_06_CS")
    assert {r["csChargingProfiles"]["stackLevel"] for r in sent(results, "SetChargingProfile")} == {9}


def test_what_may_replace_a_profile_needs_the_permission(monkeypatch):
    """In 1.6 no profile can be read: without --allow-disruptive none is sent to the highest level, or the only one."""
    monkeypatch.setattr(bench_module, "may_be_disturbed", lambda sut: False)
    for freedoms, select in ((), "X_LIMIT_02_CS or X_LIMIT_03_CS"), (("one-stack-level",), "X_LIMIT_01_CS"):
        config = runner.config("station", freedoms=freedoms)
        results, _, _ = runner.run(config, "1.6", 0, select=select)
        assert any("--allow-disruptive" in r.reason for r in results)
        levels = [r["csChargingProfiles"]["stackLevel"] for r in sent(results, "SetChargingProfile")]
        assert all(level == 9 for level in levels)


@pytest.mark.parametrize("function", [test_clocks.test_seldom_moments, test_clocks.test_clock_jumps_while_charging])
def test_clocks_jump_only_with_permission_and_without_tls(function):
    case = case_of(function)
    assert case.disruptive
    assert set(case.security_profiles) == {0, 1}


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_a_clock_that_stays_wrong_is_a_problem_of_the_run(ocpp, monkeypatch):
    """The right time is not told: the undo notices by what the station shows, and the run says so."""
    wrong = station_clock.StationClock._ask_for_heartbeat

    async def only_the_first(clock):
        if not clock.ahead:
            await wrong(clock)

    monkeypatch.setattr(station_clock.StationClock, "_ask_for_heartbeat", only_the_first)
    _, _, problems = runner.run(runner.config("station"), ocpp, 0, select="X_LIMIT_04_CS")
    assert any("STILL WRONG" in problem for problem in problems)


@pytest.mark.parametrize(("taken", "level"), [((), 0), ((0, 1, 3), 2)])
def test_a_free_level_is_the_lowest(taken, level):
    assert first_free(taken, 4) == level


def test_a_heartbeat_that_does_not_come_is_not_judged_here():
    """The station agrees to send one, and does not: what the clock does nobody can say (F06 is for others)."""
    config = runner.config("station", defects=("heartbeat-trigger-ignored",))
    results, _, problems = runner.run(config, "2.0.1", 0, select="X_LIMIT_04_CS or X_LIMIT_05_CS")
    assert not [r for r in results if r.verdict is Verdict.FAIL]
    assert not problems
