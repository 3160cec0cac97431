"""Every rule is one of the standard's, said once."""

import pytest
from ocpp_proof.cases.requirements import level_of
from ocpp_proof.ocppj.frames import VERSIONS
from ocpp_proof.rules.register import SUBJECTS

RULES = [rule for subject in SUBJECTS for rule in subject.rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_cites_requirements_of_its_versions(rule):
    assert rule.requirements
    for version, requirement in rule.requirements.items():
        assert version in VERSIONS
        assert level_of(requirement, version) in ("MUST", "SHOULD")


def test_no_two_rules_have_one_id_or_sentence():
    assert len({rule.id for rule in RULES}) == len({rule.sentence for rule in RULES}) == len(RULES)
