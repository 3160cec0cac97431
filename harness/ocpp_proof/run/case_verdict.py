"""What becomes of a case in the end: from its checks, what ended it, and in which state the SUT was when it began."""

from __future__ import annotations

import time

from ocpp_reports.model import CaseResult, CheckRecord, Verdict

from ..cases.errors import CannotTell, DriverError, NotApplicable, NotRun
from ..cases.evidence import CaseRun

__all__ = ["settle_case"]


def settle_case(
    run: CaseRun, error: BaseException | None, *, only_automatic: bool, not_idle: str, driver_failed: str = ""
) -> CaseResult:
    """Set verdict and reason. `error` ended the case (None: it ran to its end); `not_idle`: why a station was not idle;
    `driver_failed`: which verb was not done although the case went on.

    What a case has judged as broken stays, also where it learns afterwards that the rest is not for this product.
    A station that is not idle may rightly refuse what a case asks, and one that waited long for a person may rightly
    have given up; a message that breaks a rule does so all the same.
    """
    result = run.result
    failed = any(check.verdict is Verdict.FAIL for check in result.checks())
    if isinstance(error, NotApplicable | NotRun) and not failed:
        result.verdict = Verdict.NOT_RUN if isinstance(error, NotRun) else Verdict.NOT_APPLICABLE
        result.reason = str(error)
        result.duration = time.time() - result.started
        return result
    run.settle(error)
    if result.verdict is Verdict.INCONCLUSIVE and only_automatic and _needs_a_person(error):
        result.verdict = Verdict.NOT_RUN
    slow = [one for one in (run.slow_person, run.kept_waiting.too_long()) if one is not None]
    if result.verdict is Verdict.FAIL and slow:
        since, what = min(slow)
        if all(
            check.time >= since and not _of_a_rule(check) for check in result.checks() if check.verdict is Verdict.FAIL
        ):
            result.verdict = Verdict.INCONCLUSIVE
            result.reason = f"{what}\n\n{result.reason}"
    if result.verdict is Verdict.FAIL and run.said_done:
        result.reason += f"\n\nthe operator said that these were done: {', '.join(run.said_done)}"
    why = f"the station was not idle when the case began: {not_idle}" if not_idle else driver_failed
    if why and result.verdict is Verdict.FAIL:
        if not any(check.verdict is Verdict.FAIL and _of_a_rule(check) for check in result.checks()):
            result.verdict = Verdict.INCONCLUSIVE
        result.reason = f"{why}\n\n{result.reason}"
    return result


def _of_a_rule(check: CheckRecord) -> bool:
    return check.note.startswith("rule ")


def _needs_a_person(error: BaseException | None) -> bool:
    """Whether the case ended because no driver could operate the SUT (and people were left out)."""
    while error is not None:
        if isinstance(error, DriverError | CannotTell) and "no driver" in str(error):
            return True
        error = error.__cause__
    return False
