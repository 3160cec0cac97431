"""The ids of the edge cases are locked: what was published keeps its id, its versions and its title."""

import csv
import importlib.resources
import re

from ocpp_proof.cases.declaration import catalog
from ocpp_proof.source.cases import find_cases

FAMILIES = ("FRAME", "LIMIT", "NET", "RESTART", "SCHEMA", "SIM", "TLS")


def published():
    folder = importlib.resources.files("ocpp_testcases.catalog")
    for family in FAMILIES:
        with (folder / f"edge-{family.lower()}.csv").open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                yield row["id"], (tuple(row["ocpp"].split()), row["title"])


def test_the_edge_cases_are_those_that_were_published():
    official = {id for id, _ in catalog()}
    here = {s.id: (s.ocpp, s.options["title"]) for s in find_cases() if s.id not in official}
    assert here == dict(published())


def test_an_id_names_its_family_and_its_role():
    form = re.compile(rf"X_({'|'.join(FAMILIES)})_\d\d_(CS|CSMS)")
    wrong = [id for id, _ in published() if not form.fullmatch(id)]
    assert not wrong
    roles = {"CS": "station", "CSMS": "csms"}
    for source in find_cases():
        if source.id.startswith("X_"):
            assert source.options["sut"] == roles[source.id.rpartition("_")[2]]


def test_a_requirement_has_one_line_in_a_version():
    folder = importlib.resources.files("ocpp_testcases.catalog")
    seen, twice = set(), []
    for file in sorted(f.name for f in folder.iterdir() if f.name.startswith("requirements-all")):
        with (folder / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                for ocpp in (row.get("ocpp") or "1.6 2.0.1 2.1").split():
                    twice += [(row["id"], ocpp)] if (row["id"], ocpp) in seen else []
                    seen.add((row["id"], ocpp))
    assert not twice
