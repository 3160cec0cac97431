"""Every message at an edge is valid, every wrong one is wrong in one place, and each has a name of its own."""

import pytest
from ocpp_proof.ocppj.actions import actions
from ocpp_proof.ocppj.boundaries import boundaries
from ocpp_proof.ocppj.mutations import faults
from ocpp_proof.ocppj.samples import build
from ocpp_proof.ocppj.schemas import violations

VERSIONS = ["1.6", "2.0.1", "2.1"]


def calls(ocpp):
    return [a.name for a in actions(ocpp) if a.kind == "call"]


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_edges_are_valid_and_named(ocpp):
    found = [edge for action in calls(ocpp) for edge in boundaries(ocpp, action)]
    assert len({edge.name for edge in found}) == len(found)
    assert not [e.name for e in found[::7] if violations(ocpp, e.action, "request", e.payload)]
    kinds = {edge.keyword for edge in found}
    assert {"maxLength", "enum", "format"} <= kinds


@pytest.mark.parametrize("ocpp", VERSIONS)
def test_faults_are_named_and_their_smallest_message_is_wrong_there(ocpp):
    found = [
        fault
        for action in calls(ocpp)
        for fault in faults(ocpp, action, "request", build(ocpp, action, "request", full=True))
    ]
    assert len({fault.name for fault in found}) == len(found)
    for fault in found[::29]:
        least = fault.least()
        if least is not None:
            assert violations(ocpp, fault.action, "request", least)


def test_a_longest_text_is_as_long_as_allowed():
    (edge,) = [e for e in boundaries("1.6", "Authorize") if e.keyword == "maxLength"]
    assert edge.payload == {"idTag": "x" * 20}
