"""Readiness in words: one line for each certification profile, and what is left with the reasons."""

from __future__ import annotations

from collections.abc import Iterable

from .readiness import Left, ProfileReadiness

__all__ = ["counts", "grouped", "line"]

IDS = 8
"""How many ids of a group are written out."""


def line(profile: ProfileReadiness) -> str:
    """A certification profile in one line: how ready, at which security profiles, and the counts."""
    return f"{profile.name}: {profile.state.upper()} ({counts(profile)}; {profile.where})"


def counts(profile: ProfileReadiness) -> str:
    """How many of the demanded cases passed, and what became of the others."""
    parts = [f"{len(profile.passed)} of {profile.demanded} passed"]
    parts += [f"{len(ids)} {word}" for word, ids in profile.ids() if ids]
    if profile.blocked_by:
        parts.append(f"rules broken: {', '.join(profile.blocked_by)}")
    return ", ".join(parts)


def grouped(left: Iterable[Left], *, most: int = IDS) -> list[str]:
    """Cases with the same reason in a line, the most first: which, how many, and why."""
    groups: dict[str, list[str]] = {}
    for entry in left:
        groups.setdefault(entry.reason or "no reason was kept", []).append(entry.id)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return [
        f"{', '.join(ids[:most])}{' …' if len(ids) > most else ''} ({len(ids)}): {reason}" for reason, ids in ordered
    ]
