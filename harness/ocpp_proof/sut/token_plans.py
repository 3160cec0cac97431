"""The tokens of sut.toml: one for a name, or one for each case that runs at the same time (a list, or a pattern).

A CSMS may refuse a token that charges elsewhere (ConcurrentTx), and the cases of a CSMS run side by side.
"""

from __future__ import annotations

from typing import Any

from ..cases.errors import ConfigurationError

__all__ = ["TokenPlan", "tokens_of"]

TokenPlan = tuple[dict[str, str], ...]
"""The tokens of one name; one whose idToken has {n} in it is a pattern."""


def token_plan(name: str, value: Any, where: str) -> TokenPlan:
    """What stands in [values.tokens] under a name. Raises ConfigurationError."""
    plan = []
    for one in value if isinstance(value, list) else [value]:
        token = {"idToken": one} if isinstance(one, str) else one
        if not isinstance(token, dict) or "idToken" not in token:
            raise ConfigurationError(
                f'{where}: values.tokens.{name} must be {{ idToken = "...", type = "..." }}, or a list of such'
            )
        told = {key: str(text) for key, text in token.items()}
        try:
            _of_lane(told, 1)
        except (ValueError, KeyError, IndexError):
            raise ConfigurationError(
                f"{where}: values.tokens.{name}: {told['idToken']!r} is not a pattern such as 'PROOF{{n:03}}'"
            ) from None
        plan.append(told)
    if not plan:
        raise ConfigurationError(f"{where}: values.tokens.{name} is an empty list")
    return tuple(plan)


def is_pattern(plan: TokenPlan) -> bool:
    """Whether there is a token for however many lanes."""
    return len(plan) == 1 and "{n" in plan[0]["idToken"]


def tokens_of(plans: dict[str, TokenPlan], lane: int) -> dict[str, dict[str, str]]:
    """The token of each name for the cases of one lane; lanes are numbered from 1."""
    return {name: _of_lane(plan[(lane - 1) % len(plan)], lane) for name, plan in plans.items()}


def lanes_of(plans: dict[str, TokenPlan], most: int) -> int:
    """How many cases may run at the same time: at most as many as the shortest list has tokens."""
    return min([most, *(len(plan) for plan in plans.values() if len(plan) > 1)])


def shared(plans: dict[str, TokenPlan], lanes: int) -> frozenset[str]:
    """The names whose token is that of several lanes."""
    return frozenset(name for name, plan in plans.items() if lanes > 1 and len(plan) == 1 and not is_pattern(plan))


def _of_lane(token: dict[str, str], lane: int) -> dict[str, str]:
    text = token["idToken"]
    return token | {"idToken": text.format(n=lane)} if "{n" in text else token
