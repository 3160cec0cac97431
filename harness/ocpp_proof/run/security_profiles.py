"""The security profiles that a product has to be tested at: what its readiness is counted over."""

from __future__ import annotations

from ..cases.errors import ConfigurationError
from ..sut.config import SutConfig
from ..sut.pics import claims, evaluate, profile_key

__all__ = ["check_security_profiles", "covered_security_profiles"]

DEMANDED_2X: dict[str, tuple[int, ...]] = {"Core": (2,), "Advanced Security": (3,), "ISO 15118 Support": (3,)}
"""Part 5: security profile 2 is part of Core, profile 3 Advanced Security, which ISO 15118 support has in it."""
UNSECURED = "C-61"
"""Security profile 1, which the errata of 2025-06 made an optional feature of Core."""
DEMANDED_16: dict[str, tuple[int, ...]] = {"Security": (1, 2, 3)}
"""The whitepaper has three, and nothing says which of them a product has to have: all, unless sut.toml says less."""


def covered_security_profiles(config: SutConfig, ocpp: str, security_profile: int) -> list[int]:
    """Those of `connection.security_profiles`; where sut.toml does not say, that of the run and those that the claimed
    certification profiles demand."""
    if config.connection.security_profiles:
        return list(config.connection.security_profiles)
    return sorted({security_profile, *(n for _, numbers in _demanded(config, ocpp) for n in numbers)})


def check_security_profiles(config: SutConfig, ocpp: str, where: str) -> None:
    """Raise ConfigurationError where sut.toml claims a certification profile without the security profile that it
    demands."""
    covered = config.connection.security_profiles
    if not covered:
        return
    for name, numbers in _demanded(config, ocpp):
        lacking = [n for n in numbers if n not in covered]
        if lacking and (ocpp != "1.6" or len(lacking) == len(numbers)):
            wanted = " or ".join(map(str, numbers)) if ocpp == "1.6" else " and ".join(map(str, lacking))
            raise ConfigurationError(
                f"{where} [connection]: security_profiles = {list(covered)} does not go with the certification profile "
                f"{name} in sut.profiles, which in OCPP {ocpp} demands security profile {wanted}; add it, or leave "
                "security_profiles out"
            )


def _demanded(config: SutConfig, ocpp: str) -> list[tuple[str, tuple[int, ...]]]:
    claimed = {profile_key(name) for name in config.profiles}
    table = DEMANDED_16 if ocpp == "1.6" else DEMANDED_2X
    found = [(name, numbers) for name, numbers in table.items() if profile_key(name) in claimed]
    if ocpp != "1.6" and evaluate(UNSECURED, claims(config.profiles, config.features, ocpp)).holds:
        found = [(name, (1, *numbers) if name == "Core" else numbers) for name, numbers in found]
    return found
