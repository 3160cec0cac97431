"""What the rules found on the wire: kept with the case in which it was seen, and as the result of each rule."""

from __future__ import annotations

import time

from ocpp_reports.model import CaseResult, CheckRecord, RuleResult, Verdict

from ..cases.requirements import UnknownRequirement, level_of
from ..rules.protocol import Finding
from ..rules.register import rules_for
from ..rules.rule import Side

__all__ = ["Findings"]

RULES = {
    "FRAME": "Every frame is a well-formed OCPP-J message",
    "SCHEMA": "Every payload satisfies its JSON schema",
    "MESSAGE_ID": "Every message id is unique and at most 36 characters long",
    "ANSWERED_ONCE": "Every CALL is answered exactly once",
    "ONE_OUTSTANDING": "At most one CALL is outstanding per sender",
    "ANSWER_TIME": "Every CALL is answered in time",
}
_OF_STATIONS = {"HANDSHAKE": "A station names the OCPP versions that it speaks when it connects"}
_OVER_TLS = {"TLS_OFFER": "A station offers TLS 1.2 or newer, and no compression, whenever it connects"}
_EXAMPLES = 50
"""Findings of a rule that are kept with it; all are counted, and stand with their cases."""


class Findings:
    """What was found in one run of one version, with one side under test.

    `found`: the case's key with what a rule found."""

    def __init__(self, ocpp: str, sut: Side, *, tls: bool = False) -> None:
        """`tls`: whether the side under test connects with TLS."""
        self.ocpp = ocpp
        of_stations = _OF_STATIONS | (_OVER_TLS if tls else {})
        self._of_form = RULES | (of_stations if sut == "station" else {})
        self.meanings = {rule.id: rule.sentence for rule in rules_for(ocpp, sut)}
        """The rules about what messages mean, with their sentences."""
        self.found: list[tuple[str, Finding]] = []

    def add(self, result: CaseResult, finding: Finding) -> None:
        """Keep what a rule found while a case ran; a case that is about it has judged it so."""
        record = _record(finding, self.ocpp)
        if finding.rule in self.meanings and finding.requirement in result.requirements:
            assert result.scenario is not None
            result.scenario.checks.append(record)
            return
        result.findings.append(record)
        self.found.append((result.key, finding))

    def results(self) -> list[RuleResult]:
        """What the rules found outside what the cases judged."""
        results = []
        every = RULES | _OF_STATIONS | _OVER_TLS
        broken = {finding.rule: every[finding.rule] for _, finding in self.found if finding.rule in every}
        for rule, title in (self._of_form | broken | self.meanings).items():
            found = [(key, f) for key, f in self.found if f.rule == rule]
            records = [_record(f, self.ocpp) for _, f in found]
            failed = any(r.verdict is Verdict.FAIL for r in records)
            verdict = Verdict.FAIL if failed else Verdict.WARN if records else Verdict.PASS
            shown, where = records[:_EXAMPLES], [key for key, _ in found][:_EXAMPLES]
            results.append(RuleResult(f"RULE_{rule}", title, verdict, shown, where, len(records)))
        return results


def _record(finding: Finding, ocpp: str) -> CheckRecord:
    try:
        level = "SHOULD" if finding.should else level_of(finding.requirement, ocpp)
    except UnknownRequirement:
        level = "MUST"
    verdict = Verdict.FAIL if level == "MUST" else Verdict.WARN
    return CheckRecord(
        finding.requirement, level, verdict, finding.expected, finding.received, f"rule {finding.rule}", time.time()
    )
