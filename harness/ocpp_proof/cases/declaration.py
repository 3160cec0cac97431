"""What a case is: its id, what the catalog says of it, and the function that runs it."""

from __future__ import annotations

import csv
import functools
import importlib.resources
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from .errors import OcppProofError

__all__ = ["ALL", "Case", "CatalogRow", "case", "case_ids", "case_of", "catalog", "described", "order", "profile_names"]

ALL = ("1.6", "2.0.1", "2.1")
CASE_ARGUMENTS = ("csms", "station", "sut", "bench")
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class CatalogRow:
    """An official case as the catalog lists it for one version."""

    ocpp: str
    sut: str
    id: str
    title: str
    block: str
    group: str
    use_cases: tuple[str, ...]
    requirements: tuple[str, ...]
    profiles: tuple[str, ...]
    mandatory: bool
    condition: str
    security_profiles: tuple[int, ...]


def _row(data: dict[str, str]) -> CatalogRow:
    profiles = [p.split("=")[0].strip() for p in data["profiles"].replace("|", ";").replace(" / ", ";").split(";")]
    listed = data["security_profiles"].replace("any", "1|2|3").replace(",", "|")
    numbers = [int(n) for n in listed.split("|") if n.strip().isdigit()]
    return CatalogRow(
        ocpp=data["ocpp"],
        sut=data["sut"],
        id=data["id"],
        title=data["title"],
        block=data["block"],
        group=data["group"],
        use_cases=tuple(u.strip() for u in data["use_cases"].split(",") if u.strip()),
        requirements=tuple(data["requirements"].split()),
        profiles=tuple(p for p in profiles if p),
        mandatory=data["mandatory"] != "C",
        condition=data["condition"],
        security_profiles=tuple(numbers),
    )


@functools.cache
def catalog() -> dict[tuple[str, str], CatalogRow]:
    """Every official case by (id, version)."""
    file = importlib.resources.files("ocpp_testcases.catalog") / "cases.csv"
    with file.open(encoding="utf-8") as lines:
        return {(row.id, row.ocpp): row for row in map(_row, csv.DictReader(lines))}


def case_ids() -> set[str]:
    """The id of every case that the catalog lists, of any version and role: official ones and ours."""
    ids = {id for id, _ in catalog()}
    for file in importlib.resources.files("ocpp_testcases.catalog").iterdir():
        if file.name.startswith("edge-") and file.name.endswith(".csv"):
            with file.open(encoding="utf-8") as lines:
                ids |= {row["id"] for row in csv.DictReader(lines)}
    return ids


def profile_names() -> list[str]:
    """Every certification profile of every version (1.6: feature profile)."""
    return sorted({profile for row in catalog().values() for profile in row.profiles})


@dataclass(frozen=True, slots=True)
class Case:
    """A case function with its identity. `sut` is the role under test; `rows` are its catalog entries by version.

    `exclusive`: needs the SUT for itself and does not run ahead. `security_profiles`: where it makes sense.
    `connected`: needs a station under test that is let in; without it a case judges one that never is.
    `disruptive`: loads or disturbs the SUT; elsewhere than on this machine it needs --allow-disruptive. `connections`:
    how many connections it makes to (or takes from) the SUT, about, where that is more than a few.
    `wrong_logins`: how many times it comes with credentials that are wrong.
    """

    id: str
    sut: str
    versions: tuple[str, ...]
    title: str
    summary: str
    rows: dict[str, CatalogRow]
    security_profiles: tuple[int, ...] = (0, 1, 2, 3)
    exclusive: bool = False
    condition: str = ""
    requirements: tuple[str, ...] = ()
    family: str = "official"
    disruptive: bool = False
    connections: int = 0
    wrong_logins: int = 0
    connected: bool = True

    def condition_for(self, ocpp: str) -> str:
        """The PICS expression that decides whether the case applies; empty for a mandatory one."""
        row = self.rows.get(ocpp)
        return self.condition or (row.condition if row else "")

    def requirements_for(self, ocpp: str) -> tuple[str, ...]:
        """The requirements that the case is labelled with."""
        row = self.rows.get(ocpp)
        return self.requirements or (row.requirements if row else ())

    def title_for(self, ocpp: str) -> str:
        """The title in this version."""
        row = self.rows.get(ocpp)
        return self.title or (row.title if row else self.id)


def case(
    id: str,
    *,
    ocpp: tuple[str, ...] | None = None,
    sut: str | None = None,
    title: str = "",
    security_profiles: tuple[int, ...] | None = None,
    exclusive: bool = False,
    condition: str = "",
    requirements: tuple[str, ...] = (),
    disruptive: bool = False,
    connections: int = 0,
    wrong_logins: int = 0,
    connected: bool = True,
) -> Callable[[F], F]:
    """Make a function a case.

    For an official id, role, versions, title, requirements, condition and security profiles come from the catalog;
    what is given here overrides it. A case of ours gives `ocpp`, `sut` and `title`. Raises OcppProofError for an id
    that is in neither.
    """

    def decorate(function: F) -> F:
        info = described(
            id,
            ocpp=ocpp,
            sut=sut,
            title=title,
            summary=(function.__doc__ or "").strip(),
            security_profiles=security_profiles,
            exclusive=exclusive,
            condition=condition,
            requirements=requirements,
            disruptive=disruptive,
            connections=connections,
            wrong_logins=wrong_logins,
            connected=connected,
        )
        signature = inspect.signature(function)
        # pytest must not look for fixtures of these names: the engine hands them over, so that a case can start early
        kept = [p for p in signature.parameters.values() if p.name not in CASE_ARGUMENTS]

        @functools.wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            return function(*args, **options)

        # a plain function that returns a coroutine: pytest-asyncio, anyio and pytest-trio take no interest in it
        call.__ocpp_case__ = info  # type: ignore[attr-defined]
        call.__ocpp_arguments__ = tuple(  # type: ignore[attr-defined]
            n for n in signature.parameters if n in CASE_ARGUMENTS
        )
        call.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return cast(F, call)

    return decorate


def described(
    id: str,
    *,
    ocpp: tuple[str, ...] | None = None,
    sut: str | None = None,
    title: str = "",
    security_profiles: tuple[int, ...] | None = None,
    **rest: Any,
) -> Case:
    """The case with this id, by the catalog and by what its decorator says; raises OcppProofError, as `case` does."""
    rows = {v: catalog()[id, v] for v in ocpp or ALL if (id, v) in catalog()}
    if not rows and not (ocpp and sut and title):
        raise OcppProofError(f"{id} is not in catalog/cases.csv, and ocpp=, sut= and title= are not all given")
    listed = sorted({p for row in rows.values() for p in row.security_profiles})
    return Case(
        id=id,
        sut=sut or next(iter(rows.values())).sut,
        versions=tuple(rows) or tuple(ocpp or ()),
        title=title,
        rows=rows,
        security_profiles=security_profiles or tuple(listed) or (0, 1, 2, 3),
        family="official" if rows else id.split("_")[1].lower(),
        **rest,
    )


def case_of(function: Any) -> Case | None:
    """The case that a function is, if it is one."""
    found = getattr(function, "__ocpp_case__", None)
    return found if isinstance(found, Case) else None


def order(case: Case) -> tuple[bool, bool, bool, int]:
    """The order of a run: first what may run beside others, the official cases before ours, and what disturbs last.

    A system that takes what it should refuse is left in a state of which the cases after it would have to suffer, and
    one that has seen wrong credentials may be slow with right ones for a while: the fewest come first.
    """
    return case.exclusive, not case.rows, case.disruptive, case.wrong_logins
