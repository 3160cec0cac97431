"""Changes single fields of what a system under test says, and tells which changes no case and no rule notices.

`make mutants [CASE="TC_B*"] [BLOCK=B] [ROLE=csms] [OCPP=1.6] [SAMPLE=200]`: each case of a healthy reference system is
run once, what came is noted, and it is run again for every change of it (proof.md, wire mutants). A survivor that no
row of *.csv gives a reason for makes it fail.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))

import runner
from changed_wire import Function, Tap, installed, tapped
from changes import Change, changes, is_required
from ocpp_proof.cases.declaration import Case
from ocpp_proof.cases.timing import Timing
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.generation import Generation
from ocpp_proof.run.selection import Selection, applicability
from ocpp_proof.sut.config import SutConfig
from ocpp_reports.model import CaseResult, Verdict
from survivors import Reason, reason_for, reasons

TIMING = Timing(message=2.0, event=1.5, long=3.0, quiet=0.15, transaction=0.5, case=25.0)
AT_ONCE = 24
"""Runs of cases at the same time in front of one CSMS."""
TOGETHER = 8
"""Cases that one process tries at the same time."""
PROFILES = {"1.6": 0, "2.0.1": 1, "2.1": 1}
SOUND = (Verdict.PASS, Verdict.NOT_APPLICABLE)


@dataclass
class Outcome:
    """What became of the changes of one case. `unmade`: the message or field did not come the second time."""

    case: str
    parameters: str = ""
    messages: int = 0
    noticed: list[Change] = field(default_factory=list)
    survived: list[Change] = field(default_factory=list)
    unmade: list[Change] = field(default_factory=list)
    seconds: float = 0.0
    unhealthy: str = ""


@dataclass(frozen=True)
class Job:
    """One case of one version, with a share of its changes (`sample`: so many of them by the seed, all where None)."""

    role: str
    ocpp: str
    case: str
    number: int
    sample: int | None = None
    seed: int = 1


def jobs(role: str, ocpp: str, select: str, *, sample: int | None = None, seed: int = 1) -> list[Job]:
    """Every case of a role and version that applies to the healthy system and is selected."""
    config = runner.config(role)
    found = []
    for case, function in runner.functions():
        if case.sut != role or ocpp not in case.versions or not Selection(select).includes(case, ocpp):
            continue
        if applicability(case, config, ocpp, PROFILES[ocpp]):
            continue
        found += [Job(role, ocpp, case.id, n, sample, seed) for n, _ in enumerate(runner.parameters(function))]
    return found


def _bench(config: SutConfig, ocpp: str) -> Bench:
    return Bench(config, ocpp=ocpp, security_profile=PROFILES[ocpp], seed=1, generation=Generation(seconds=0))


async def _run(bench: Bench, case: Case, function: Function, number: int, tap: Tap) -> CaseResult:
    values, names = list(runner.parameters(function))[number]
    result = bench.results.of(case, parameters=names, nodeid="")
    arguments = function.__ocpp_arguments__  # type: ignore[attr-defined]
    done, _ = await bench.run(case, tapped(function, tap), arguments, values, result)
    return done


def _is_noticed(result: CaseResult) -> bool:
    checks = any(check.verdict in (Verdict.FAIL, Verdict.WARN) for check in result.checks())
    return result.verdict not in SOUND or checks or bool(result.findings)


def try_cases(work: Sequence[Job]) -> list[Outcome]:
    """Run cases of one role and version with every change of their messages; a CSMS gets many at once."""
    with installed():
        if work[0].role == "csms":
            return asyncio.run(_try_beside_each_other(work))
        return [asyncio.run(_try_one_after_another(job)) for job in work]


def _found(job: Job) -> tuple[Case, Function]:
    return next((c, f) for c, f in runner.functions() if c.id == job.case and c.sut == job.role)


async def _first_run(bench: Bench, job: Job, outcome: Outcome) -> list[Change]:
    """Run a case as it is: the changes to try, none where it does not pass."""
    tap = Tap()
    result = await _run(bench, *_found(job), job.number, tap)
    if _is_noticed(result):
        outcome.unhealthy = f"{result.verdict}: {result.reason or result.findings}"
        return []
    outcome.messages = len(tap.came)
    wanted = [c for came in tap.came for c in changes(job.ocpp, *came)]
    if job.sample is not None and len(wanted) > job.sample:
        return random.Random(f"{job.seed}/{job.case}").sample(wanted, job.sample)
    return wanted


async def _try_beside_each_other(work: Sequence[Job]) -> list[Outcome]:
    config, ocpp = runner.config("csms", timing=TIMING), work[0].ocpp
    bench, places = _bench(config, ocpp), asyncio.Semaphore(AT_ONCE)
    await bench.start()

    async def one(job: Job, outcome: Outcome, change: Change) -> None:
        async with places:
            tap = Tap(change)
            _sort(outcome, change, tap, await _run(bench, *_found(job), job.number, tap))

    async def all_of(job: Job) -> Outcome:
        began, outcome = time.monotonic(), Outcome(job.case, str(job.number))
        async with places:
            wanted = await _first_run(bench, job, outcome)
        if _found(job)[0].exclusive:
            for change in wanted:
                await one(job, outcome, change)
        else:
            await asyncio.gather(*(one(job, outcome, change) for change in wanted))
        outcome.seconds = time.monotonic() - began
        return outcome

    try:
        alone = [job for job in work if _found(job)[0].exclusive]
        done = await asyncio.gather(*(all_of(job) for job in work if job not in alone))
        return [*done, *[await all_of(job) for job in alone]]
    finally:
        await bench.stop()


async def _try_one_after_another(job: Job) -> Outcome:
    config, outcome, began = (
        runner.config(job.role, timing=TIMING),
        Outcome(job.case, str(job.number)),
        time.monotonic(),
    )
    bench = _bench(config, job.ocpp)
    await bench.start()
    try:
        for change in await _first_run(bench, job, outcome):
            tap = Tap(change)
            result = await _run(bench, *_found(job), job.number, tap)
            _sort(outcome, change, tap, result)
            if _is_noticed(result):  # what the harness believes of the station may be wrong now
                await bench.stop()
                bench = _bench(config, job.ocpp)
                await bench.start()
    finally:
        await bench.stop()
    outcome.seconds = time.monotonic() - began
    return outcome


def _sort(outcome: Outcome, change: Change, tap: Tap, result: CaseResult) -> None:
    if not tap.made:
        outcome.unmade.append(change)
    elif _is_noticed(result):
        outcome.noticed.append(change)
    else:
        outcome.survived.append(change)


# --- the score


def _field(change: Change) -> tuple[str, str, str]:
    return change.action, change.kind, change.field


def score(role: str, ocpp: str, outcomes: Sequence[Outcome]) -> str:
    """How many changes are noticed, and how many fields: one counts where some case notices a change of it.

    Of the fields that nobody notices: how many the standard leaves open wherever they came.
    """
    noticed = [c for outcome in outcomes for c in outcome.noticed]
    survived = [(outcome.case, c) for outcome in outcomes for c in outcome.survived]
    seen, rows = {_field(c) for c in noticed}, reasons()
    judged = {_field(c) for case, c in survived if not _is_open(rows, role, ocpp, case, c)}
    parts = []
    for name, kept in (("required", True), ("all", False)):
        changes_seen = sum(1 for c in noticed if not kept or is_required(ocpp, c))
        changes_all = changes_seen + sum(1 for _, c in survived if not kept or is_required(ocpp, c))
        fields = {_field(c) for c in [*noticed, *(c for _, c in survived)] if not kept or is_required(ocpp, c)}
        parts.append(
            f"{name}: {changes_seen} of {changes_all} changes ({_percent(changes_seen, changes_all)}), "
            f"{len(fields & seen)} of {len(fields)} fields ({_percent(len(fields & seen), len(fields))}; "
            f"{len(fields - seen - judged)} left open)"
        )
    return "; ".join(parts)


def _is_open(rows: list[Reason], role: str, ocpp: str, case: str, change: Change) -> bool:
    reason = reason_for(rows, role, ocpp, case, change)
    return reason is not None and reason.kind == "open"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "-"


def unexplained(role: str, ocpp: str, outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """Survivors without a row, by message and field: the cases in which they survived."""
    rows = reasons()
    found: dict[str, list[str]] = defaultdict(list)
    for outcome in outcomes:
        for change in outcome.survived:
            if reason_for(rows, role, ocpp, outcome.case, change) is None:
                what = f"{change.action} {change.kind}: {change.field or 'the message'} {change.operation}"
                found[what].append(outcome.case)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the changes; a line for each case, the score and the survivors by field.

    1 where one has no reason, or a case was not tried: what is not looked at is no success.
    """
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--role", choices=["csms", "station"], action="append")
    options.add_argument("--ocpp", choices=list(PROFILES), action="append")
    options.add_argument("--case", default="", help="a selection, as of ocpp-proof run --select")
    options.add_argument("--block", default="", help="official cases of this block")
    options.add_argument("--sample", type=int, help="so many changes of each case, by the seed")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=2, help="processes; a station's mostly wait")
    given = options.parse_args(arguments)
    select = given.case or (f"TC_{given.block}_*" if given.block else "")
    left = 0
    for role in given.role or ["csms", "station"]:
        for ocpp in given.ocpp or list(PROFILES):
            left += _try_all(role, ocpp, select, given)
    return 1 if left else 0


