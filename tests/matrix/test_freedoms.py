"""A sound system that is not like ours passes: each freedom, many at once, and defects under freedoms.

`freedom_verdicts.csv` holds what is no PASS under a freedom, with the reason: a case that cannot judge such a product,
an official demand that is stricter than the standard. `freedom_hides.csv` holds the defects that a freedom hides. A row
that is not needed any more fails the test. `make test` takes some of them with some official cases, at one
version, and a CSMS with a few of its freedoms at once in each version; `make matrix` every freedom with
every case of its versions, all that go together, the sets and the pairs.
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
from ocpp_fixtures import csms, station
from ocpp_reports.model import Verdict, worst
from slow_cases import SLOW
from survey import SHORT
from test_matrix import EXPECTED

HERE = Path(__file__).parent
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
VERSIONS = ("1.6", "2.0.1", "2.1")
FREEDOMS = {"station": station.FREEDOMS, "csms": csms.FREEDOMS}
DEFECTS = {"station": station.DEFECTS, "csms": csms.DEFECTS}
SOUND = (Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.NONE)
PROFILES = {
    "basic-in-small-letters": 1,
    "boots-at-every-connection": 1,
    "downgrade-always-allowed": 3,
    "ecdsa-suites-only": 2,
    "events-not-critical-kept": 1,
    "host-name-in-capitals": 2,
    "install-rebooting-told": 2,
    "installing-left-out": 2,
    "leaves-without-close-frame": 1,
    "left-out-of-a-profile-kept": 1,
    "longer-elliptic-key": 3,
    "password-in-its-slot-only": 1,
    "rsa-certificates-only": 2,
    "rsa-key-of-its-own": 3,
    "rsa-suites-only": 2,
    "security-profile-after-a-reset": 1,
    "serial-number-required": 3,
    "serial-number-of-its-own": 3,
    "signed-updates-only": 2,
    "tls-1.2-only": 2,
    "wrong-credentials-forbidden": 1,
}
"""Freedoms of a security profile; all others are tried without security."""
SETS, OF, PAIRS = 20, 5, 50
EACH = {"station": 100, "csms": 40}
"""One in so many freedoms is tried alone in `make test`."""
SHARE = {"station": 3, "csms": 1}
"""With one in so many official cases: all of a station's take two minutes."""
TOGETHER = dataclasses.replace(SHORT, message=10.0, event=6.0, long=20.0, case=90.0)
"""Several freedoms make a system slow, each a little."""
PATIENT = {
    sut: dataclasses.replace(TOGETHER, message=15.0, long=12.0, quiet=quiet)
    for sut, quiet in (("station", 0.2), ("csms", 1.0))
}
"""Edge cases send byte by byte, and their runs beside each other keep the machine busy."""
LONG_ENOUGH = 15
"""Seconds that a reservation lasts at a slow CSMS."""
FEW = 3
"""Official cases that a freedom may leave without a verdict to be tried with others."""


