"""What sut.toml says that a charge point does not have, held against what the charge point says of itself, OCPP 1.6.

A case about a charge point without a feature means nothing on one that has it: [features] is then wrong, or was never
filled in, and neither is a fault of the charge point.
"""

from __future__ import annotations

from ocpp_proof.cases.errors import Inconclusive
from ocpp_proof.roles.csms import Csms
from ocpp_proof.sut.sut import Sut

from ocpp_testcases.ocpp16.station.states.configuration import get_configuration

__all__ = ["fixed_cable_told", "profile_not_named"]


async def profile_not_named(csms: Csms, profile: str, feature: str) -> None:
    """The charge point does not name this feature profile as one that it has"""
    if profile in (await get_configuration(csms, "SupportedFeatureProfiles") or ""):
        raise Inconclusive(
            f"the charge point names {profile} in SupportedFeatureProfiles: [features] of sut.toml needs "
            f'"{feature}" = true'
        )


def fixed_cable_told(sut: Sut) -> None:
    """Raise Inconclusive where nobody said whether the cable is fixed, without which a lock may be missing rightly."""
    if not sut.says("fixed cable"):
        raise Inconclusive(
            "the charge point has no lock to open, which is right where the cable is fixed: [features] of sut.toml "
            'needs "fixed cable" = true or false'
        )
