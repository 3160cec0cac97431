"""The official list for one version and role, with what applies to the product: what readiness is counted from."""

from __future__ import annotations

from ocpp_reports.model import OfficialCase

from ..cases.declaration import CatalogRow, catalog
from ..source.cases import find_cases
from ..sut.config import SutConfig
from ..sut.pics import claims, evaluate, profile_key
from .selection import unclaimed_profiles

__all__ = ["claimed_profiles", "official_cases"]


def official_cases(config: SutConfig, ocpp: str) -> list[OfficialCase]:
    """Every official case of the product's role in this version."""
    found = []
    in_release = {source.id for source in find_cases()}
    claimed = claims(config.profiles, config.features, ocpp)
    for row in _rows(config, ocpp):
        reason = ""
        if row.condition and not evaluate(row.condition, claimed).holds:
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
                in_release=row.id in in_release,
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
