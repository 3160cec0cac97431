"""What the cases of NET and SIM leave behind at a product: nothing."""

import json

import pytest
import runner
from ocpp_fixtures.csms.server import ReferenceCsms
from ocpp_fixtures.station import ReferenceStation
from ocpp_reports.model import Verdict
from ocpp_testcases.edge.sim import test_charging

PENDING = ("RemoteStartTransaction", "RequestStartTransaction", "ReserveNow", "Reset")
"""Requests of which something is left when a station takes them."""


@pytest.fixture
def left_behind(monkeypatch):
    """What is left at the reference CSMS when a run is over: open transactions, and requests that a station took."""
    left = {"transactions": [], "requests": []}
    stop = ReferenceCsms.stop

    async def stopped(csms):
        for station in csms.stations():
            left["transactions"] += [t.id for t in station.transactions.values() if t.active]
            taken = [s for s in station.sent if s.action in PENDING and (s.response or {}).get("status") == "Accepted"]
            left["requests"] += [s.action for s in taken]
        await stop(csms)

    monkeypatch.setattr(ReferenceCsms, "stop", stopped)
    return left


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
@pytest.mark.parametrize("select", ["X_NET_*", "X_SIM_* and not X_SIM_08*", "X_SIM_08_CSMS"])
def test_nothing_stays_open_at_a_csms(ocpp, select, left_behind):
    results, _, problems = runner.run(runner.config("csms"), ocpp, 0, select=select)
    assert {r.verdict for r in results} <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
    assert not problems
    assert left_behind == {"transactions": [], "requests": []}


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
@pytest.mark.parametrize("defect", ["state-lost-on-disconnect", "unanswered-call-blocks"])
def test_nothing_stays_open_where_a_case_ends_early(ocpp, defect, left_behind):
    """With defects under which the cases stop in the middle."""
    runner.run(runner.config("csms", defects=(defect,)), ocpp, 0, select="X_NET_01* or X_NET_04* or X_NET_08*")
    assert not left_behind["transactions"]


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_a_setting_is_set_back_where_the_case_ends_early(ocpp, monkeypatch):
    """X_SIM_09 stops while the interval is another one."""
    found = []
    judge, stop = test_charging.check, ReferenceStation.stop

    def stumbling(requirement, *arguments, **named):
        if requirement == "uninterrupted":
            raise RuntimeError("the case ends here")
        return judge(requirement, *arguments, **named)

    async def stopped(reference):
        station = reference.station
        name = "MeterValueSampleInterval", ("SampledDataCtrlr", "TxUpdatedInterval")
        found.append(station.config.number(name[0]) if ocpp == "1.6" else station.model.number(*name[1]))
        await stop(reference)

    monkeypatch.setattr(test_charging, "check", stumbling)
    monkeypatch.setattr(ReferenceStation, "stop", stopped)
    (result,), _, problems = runner.run(runner.config("station"), ocpp, 0, select="X_SIM_09_CS")
    assert result.verdict is Verdict.INCONCLUSIVE
    assert not problems
    assert found
    assert all(value < 600 for value in found)


@pytest.mark.parametrize("ocpp", ["1.6", "2.1"])
def test_profiles_have_ids_that_no_operator_uses(ocpp):
    results, _, _ = runner.run(runner.config("station"), ocpp, 0, select="X_SIM_08_CS")
    sent = [json.loads(w.data) for r in results for w in r.wire if (w.direction, w.kind) == ("out", "text")]
    cleared = [m[3] for m in sent if m[0] == 2 and m[2] == "ClearChargingProfile"]
    ids = [m.get("id", m.get("chargingProfileId")) for m in cleared]
    assert ids
    assert min(ids) >= 2**31 - 10_000
