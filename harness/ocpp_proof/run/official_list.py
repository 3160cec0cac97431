"""The official list for one version and role, with what applies to the product: what readiness is counted from."""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path

from ocpp_reports.model import OfficialCase

from ..cases.declaration import CatalogRow, catalog
from ..sut.config import SutConfig
from ..sut.pics import claims, evaluate, profile_key
from .selection import unclaimed_profiles

__all__ = ["claimed_profiles", "ids_in_release", "official_cases"]


_CASE = re.compile(r"""^@case\(\s*["'](\w+)["']""", re.MULTILINE)


@functools.cache
def ids_in_release() -> frozenset[str]:
    """The ids of the cases that are installed, whichever of them a run collects; files are read, not imported."""
    spec = importlib.util.find_spec("ocpp_testcases")
    if spec is None or spec.origin is None:
        return frozenset()
    files = Path(spec.origin).parent.rglob("test_*.py")
    return frozenset(id for file in files for id in _CASE.findall(file.read_text(encoding="utf-8")))


def official_cases(config: SutConfig, ocpp: str) -> list[OfficialCase]:
    """Every official case of the product's role in this version."""
    found = []
    for row in _rows(config, ocpp):
        reason = ""
        if row.condition and not evaluate(row.condition, claims(config.profiles, config.features, ocpp)).holds:
            reason = f"needs {row.condition}"
        elif unclaimed := unclaimed_profiles(row.profiles, config, ocpp):
            reason = unclaimed
        found.append(
            OfficialCase(
                row.id,
                row.title,
                list(row.profiles),
                row.mandatory,
                not reason,
                reason,
                security_profiles=list(row.security_profiles),
                in_release=row.id in ids_in_release(),
            )
        )
    return found


def claimed_profiles(config: SutConfig, ocpp: str) -> list[str]:
    """The certification profiles that the product claims, as the official list of this version names them."""
    claimed = {profile_key(name) for name in config.profiles}
    names = dict.fromkeys(name for row in _rows(config, ocpp) for name in row.profiles)
    return [name for name in names if profile_key(name) in claimed]


def _rows(config: SutConfig, ocpp: str) -> list[CatalogRow]:
    return [row for row in catalog().values() if row.sut == config.role and row.ocpp == ocpp]
