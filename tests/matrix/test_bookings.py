"""A CSMS that writes transactions down in another way than the reference."""

import runner
from ocpp_fixtures.csms import api
from ocpp_reports.model import Verdict
from survey import SHORT


def test_a_csms_may_book_a_transaction_from_its_first_token_on(monkeypatch):
    show = api._show

    def shown(station, rest):
        status, found = show(station, rest)
        booked = rest[:1] != ["transactions"] or not isinstance(found, dict) or found["idToken"]
        return (status, found) if booked else (404, {"error": "nobody to charge"})

    monkeypatch.setattr(api, "_show", shown)
    ((result,), _, _) = runner.run(runner.config("csms", timing=SHORT), "2.1", 0, select="TC_P_03_CSMS")
    assert result.verdict is Verdict.PASS