def _try_all(role: str, ocpp: str, select: str, given: argparse.Namespace) -> int:
    began, work = time.monotonic(), jobs(role, ocpp, select, sample=given.sample, seed=given.seed)
    if not work:
        return 0
    outcomes: list[Outcome] = []
    step = TOGETHER if role == "csms" else 1
    with ProcessPoolExecutor(given.jobs) as pool:
        for some in pool.map(try_cases, [work[at : at + step] for at in range(0, len(work), step)]):
            outcomes += some
            for outcome in some:
                print(_line(role, ocpp, outcome), flush=True)
    tried = sum(len(o.noticed) + len(o.survived) + len(o.unmade) for o in outcomes)
    seconds = time.monotonic() - began
    left = unexplained(role, ocpp, outcomes)
    for what, cases in sorted(left.items(), key=lambda one: (-len(one[1]), one[0])):
        print(f"  {what}: {len(cases)} x, {', '.join(sorted(set(cases))[:5])}")
    print(f"{role} {ocpp}: {score(role, ocpp, outcomes)}; {tried / seconds:.0f} changes a second, {seconds:.0f} s")
    print(f"{role} {ocpp}: {sum(map(len, left.values()))} survivors of {len(left)} kinds have no reason", flush=True)
    unmade, untried = sum(len(o.unmade) for o in outcomes), sorted({o.case for o in outcomes if o.unhealthy})
    if unmade or untried:
        print(
            f"{role} {ocpp}: not in the score: {unmade} changes that could not be made, and {len(untried)} cases "
            f"that did not pass as they are: {', '.join(untried) or '-'}",
            flush=True,
        )
    return len(left) + len(untried)


def _line(role: str, ocpp: str, outcome: Outcome) -> str:
    if outcome.unhealthy:
        return f"{role} {ocpp} {outcome.case}: not tried, {outcome.unhealthy[:200]}"
    total = len(outcome.noticed) + len(outcome.survived)
    return (
        f"{role} {ocpp} {outcome.case} [{outcome.parameters}]: {outcome.messages} messages, {total} changes, "
        f"{len(outcome.noticed)} noticed, {len(outcome.survived)} not, {len(outcome.unmade)} could not be made, "
        f"{outcome.seconds:.1f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
