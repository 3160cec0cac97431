"""How many processes may share the stations and tokens of sut.toml."""

from __future__ import annotations

from ..cases.errors import ConfigurationError
from .bench import Bench

__all__ = ["check_process_count"]


def check_process_count(bench: Bench, count: int) -> None:
    """Raise ConfigurationError where so many processes, of which each runs one case at a time, are too many."""
    if bench.config.role == "station":
        raise ConfigurationError("a station under test is one lane: run it without -n")
    stations, tokens = len(bench.identities.names), bench.parallel
    for most, key in (
        (stations, "connection.identities names"),
        (tokens, "values.parallel, and the shortest list under [values.tokens], allow"),
    ):
        if count > most:
            raise ConfigurationError(
                f"-n {count} runs {count} cases at once, each as a station and with tokens of its own; {key} {most}"
            )
