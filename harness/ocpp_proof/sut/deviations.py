"""The embedded reference systems as they are told to be on the command line: with defects, or with freedoms."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ..cases.errors import ConfigurationError
from .config import SutConfig

__all__ = ["with_deviations"]


def with_deviations(config: SutConfig, defects: Sequence[str], freedoms: Sequence[str]) -> SutConfig:
    """The same SUT, with its reference system having these defects and freedoms besides those of sut.toml.

    What a product with such a freedom does not claim is no longer claimed. Raises ConfigurationError for a SUT that is
    no reference system.
    """
    if not defects and not freedoms:
        return config
    if "reference" not in config.drivers:
        option = "--ocpp-defect" if defects else "--ocpp-freedom"
        raise ConfigurationError(f'{option} needs driver.use = ["reference"] in sut.toml')
    options = dict(config.driver_options)
    own = options.get("reference") or {}
    options["reference"] = {
        **own,
        "defects": [*own.get("defects", ()), *defects],
        "freedoms": [*own.get("freedoms", ()), *freedoms],
    }
    unclaimed = {claim for name in freedoms for claim in _without(config.role, name)}
    return dataclasses.replace(
        config,
        driver_options=options,
        features={name: value for name, value in config.features.items() if name not in unclaimed},
        profiles=tuple(name for name in config.profiles if name not in unclaimed),
    )


def _without(role: str, freedom: str) -> tuple[str, ...]:
    if role == "csms":
        from ocpp_fixtures.csms import FREEDOMS
    else:
        from ocpp_fixtures.station import FREEDOMS
    return FREEDOMS[freedom].without if freedom in FREEDOMS else ()  # the driver says which there are
