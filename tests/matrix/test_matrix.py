"""Every case is killed by a defect, and no defect fails a case that it has nothing to do with.

The csv files hold what was seen and looked at: a line for each case that fails under a defect, at one version and
security profile. `make test` runs each thirtieth defect at one of its places, with the cases that it fails and some
that it must not fail; `make matrix` runs every defect with every case at every place.
"""

import csv
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest
import runner
from ocpp_proof.cases.declaration import catalog
from ocpp_reports.model import Verdict
from slow_cases import SLOW
from survey import SHORT

HERE = Path(__file__).parent
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
NET = {f"X_NET_{number:02}_CS" for number in range(1, 16)}
TRIPS = {defect: {"TC_080_CS", "TC_081_CS"} for defect in ("root-not-deleted", "root-not-deletable")} | {
    "authorization-lost-at-plug-in": NET,
    "calls-cross": NET,
    "empty-list-hangs-up": {"TC_043_5_CSMS"},
    "message-id-repeated": {"X_NET_06_CS", "X_NET_03_CSMS"},
    # it gives up where the link is down for as many attempts as it makes
    "gives-up-reconnecting": {f"TC_{name}_CS" for name in ("037_1", "037_2", "037_3", "038", "039")},
}
"""Cases that trip over what these defects leave behind, if others ran before, or not: left out under them."""
TRIPS["never-reconnects"] = {f"X_FRAME_{number}_CS" for number in ("06", "11", "14", "15", "16", "17", "18")} | {
    *(f"X_NET_{number:02}_CS" for number in range(1, 16)),
    *(f"TC_C_{number}_CS" for number in (15, 16, 17, 18, 32)),
    *(f"TC_E_{number}_CS" for number in (16, 44, 112, 113, 115, 116)),
    *(f"TC_L_{number}_CS" for number in ("01", "02", "03", "10", "14", "15")),
    *(f"TC_G_{number}_CS" for number in (18, 19, 21)),
    *(f"TC_B_{number}_CS" for number in ("01", "03", "30", "51", "52", "57")),
    *(f"TC_C_{number}_CS" for number in range(21, 27)),
}
"""Whichever of these runs first loses the connection, and no other case can be judged after it."""
TRIPS["refused-token-charges-later"] = {"TC_C_46_CS"}
"""It begins in the second after TC_C_36_CS has refused a token."""
TRIPS["stays-inoperative"] = {"TC_H_01_CS", "TC_J_07_CS", "TC_L_01_CS"}
"""What the cases of block G could not put back into service serves nobody after them."""
TRIPS["profile-without-modem-unknown"] = {f"TC_B_{number}_CS" for number in (105, 107, 108, 111, 113)}
"""Whichever of these runs first leaves a profile in the spare slot, and one that has a VPN is left alone after it."""
LONG = {"transaction-end-lost"}
"""Defects under which the cases wait for minutes: in `make matrix` only."""
ONE_IN = 30
ONE_CASE = "locking"
"""Is there for one case: others have a driver plug in first, which a lock does not let happen."""
BESIDE = 8
"""How many cases that a defect must not fail run beside those that it fails in `make test`."""


RESERVATIONS = "046_1", "046_2", "047", "049", "052", "053_1", "053_2"
OCCUPIED = *(f"048_{n}" for n in range(1, 5)), *(f"050_{n}" for n in range(1, 5))
TRIPS["cancellation-ends-the-program"] = {f"TC_{name}_CS" for name in (*RESERVATIONS, *OCCUPIED)}
"""Whichever of these runs first leaves a reservation, and the next one finds the charge point not idle."""
TRIPS["close-not-answered"] = {"TC_036_CS"}
"""Fails or not by the moment at which a connection that is not closed gives way."""
BROKEN_BY_LOSSES = ("offline-events-lost", "seq-no-gap-after-reconnect", "seq-no-reused-after-reconnect")
TRIPS |= {defect: {"X_NET_04_CS"} for defect in BROKEN_BY_LOSSES}
"""Fails or not by whether something happens while the connection is lost, ten times for a moment."""


def rows():
    for file in sorted(
        set(HERE.glob("*.csv"))
        - {HERE / f"{name}.csv" for name in ("null_reasons", "freedom_verdicts", "freedom_hides", "field_faults")}
    ):
        with file.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                place = row["ocpp"], int(row["security_profile"])
                yield (row["sut"], row["defect"]), place, row["case"], file.stem.removeprefix("edge-")


EXPECTED = defaultdict(lambda: defaultdict(set))
OFFICIAL = {"csms-16", "csms-2x", "station-16", "station-2x"}
"""The tables of the official cases."""
SURVEYED = defaultdict(set)
"""The edge families that were run as a whole under a defect at a place: those whose table has it."""
for defect, place, case, table in rows():
    EXPECTED[defect][place].add(case)
    SURVEYED[defect, place].add(table)


def places():
    for number, ((sut, defect), found) in enumerate(sorted(EXPECTED.items())):
        if (number % ONE_IN or defect in LONG) and not WHOLE:
            continue
        wanted = sorted(found) if WHOLE else [sorted(found)[number % len(found)]]
        for ocpp, security_profile in wanted:
            yield pytest.param(sut, defect, ocpp, security_profile, id=f"{sut}-{defect}-{ocpp}-sp{security_profile}")


def selection(sut, ocpp, security_profile, expected, defect):
    """What runs: the cases that must fail, and others of the same role: all that are quick, or some of them.

    Others are official cases, and those of the edge families that were surveyed under the defect; at a place where only
    edge families were surveyed, and official cases elsewhere, nobody has looked at what the official ones do.
    """
    if sut == ONE_CASE:
        return " or ".join(sorted(expected))
    role = runner.config(sut).role
    known = set(SURVEYED[(sut, defect), (ocpp, security_profile)])
    if known & OFFICIAL or not any(OFFICIAL & tables for (d, _), tables in SURVEYED.items() if d == (sut, defect)):
        known.add("official")
    cases = [c for c, _ in runner.functions() if c.sut == role and ocpp in c.versions and c.family in known]
    others = sorted({c.id for c in cases})
    others = [id for id in others if id not in SLOW | expected | TRIPS.get(defect, set())]
    if not WHOLE:
        others = random.Random(defect).sample(others, min(BESIDE, len(others)))
    return " or ".join([*sorted(expected), *others])


@pytest.mark.parametrize(("sut", "defect", "ocpp", "security_profile"), list(places()))
def test_a_defect_fails_exactly_its_cases(sut, defect, ocpp, security_profile):
    expected = EXPECTED[sut, defect][ocpp, security_profile]
    config = runner.config(sut, defects=(defect,), timing=SHORT)
    results, _, _ = runner.run(
        config, ocpp, security_profile, select=selection(sut, ocpp, security_profile, expected, defect)
    )
    failed = {r.id for r in results if r.verdict is Verdict.FAIL}
    assert failed == expected


@pytest.mark.parametrize("ocpp", ["1.6", "2.0.1", "2.1"])
def test_every_case_is_killed(ocpp):
    killed = {
        case for found in EXPECTED.values() for place, cases in found.items() if place[0] == ocpp for case in cases
    }
    alive = {case.id for case, _ in runner.functions() if ocpp in case.versions} - killed
    assert not alive


def test_every_row_names_a_case_that_exists():
    ids = {case.id for case, _ in runner.functions()} | {id for id, _ in catalog()}
    assert not {c for found in EXPECTED.values() for cases in found.values() for c in cases} - ids