def read(name):
    with (HERE / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


EXCUSED = defaultdict(dict)
for row in read("freedom_verdicts.csv"):
    for version, case in itertools.product(row["ocpp"].split(), row["case"].split()):
        EXCUSED[row["sut"], row["freedom"], version][case] = row["verdict"]
HIDDEN = {(row["sut"], row["freedom"], row["defect"], row["case"]) for row in read("freedom_hides.csv")}


def verdicts(sut, freedoms, ocpp, select, timing=SHORT, profile=None):
    """What is not sound: the worst verdict of each case and of each rule, and what could not be taken back."""
    if profile is None:
        profile = max((PROFILES.get(name, 0) for name in freedoms), default=0)
    config = runner.config(sut, freedoms=tuple(freedoms), timing=timing)
    if sut == "csms" and timing is TOGETHER:  # a reservation ends while a slow CSMS is still asked for it
        config = dataclasses.replace(config, values=config.values | {"short_interval": LONG_ENOUGH})
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


def known(sut, ocpp, profile=3):
    """The freedoms of a version that show at a security profile, or at one below it."""
    rows = FREEDOMS[sut].items()
    return sorted(name for name, row in rows if ocpp in row.versions and PROFILES.get(name, 0) <= profile)


def compatible(sut, names, ocpp):
    """The names, one after another, without those that cannot be had beside one before.

    What leaves little to judge, as no remote start at all, is tried alone.
    """
    chosen, rows = [], FREEDOMS[sut]
    for name in names:
        official = [case for case in EXCUSED[sut, name, ocpp] if case.startswith("TC_")]
        if len(official) <= FEW and not any(name in rows[c].unlike or c in rows[name].unlike for c in chosen):
            chosen.append(name)
    return chosen


def each():
    for sut, rows in FREEDOMS.items():
        for number, (name, freedom) in enumerate(sorted(rows.items())):
            if WHOLE:
                yield from ((sut, name, ocpp) for ocpp in freedom.versions)
            elif number % EACH[sut] == 0:
                yield sut, name, freedom.versions[number // EACH[sut] % len(freedom.versions)]


def some_official(sut, freedom, ocpp):
    """Official cases by the seed, and those that no PASS is expected of."""
    cases = sorted(runner.official(sut, ocpp) - SLOW)
    chosen = random.Random(freedom).sample(cases, len(cases) // SHARE[sut])
    return {*chosen, *(case for case in EXCUSED[sut, freedom, ocpp] if case.startswith("TC_"))}


@pytest.mark.parametrize(("sut", "freedom", "ocpp"), list(each()))
def test_no_case_fails_under_a_freedom(sut, freedom, ocpp):
    select, timing = ("", PATIENT[sut]) if WHOLE else (" or ".join(sorted(some_official(sut, freedom, ocpp))), SHORT)
    found, reasons, problems = verdicts(sut, [freedom], ocpp, select, timing)
    expected = EXCUSED[sut, freedom, ocpp]
    if not WHOLE:
        expected = {case: verdict for case, verdict in expected.items() if not case.startswith("X_")}
    assert found == expected, reasons
    assert not problems


def at_once():
    """All that go together: of a CSMS at each security profile. It takes minutes: `make matrix`."""
    for ocpp in VERSIONS if WHOLE else ():
        for profile in range(4):
            yield "csms", compatible("csms", known("csms", ocpp, profile), ocpp), ocpp, profile
        yield "station", compatible("station", known("station", ocpp), ocpp), ocpp, None


def sets():
    """Some by the seed; in `make test` one of a CSMS of each version."""
    for sut, ocpp, seed in itertools.product(FREEDOMS if WHOLE else ["csms"], VERSIONS, range(SETS if WHOLE else 1)):
        names = known(sut, ocpp)
        shuffled = random.Random(f"{ocpp} {seed}").sample(names, len(names))
        yield sut, compatible(sut, shuffled, ocpp)[:OF], ocpp, None


@pytest.mark.parametrize(("sut", "freedoms", "ocpp", "profile"), [*at_once(), *sets()])
def test_no_case_fails_under_many(sut, freedoms, ocpp, profile):
    found, reasons, problems = verdicts(sut, freedoms, ocpp, "official", TOGETHER, profile)
    excused = set().union(*(EXCUSED[sut, name, ocpp].items() for name in freedoms))
    assert not set(found.items()) - excused, (freedoms, reasons)
    assert not problems


def pairs(sut):
    """A defect at a place where it fails a case, and a freedom of that version, by the seed."""
    chance = random.Random("defects under freedoms")
    places = [
        (defect, ocpp, profile, case)
        for (kind, defect), found in sorted(EXPECTED.items())
        if kind == sut and defect in DEFECTS[sut]
        for (ocpp, profile), cases in sorted(found.items())
        for case in sorted(cases)
        if case.startswith("TC_")
    ]
    for defect, ocpp, profile, case in chance.sample(places, PAIRS):
        yield sut, defect, chance.choice(known(sut, ocpp, profile)), ocpp, profile, case


@pytest.mark.parametrize(
    ("sut", "defect", "freedom", "ocpp", "profile", "case"),
    [pair for sut in FREEDOMS for pair in list(pairs(sut))[:: 1 if WHOLE else 10]],
)
def test_a_defect_is_seen_under_a_freedom(sut, defect, freedom, ocpp, profile, case):
    config = runner.config(sut, defects=(defect,), freedoms=(freedom,), timing=SHORT)
    results, _, _ = runner.run(config, ocpp, profile, select=case)
    failed = any(result.verdict is Verdict.FAIL for result in results)
    assert failed != ((sut, freedom, defect, case) in HIDDEN), [(r.key, r.reason) for r in results]


def test_readme_counts_them():
    told = (HERE.parent.parent / "README.md").read_text(encoding="utf-8")
    assert f"{len(station.FREEDOMS)} of stations and {len(csms.FREEDOMS)} of CSMS" in told


def test_rows_name_what_exists():
    for row in read("freedom_verdicts.csv"):
        assert set(row["ocpp"].split()) <= set(FREEDOMS[row["sut"]][row["freedom"]].versions)
        assert row["reason"]
    for row in read("freedom_hides.csv"):
        assert row["freedom"] in FREEDOMS[row["sut"]]
        assert row["defect"] in DEFECTS[row["sut"]]
        assert row["reason"]
    for rows in FREEDOMS.values():
        for freedom in rows.values():
            assert freedom.allowed_by
            assert set(freedom.unlike) <= set(rows)
