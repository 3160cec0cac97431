"""What the cases of restarts, refused tokens and changed availability leave behind when they stumble: nothing."""

import os
import sys
from collections import Counter
from contextlib import contextmanager

import pytest
import runner
from ocpp_fixtures.station import ReferenceStation
from ocpp_proof.cases.evidence import current_case
from ocpp_proof.sut.sut import Sut
from ocpp_reports.model import Verdict

WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
CASES = [*(f"X_RESTART_{number:02}_CS" for number in range(1, 7)), "X_SIM_12_CS", "X_SIM_13_CS", "X_LIMIT_07_CS"]
SETTINGS = {
    "1.6": ("MeterValueSampleInterval", "HeartbeatInterval", "ConnectionTimeOut"),
    "2": (
        ("SampledDataCtrlr", "TxUpdatedInterval"),
        ("OCPPCommCtrlr", "HeartbeatInterval"),
        ("TxCtrlr", "EVConnectionTimeOut"),
        ("TxCtrlr", "StopTxOnInvalidId"),
        ("TxCtrlr", "TxStopPoint"),
    ),
}


def held(station):
    """What a station has that a case could have left, by what it is called."""
    v16, hardware = station.version == "1.6", station.hardware
    names = SETTINGS["1.6" if v16 else "2"]
    return {
        "in service": [each.operative for each in (hardware, *hardware.evses)],
        "scheduled": list((station.status if v16 else station.availability)._scheduled),
        "plugged": [evse.plugged for evse in hardware.evses],
        "sessions": len(station.transactions._sessions),
        "profiles": [profile.profile for profile in station.charging.profiles],
        "reservations": list(station.reservations._held),
        "list": list(station.authorization.local_list),
        "settings": [station.config.text(name) if v16 else station.model.text(*name) for name in names],
        "registered": station.registration.status,
    }


def stumbling(step, at):
    """A `step` that ends its case: on entering the first one (0), or at the end of the first, of the second."""
    counts = Counter()

    @contextmanager
    def stumbles(title):
        counts[run := id(current_case())] += 1
        with step(title):
            if at == 0:
                raise RuntimeError("the case ends here")
            yield
            if counts[run] == at:
                raise RuntimeError("the case ends here")

    return stumbles


@pytest.mark.parametrize("at", [0, 1, 2] if WHOLE else [1])
@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"] if WHOLE else ["1.6", "2.0.1"])
@pytest.mark.parametrize("case", CASES)
def test_nothing_is_left_where_a_case_stumbles(case, ocpp, at, monkeypatch):
    before, after = [], []
    begin, stop = ReferenceStation.start, ReferenceStation.stop

    async def started(reference):
        before.append(held(reference.station))
        await begin(reference)

    async def stopped(reference):
        after.append(held(reference.station))
        await stop(reference)

    module = next(sys.modules[f.__module__] for c, f in runner.functions() if c.id == case)
    monkeypatch.setattr(ReferenceStation, "start", started)
    monkeypatch.setattr(ReferenceStation, "stop", stopped)
    monkeypatch.setattr(module, "step", stumbling(module.step, at))
    results, _, problems = runner.run(runner.config("station"), ocpp, 0, select=case)
    if not results:
        pytest.skip(f"{case} is no case of {ocpp}")
    assert Verdict.INCONCLUSIVE in {r.verdict for r in results} or at == 2
    assert not problems
    assert after[-1] == before[0] | {"registered": "Accepted"}


def test_what_no_driver_can_do_is_not_tried(monkeypatch):
    """A power failure needs somebody at the mains; the reset is tried all the same."""
    monkeypatch.setattr(Sut, "can", lambda sut, verb: verb != "power_cycle")
    results, _, _ = runner.run(runner.config("station"), "1.6", 0, select="X_RESTART_01_CS")
    assert [r.verdict for r in results] == [Verdict.PASS, Verdict.INCONCLUSIVE]
    assert "not tried: no driver can do power_cycle" in results[1].reason
