"""Negative messages from the schemas: each is refused, for the reason that it names, and nothing else changes."""

import copy
import os
from collections import Counter

import pytest
from jsonschema import Draft4Validator, Draft6Validator
from ocpp_proof.ocppj import mutations as mutations_module
from ocpp_proof.ocppj import schemas
from ocpp_proof.ocppj.actions import Action, actions
from ocpp_proof.ocppj.error_codes import fitting_codes
from ocpp_proof.ocppj.formats import FORMATS
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.ocppj.mutations import mutations
from ocpp_proof.ocppj.schemas import build, schema, violations

EACH = 10  # the witness is slow
WHOLE = bool(os.environ.get("OCPP_PROOF_WHOLE_MATRIX"))
"""`make matrix` takes every action, `make test` each eighth of 2.x."""
LEAST = {"1.6": 900, "2.0.1": 3500, "2.1": 9000}


def chosen(version: str) -> list[Action]:
    """The actions whose messages are changed."""
    return list(actions(version))[:: 1 if WHOLE or version == "1.6" else 8]


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_every_mutation_is_refused_for_its_reason(version: str) -> None:
    """Stock jsonschema on the file itself is the independent witness (where it is right: not for multiples of 0.1)."""
    counted: Counter[str] = Counter()
    for action in chosen(version):
        for kind in ("request",) if action.kind == "send" else ("request", "response"):
            payload = build(version, action.name, kind, full=True)
            before = copy.deepcopy(payload)
            stock = Draft4Validator if "draft-04" in schema(version, action.name, kind)["$schema"] else Draft6Validator
            witness = stock(schema(version, action.name, kind), format_checker=FORMATS)
            for mutation in mutations(version, action.name, kind, payload):
                counted[mutation.keyword] += 1
                broken = violations(version, action.name, kind, mutation.payload)
                assert (mutation.path, mutation.keyword) in [(v.path, v.keyword) for v in broken], mutation
                if counted.total() % EACH == 0:
                    assert not witness.is_valid(mutation.payload)
                assert fitting_codes(version, mutation.keyword)
            assert payload == before
    assert not WHOLE or sum(counted.values()) >= LEAST[version]
    everywhere = {"required", "additionalProperties", "type", "enum", "maxLength", "format"}
    assert everywhere <= set(counted)
    assert ("multipleOf" in counted) == (version == "1.6")


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_the_fast_check_says_what_jsonschema_says(version: str) -> None:
    """Every change that could be a fault, whatever it turned out to be; every schema has a fast check.

    What jsonschema finds where it only looks into what the fast check refuses is all that it finds.
    """
    tried = 0
    for action in chosen(version):
        for kind in ("request",) if action.kind == "send" else ("request", "response"):
            root = schema(version, action.name, kind)
            judges = schemas._judges(version, action.name, kind)
            check, validator = judges.check, judges.validator
            assert check is not None
            for full in (False, True):
                payload = build(version, action.name, kind, full=full)
                assert check(payload), payload
                for path, _, value in mutations_module._faults(root, (), payload, root):
                    changed = mutations_module._with(payload, path, value)
                    assert check(changed) == validator.is_valid(changed), (action.name, path, value)
                    tried += 1
                    if tried % EACH == 0:
                        everything = [schemas._violation(error).text() for error in validator.iter_errors(changed)]
                        assert [v.text() for v in violations(version, action.name, kind, changed)] == everything


def test_what_the_schema_allows_is_no_mutation() -> None:
    payload = build("2.0.1", "DataTransfer", "request", full=True)
    assert not [m for m in mutations("2.0.1", "DataTransfer", "request", payload) if m.path == "$.data"]
