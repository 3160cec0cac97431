"""A sound station that is not like ours passes: each freedom, many at once, and defects under freedoms.

`freedom_verdicts.csv` holds what is no PASS under a freedom, with the reason: a case that cannot judge such a product,
an official demand that is stricter than the standard. `freedom_hides.csv` holds the defects that a freedom hides. A row
that is not needed any more fails the test. `make test` takes each 20th freedom with the official cases, at one
version; `make matrix` every freedom with every case of its versions, the sets and the pairs.
"""

import csv
import dataclasses
import itertools
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest
import runner
from ocpp_fixtures import csms
from ocpp_fixtures.station import DEFECTS, FREEDOMS
from ocpp_reports.model import Verdict, worst
from survey import SHORT
from test_matrix import EXPECTED

HERE = Path(__file__).parent
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
VERSIONS = ("1.6", "2.0.1", "2.1")
SOUND = (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.NONE)
PROFILES = {
    "basic-in-small-letters": 1,
    "boots-at-every-connection": 1,
    "ecdsa-suites-only": 2,
    "events-not-critical-kept": 1,
    "host-name-in-capitals": 2,
    "install-rebooting-told": 2,
    "installing-left-out": 2,
    "leaves-without-close-frame": 1,
    "longer-elliptic-key": 3,
    "rsa-key-of-its-own": 3,
    "rsa-suites-only": 2,
    "security-profile-after-a-reset": 1,
    "serial-number-of-its-own": 3,
    "signed-updates-only": 2,
    "tls-1.2-only": 2,
}
"""Freedoms of a security profile; all others are tried without security."""
SETS, OF, PAIRS = 20, 5, 50
TOGETHER = dataclasses.replace(SHORT, event=6.0, long=20.0, case=90.0)
"""Several freedoms make a station slow, each a little."""
FEW = 3
"""Cases that a freedom may leave without a verdict to be tried with others."""


def read(name):
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


EXCUSED = defaultdict(dict)
for row in read("freedom_verdicts.csv"):
    for version, case in itertools.product(row["ocpp"].split(), row["case"].split()):
        EXCUSED[row["freedom"], version][case] = row["verdict"]
HIDDEN = {(row["freedom"], row["defect"], row["case"]) for row in read("freedom_hides.csv")}


def verdicts(freedoms, ocpp, select, timing=SHORT):
    """What is not sound: the worst verdict of each case and of each rule, and what could not be taken back."""
    profile = max((PROFILES.get(name, 0) for name in freedoms), default=0)
    config = runner.config("station", freedoms=tuple(freedoms), timing=timing)
    results, rules, problems = runner.run(config, ocpp, profile, select=select)
    assert results
    found, reasons = {}, {}
    for result in results:
        if result.verdict not in SOUND:
            found[result.id] = worst(result.verdict, found.get(result.id, Verdict.NONE))
            reasons[result.key] = result.reason
    for rule in rules:
        if rule.findings:
            found[rule.id] = rule.verdict
            reasons[rule.id] = (rule.where[0], rule.findings[0])
    return {case: str(verdict) for case, verdict in found.items()}, reasons, problems


def compatible(names, ocpp):
    """The names, one after another, without those that cannot be had beside one before.

    What leaves little to judge, as no remote start at all, is tried alone.
    """
    chosen = []
    for name in names:
        if len(EXCUSED[name, ocpp]) <= FEW and not any(
            name in FREEDOMS[c].unlike or c in FREEDOMS[name].unlike for c in chosen
        ):
            chosen.append(name)
    return chosen


def each():
    for number, (name, freedom) in enumerate(sorted(FREEDOMS.items())):
        if WHOLE:
            yield from ((name, ocpp) for ocpp in freedom.versions)
        elif number % 20 == 0:
            yield name, freedom.versions[number // 20 % len(freedom.versions)]


@pytest.mark.parametrize(("freedom", "ocpp"), list(each()))
def test_no_case_fails_under_a_freedom(freedom, ocpp):
    found, reasons, problems = verdicts([freedom], ocpp, "" if WHOLE else "official")
    expected = EXCUSED[freedom, ocpp]
    if not WHOLE:
        expected = {case: verdict for case, verdict in expected.items() if not case.startswith("X_")}
    assert found == expected, reasons
    assert not problems


def sets(ocpp):
    """All that go together, and some by the seed: a run takes minutes, and is for `make matrix`."""
    if not WHOLE:
        return
    known = sorted(name for name, freedom in FREEDOMS.items() if ocpp in freedom.versions)
    yield pytest.param(compatible(known, ocpp), ocpp, id=f"all-{ocpp}")
    for seed in range(SETS):
        shuffled = random.Random(f"{ocpp} {seed}").sample(known, len(known))
        yield pytest.param(compatible(shuffled, ocpp)[:OF], ocpp, id=f"{seed}-{ocpp}")


@pytest.mark.parametrize(("freedoms", "ocpp"), list(itertools.chain.from_iterable(map(sets, VERSIONS))))
def test_no_case_fails_under_many(freedoms, ocpp):
    found, reasons, problems = verdicts(freedoms, ocpp, "official", TOGETHER)
    excused = set().union(*(EXCUSED[name, ocpp].items() for name in freedoms))
    assert not set(found.items()) - excused, (freedoms, reasons)
    assert not problems


def pairs():
    """A defect at a place where it fails a case, and a freedom of that version, by the seed."""
    chance = random.Random("defects under freedoms")
    places = [
        (defect, ocpp, profile, case)
        for (sut, defect), found in sorted(EXPECTED.items())
        if sut == "station" and defect in DEFECTS
        for (ocpp, profile), cases in sorted(found.items())
        for case in sorted(cases)
        if case.startswith("TC_")
    ]
    for defect, ocpp, profile, case in chance.sample(places, PAIRS):
        known = sorted(n for n, f in FREEDOMS.items() if ocpp in f.versions and PROFILES.get(n, 0) <= profile)
        yield pytest.param(defect, chance.choice(known), ocpp, profile, case)


@pytest.mark.parametrize(("defect", "freedom", "ocpp", "profile", "case"), list(pairs())[:: 1 if WHOLE else 10])
def test_a_defect_is_seen_under_a_freedom(defect, freedom, ocpp, profile, case):
    config = runner.config("station", defects=(defect,), freedoms=(freedom,), timing=SHORT)
    results, _, _ = runner.run(config, ocpp, profile, select=case)
    failed = any(result.verdict is Verdict.FAIL for result in results)
    assert failed != ((freedom, defect, case) in HIDDEN), [(r.key, r.reason) for r in results]


def test_readme_counts_them():
    told = (HERE.parent.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(FREEDOMS)} of stations and {len(csms.FREEDOMS)} of CSMS" in told


def test_rows_name_what_exists():
    for row in read("freedom_verdicts.csv"):
        assert set(row["ocpp"].split()) <= set(FREEDOMS[row["freedom"]].versions)
        assert row["reason"]
    for row in read("freedom_hides.csv"):
        assert row["freedom"] in FREEDOMS
        assert row["defect"] in DEFECTS
        assert row["reason"]
    for freedom in FREEDOMS.values():
        assert freedom.allowed_by
        assert set(freedom.unlike) <= set(FREEDOMS)
