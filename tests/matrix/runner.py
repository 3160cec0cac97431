"""Runs the cases against a reference system in this process: for the matrix, the repetitions and the bench."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib
import os
import pkgutil
from collections.abc import Callable, Coroutine, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import ocpp_fixtures
import ocpp_testcases
from ocpp_proof.cases.declaration import Case, case_of, order
from ocpp_proof.cases.timing import Timing
from ocpp_proof.run.bench import Bench
from ocpp_proof.run.generation import Generation
from ocpp_proof.run.selection import Selection, applicability
from ocpp_proof.sut.config import SutConfig, load
from ocpp_proof.sut.deviations import with_deviations
from ocpp_reports.model import CaseResult, RuleResult

EXAMPLES = Path(ocpp_fixtures.__file__).parent / "examples"
MOST_STATIONS = "OCPP_PROOF_MOST_STATIONS"
"""Environment: how many stations a case plays at once at most. A thousand of them take ten seconds of a core."""
Function = Callable[..., Coroutine[Any, Any, None]]


@cache
def functions() -> tuple[tuple[Case, Function], ...]:
    """Every case of the suite with its function."""
    found = []
    for module in pkgutil.walk_packages(ocpp_testcases.__path__, "ocpp_testcases."):
        if module.name.rpartition(".")[2].startswith("test_"):
            for value in vars(importlib.import_module(module.name)).values():
                if (case := case_of(value)) is not None:
                    found.append((case, value))
    return tuple(sorted(found, key=lambda pair: order(pair[0])))


def official(name: str, ocpp: str) -> set[str]:
    """The ids of the official cases of a version that a reference system of this name is run with."""
    role = config(name).role
    return {c.id for c, _ in functions() if c.sut == role and ocpp in c.versions and c.family == "official"}


def parameters(function: Function) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """The parameter sets of a parametrised case, as pytest would make them from one `parametrize` mark."""
    marks = [m for m in getattr(function, "pytestmark", []) if m.name == "parametrize"]
    if not marks:
        yield {}, {}
        return
    names = [n.strip() for n in marks[0].args[0].split(",")] if isinstance(marks[0].args[0], str) else marks[0].args[0]
    most = int(os.environ.get(MOST_STATIONS, "0"))
    for number, values in enumerate(marks[0].args[1]):
        if most and names == ["stations"] and values > most:
            continue
        row = getattr(values, "values", None)
        row = row if row is not None and not callable(row) else (values if len(names) > 1 else (values,))
        yield dict(zip(names, row, strict=True)), {"case": str(number)}


def config(
    name: str,
    *,
    defects: tuple[str, ...] = (),
    freedoms: tuple[str, ...] = (),
    null: bool | str = False,
    timing: Timing | None = None,
) -> SutConfig:
    """An example sut.toml, deviating or as a null SUT.

    "station", "csms", "plain": a station with less, "updating": one that is updated while it charges,
    "locking": one that keeps its cable until a driver is authorized.
    """
    base = with_deviations(load(EXAMPLES / f"reference-{name}.toml"), defects, freedoms)
    options = {"reference": base.driver_options.get("reference", {}) | {"null": null}}
    return dataclasses.replace(base, driver_options=options, timing=timing or base.timing)


def run(
    sut: SutConfig,
    ocpp: str,
    security_profile: int,
    *,
    select: str = "",
    seed: int = 1,
    only_automatic: bool = False,
    generation: Generation | None = None,
    netns: bool = False,
) -> tuple[list[CaseResult], list[RuleResult], list[str]]:
    """All applicable cases: their results, what the rules found elsewhere, and the run's problems."""

    async def main() -> tuple[list[CaseResult], list[RuleResult], list[str]]:
        bench = Bench(
            sut,
            ocpp=ocpp,
            security_profile=security_profile,
            seed=seed,
            only_automatic=only_automatic,
            generation=generation or Generation(seconds=0),  # the sample alone: what is sent depends on no pace
            netns=netns,
        )
        await bench.start()
        try:
            work = []
            for case, function in functions():
                if case.sut != sut.role or ocpp not in case.versions:
                    continue
                if not Selection(select).includes(case, ocpp) or applicability(case, sut, ocpp, security_profile):
                    continue
                for values, names in parameters(function):
                    result = bench.results.of(case, parameters=names, nodeid="")
                    arguments = function.__ocpp_arguments__
                    work.append((case.exclusive, partial(bench.run, case, function, arguments, values, result)))
            ahead = [w() for exclusive, w in work if not exclusive]
            if sut.role == "csms":
                outcomes = await asyncio.gather(*ahead)
            else:
                outcomes = [await a for a in ahead]
            outcomes += [await w() for exclusive, w in work if exclusive]
            await bench.finish()
        finally:
            await bench.stop()
        return [r for r, _ in outcomes], bench.findings.results(), bench.problems

    return asyncio.run(main())
