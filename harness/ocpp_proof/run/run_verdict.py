"""The verdict of a whole run, which its exit code and its words both follow, and what it says of [[known]] failures."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from ocpp_reports.model import CaseResult, KnownFailure, RunResult, Verdict, worst

from ..sut.known import Known

__all__ = ["apply_known", "judge_known", "judge_run"]

_JUDGED = (Verdict.PASS, Verdict.WARN, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.KNOWN, Verdict.NONE)


def apply_known(result: CaseResult, known: Iterable[Known]) -> None:
    """Turn a failure that is known, and whose day has not passed, into KNOWN."""
    for entry in known:
        if result.verdict is not Verdict.FAIL or not entry.is_for(result.id, result.ocpp):
            continue
        if entry.has_expired(datetime.date.today()):
            result.reason += f"\n\nknown, but the entry expired on {entry.expires}: {entry.reason}"
        else:
            result.verdict = Verdict.KNOWN
            result.reason = f"known until {entry.expires}: {entry.reason}\n\n{result.reason}"


def judge_known(known: Iterable[Known], run: RunResult) -> list[KnownFailure]:
    """What the run says of each entry of its version: needed, or not any more where what it names passed."""
    return [_judged(entry, run) for entry in known if entry.ocpp in ("", run.ocpp)]


def _judged(entry: Known, run: RunResult) -> KnownFailure:
    seen = {case.verdict for case in run.cases if entry.is_for(case.id, run.ocpp)}
    made = KnownFailure(entry.case, entry.reason, entry.expires.isoformat())
    if seen & {Verdict.FAIL, Verdict.KNOWN}:
        return made
    if seen & {Verdict.PASS, Verdict.WARN}:
        named = (
            f"the case is {worst(*seen)}" if seen <= {Verdict.PASS, Verdict.WARN} else "nothing that it names failed"
        )
        made.verdict = Verdict.FAIL
        made.note = f"[[known]] {entry.case} in sut.toml is not needed any more: {named}; take it out"
    else:
        made.verdict = Verdict.NOT_RUN
        made.note = "no case that it names was judged in this run"
    return made


def judge_run(run: RunResult) -> Verdict:
    """The verdict of a run whose cases have all ended.

    A run in which nothing was judged is no PASS: INCONCLUSIVE, and `run.problems` says so. Neither is one with a
    problem, such as what could not be taken back.
    """
    judged = [case for case in run.cases if case.verdict in _JUDGED]
    if not judged:
        counts = (
            f"{sum(1 for c in run.cases if c.verdict is verdict)} {word}"
            for verdict, word in ((Verdict.NOT_APPLICABLE, "not applicable"), (Verdict.NOT_RUN, "not run"))
        )
        run.problems.append(f"nothing was judged: of {len(run.cases)} cases {', '.join(counts)}")
    ended = (Verdict.INCONCLUSIVE if case.verdict is Verdict.NONE else case.verdict for case in judged)
    verdict = worst(*ended, *(rule.verdict for rule in run.rules), *(entry.verdict for entry in run.known))
    if run.problems:
        verdict = worst(verdict, Verdict.INCONCLUSIVE)
    return Verdict.PASS if verdict is Verdict.NONE else verdict
