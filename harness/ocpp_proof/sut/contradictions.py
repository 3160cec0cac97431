"""What sut.toml claims twice, and differently: profiles against [features], and features among each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .pics import canonical, claims, feature_of_profile

__all__ = ["contradictions"]

_NEEDED_16 = {"reserve connector zero": "reservation"}
"""Features of 1.6 that are a part of another one (9.3.1: ReserveConnectorZeroSupported is of Reservation)."""


def contradictions(profiles: tuple[str, ...], features: Mapping[str, Any], ocpp: str) -> list[str]:
    """Each contradiction in a sentence that names both keys; none where the claims go together."""
    said = {canonical(name): value for name, value in features.items()}
    found = []
    for profile in profiles:
        feature = feature_of_profile(profile, ocpp)
        if feature and said.get(canonical(feature)) is False:
            found.append(
                f"sut.profiles has {profile!r}, and [features] has {feature!r} = false: change one of the two "
                "([features] decides which cases apply)"
            )
    for name, value in said.items():
        whole, dot, _ = name.partition(".")
        if value and dot and said.get(whole) is False:
            found.append(f'[features] has "{name}" = true, and "{whole}", of which it is a part, = false: change one')
    if ocpp == "1.6":
        claimed = claims(profiles, features, ocpp)
        found += [
            f'[features] has "{name}" = true, and the product does not claim "{needed}", of which it is a part'
            for name, needed in _NEEDED_16.items()
            if claimed.get(name) and not claimed.get(needed)
        ]
    return found
