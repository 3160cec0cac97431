"""What a case says of a token that a CSMS does not know: the remedies that there are, and no others."""

import random
from types import SimpleNamespace

import pytest
from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.sut.field_values import FieldValues
from ocpp_proof.sut.tokens import Tokens
from ocpp_testcases.common.tokens import has_to_be_known


@pytest.mark.parametrize(("name", "can_be_added"), [("valid", True), ("second", True), ("member", False)])
def test_a_driver_is_a_remedy_for_the_tokens_that_it_is_asked_to_add(name, can_be_added):
    values = FieldValues.of(random.Random(1))
    tokens = Tokens({}, values, ocpp="2.0.1", reader=False, shared=frozenset(), certain=frozenset())
    answer = SimpleNamespace(at=lambda path: "Unknown" if path == "idTokenInfo.status" else None)
    with pytest.raises(Inconclusive) as refused:
        has_to_be_known(SimpleNamespace(tokens=tokens), tokens.get(name), answer)
    assert f"needs values.tokens.{name} in sut.toml" in str(refused.value)
    assert ("a driver that can add_token" in str(refused.value)) is can_be_added
