"""`ocpp-proof list`: every official case and every case of ours, implemented or not; and requirement coverage."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ..cases.declaration import Case, CatalogRow, catalog
from ..cases.errors import ConfigurationError
from ..run.disturbance import disturbance
from ..run.selection import Selection, applicability
from ..source.cases import CaseSource, find_cases
from ..sut.config import VERSIONS, SutConfig, load

__all__ = ["listing"]

NOTHING = 5


def listing(options: argparse.Namespace) -> int:
    """Print the list; 5 when nothing fits the selection."""
    if options.ocpp and options.ocpp not in VERSIONS:
        raise ConfigurationError(f"--ocpp must be one of {', '.join(VERSIONS)}, not {options.ocpp!r}")
    sources = {s.id: s for s in find_cases()}
    rows = _rows(options, sources)
    if options.coverage:
        return _coverage(rows, sources, options)
    if options.json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
    else:
        for row in rows:
            mark = "yes" if row["implemented"] else "-"
            why = f"   [{row['reason']}]" if row["reason"] else ""
            print(f"{row['ocpp']:<6} {row['sut']:<8} {row['id']:<18} {mark:<4} {row['title'][:72]}{why}")
        have = sum(1 for r in rows if r["implemented"])
        print(f"{len(rows)} cases listed, {have} of them in this release")
    return 0 if rows else NOTHING


def _rows(options: argparse.Namespace, sources: dict[str, CaseSource]) -> list[dict[str, Any]]:
    sut: SutConfig | None = load(options.sut) if options.sut else None
    versions = [options.ocpp] if options.ocpp else list(sut.versions if sut else VERSIONS)
    selection = Selection(options.select or "", options.profile or "")
    rows = []
    for version in versions:
        for row in [r for r in catalog().values() if r.ocpp == version] + _own(version, sources):
            case = _case(row, sources.get(row.id))
            if (sut and row.sut != sut.role) or not selection.includes(case, version):
                continue
            reason = disturbance(case)
            if sut:
                profile = options.security_profile
                profile = sut.connection.security_profile if profile is None else profile
                reason = applicability(case, sut, version, profile) or reason
            source = sources.get(row.id)
            rows.append(
                {
                    "id": row.id,
                    "ocpp": version,
                    "sut": row.sut,
                    "title": row.title,
                    "block": row.block,
                    "use_cases": list(row.use_cases),
                    "requirements": list(row.requirements),
                    "profiles": list(row.profiles),
                    "mandatory": row.mandatory,
                    "condition": row.condition,
                    "security_profiles": list(case.security_profiles),
                    "implemented": source is not None,
                    "file": str(source.file) if source else "",
                    "disruptive": case.disruptive,
                    "connections": case.connections,
                    "reason": reason,
                }
            )
    return rows


def _own(version: str, sources: dict[str, CaseSource]) -> list[CatalogRow]:
    official = {id for id, _ in catalog()}
    return [
        CatalogRow(
            ocpp=version,
            sut=str(s.options.get("sut", "")),
            id=s.id,
            title=str(s.options.get("title", "")),
            block="Edge cases",
            group="",
            use_cases=(),
            requirements=(),
            profiles=(),
            mandatory=True,
            condition="",
            security_profiles=(),
        )
        for s in sources.values()
        if s.id not in official and version in s.ocpp
    ]


def _case(row: CatalogRow, source: CaseSource | None) -> Case:
    given = source.options.get("security_profiles") if source else None
    profiles = tuple(given) if isinstance(given, tuple) else row.security_profiles or (0, 1, 2, 3)
    return Case(
        id=row.id,
        sut=row.sut,
        versions=(row.ocpp,),
        title=row.title,
        summary="",
        rows={row.ocpp: row} if row.block != "Edge cases" else {},
        security_profiles=profiles,
        condition=str(source.options.get("condition", "")) if source else "",
        family="official" if row.block != "Edge cases" else row.id.split("_")[1].lower(),
        disruptive=bool(source and source.options.get("disruptive")),
        connections=_number(source.options.get("connections")) if source else 0,
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _coverage(rows: list[dict[str, Any]], sources: dict[str, CaseSource], options: argparse.Namespace) -> int:
    from .coverage import coverage_text  # only here: the list itself reads no scenario

    for version in [options.ocpp] if options.ocpp else VERSIONS:
        ids = dict.fromkeys(r["id"] for r in rows if r["ocpp"] == version and r["implemented"])
        print(coverage_text(version, [sources[id] for id in ids]))
    return 0


def relative(file: Path) -> str:
    """A path as a person would type it from here."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
