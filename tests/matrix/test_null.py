"""No null SUT passes a case without a written reason, and none is ever ready for a certification profile."""

import os

import null_score
import pytest
import runner
from ocpp_reports.model import Verdict

WHOLE = [(v, null) for v in ("1.6", "2.0.1", "2.1") for null in (True, null_score.AT_ITS_BEST)]
SOME = [("1.6", null_score.AT_ITS_BEST), ("2.1", True)]
"""2.0.1 shares every line of the null systems with 2.1."""


@pytest.mark.parametrize(("ocpp", "null"), WHOLE if os.environ.get("OCPP_PROOF_WHOLE_MATRIX") else SOME)
def test_a_null_csms_passes_only_where_the_wire_cannot_tell(ocpp, null):
    seen, run = null_score.once(("csms", null, ocpp, 0))
    failed = {id for id, verdict, undone in seen if verdict not in (Verdict.PASS, Verdict.WARN) and not undone}
    passed = {id for id, _, _ in seen} - failed
    # TLS and Basic cases of the list do not apply at profile 0; `make null-score` looks at every profile
    assert passed - null_score.reasons().keys() == set()
    assert failed
    assert not null_score.ready_for(run)
    assert not [id for id, verdict, _ in seen if id.startswith("TC_") and verdict is Verdict.PASS]


YES = ("unknown-token-accepted", "data-transfer-accepted", "transaction-id-repeated")


@pytest.mark.parametrize("left_out", [*YES, None])
def test_only_who_never_says_no_is_taken_for_a_null_csms(left_out):
    defects = tuple(d for d in YES if d != left_out)
    results, _, problems = runner.run(runner.config("csms", defects=defects), "1.6", 0, select="TC_013_CSMS")
    agreeing = left_out is None
    assert [r.verdict for r in results] == [Verdict.INCONCLUSIVE if agreeing else Verdict.PASS]
    assert [p for p in problems if p.startswith(null_score.YES)] == problems
    assert bool(problems) == agreeing


@pytest.mark.parametrize("ocpp", ["2.0.1", "2.1"])
def test_a_csms_that_charges_everybody_is_not_taken_for_a_null_csms(ocpp):
    config = runner.config("csms", defects=("unknown-token-accepted",))
    results, _, problems = runner.run(config, ocpp, 0, select="TC_B_01_CSMS")
    assert [r.verdict for r in results] == [Verdict.PASS]
    assert not problems
