"""`ocpp-proof readiness DIR...`: how far a product is from its certification profiles, over all its runs."""

from __future__ import annotations

import argparse
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ocpp_reports.model import RunResult
from ocpp_reports.product import different, product_of
from ocpp_reports.readiness import Left, ProfileReadiness
from ocpp_reports.readiness import readiness as readiness_of
from ocpp_reports.readiness_text import grouped, line

from ..cases.errors import ConfigurationError
from .compare import read_run, run_folders

__all__ = ["readiness"]


def readiness(options: argparse.Namespace) -> int:
    """Print the readiness of each version and claimed profile, what is left, and the commands that would settle it.

    Returns 0 where everything that the product claims is ready, else 1. Raises ConfigurationError where a folder holds
    no run, or the runs are of different products.
    """
    runs = [read_run(folder) for folder in run_folders(options.runs)]
    if differ := different(runs):
        raise ConfigurationError(f"these runs are of different products, which are never ready together: {differ}")
    sut = options.sut or Path(max(runs, key=lambda run: run.started).sut_file or "sut.toml")
    versions = [_Version(ocpp, [run for run in runs if run.ocpp == ocpp], sut) for ocpp in _claimed(runs)]
    ready = all(version.ready for version in versions)
    if options.json:
        data = {"product": str(product_of(runs[-1])), "ready": ready, "versions": [v.data() for v in versions]}
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return 0 if ready else 1
    role = "CSMS" if runs[-1].role == "csms" else runs[-1].role
    print(f"{product_of(runs[-1])}, {role} under test, over {len(runs)} run{'s' if len(runs) != 1 else ''}")
    for version in versions:
        print("\n".join(version.lines()))
    print(f"\n{'everything that it claims is ready' if ready else 'not ready'}")
    return 0 if ready else 1


def _claimed(runs: Sequence[RunResult]) -> list[str]:
    """The versions that the product claims, and those that were run."""
    return sorted({version for run in runs for version in (run.ocpp, *run.versions)})


class _Version:
    """The readiness of one version, and how to come further."""

    def __init__(self, ocpp: str, runs: Sequence[RunResult], sut: Path) -> None:
        self.ocpp = ocpp
        self.runs = sorted(runs, key=lambda run: run.started)
        self.sut = sut
        self.profiles = [profile for profile in (readiness_of(*runs) if runs else []) if profile.claimed]

    @property
    def ready(self) -> bool:
        """Whether every profile that the product claims is ready; not where it claims none, or nothing was run."""
        return bool(self.profiles) and all(profile.ready for profile in self.profiles)

    def lines(self) -> list[str]:
        """For a terminal."""
        lines = ["", f"OCPP {self.ocpp}"]
        if not self.runs:
            run = shlex.join(["ocpp-proof", "run", "--sut", str(self.sut), "--ocpp", self.ocpp])
            return [*lines, f"  no run of this version, which sut.toml claims: {run}"]
        if given_up := self.claimed_before():
            lines.append(f"  claimed in an older run, and not in the newest, whose claims count: {given_up}")
        if not self.profiles:
            return [*lines, "  the product claims no certification profile: sut.profiles in sut.toml"]
        for profile in self.profiles:
            lines.append(f"  {line(profile)}")
            for word, left in _left(profile):
                lines += [f"    {word}: {text}" for text in grouped(left)]
                lines += [f"      {command}" for command in self.commands(left)]
        return lines

    def claimed_before(self) -> str:
        """The certification profiles that only older runs claim, and the cases that only those demand."""
        if not self.runs:
            return ""
        *older, newest = self.runs
        names = {name for run in older for name in run.claimed_profiles} - {*newest.claimed_profiles}
        demanded = {case.id for run in older for case in run.official if case.applies}
        ids = sorted(demanded - {case.id for case in newest.official if case.applies})
        told = sorted(names)
        if ids:
            told.append(f"what {', '.join(ids[:8])}{' …' if len(ids) > 8 else ''} ({len(ids)}) are about")
        return ", ".join(told)

    def data(self) -> dict[str, Any]:
        """As JSON."""
        profiles = [self._profile(p) for p in self.profiles]
        return {
            "ocpp": self.ocpp,
            "ready": self.ready,
            "claimed_before": self.claimed_before(),
            "profiles": profiles,
        }

    def _profile(self, profile: ProfileReadiness) -> dict[str, Any]:
        left = {
            word: [
                {"id": entry.id, "reason": entry.reason, "security_profile": entry.security_profile}
                for entry in entries
            ]
            for word, entries in profile.left()
        }
        commands = [command for _, entries in _left(profile) for command in self.commands(entries)]
        return {
            "name": profile.name,
            "ready": profile.ready,
            "state": profile.state,
            "ran_at": profile.ran_at,
            "demands": sorted(profile.demands),
            "demanded": profile.demanded,
            "passed": profile.passed,
            **left,
            "blocked_by": profile.blocked_by,
            "commands": list(dict.fromkeys(commands)),
        }

    def commands(self, left: Sequence[Left]) -> list[str]:
        """A command for each security profile, and for what needs the permission to disturb, that runs what is left.
        What is not in this release no command can run."""
        newest = self.runs[-1]
        groups: dict[tuple[int, bool], list[str]] = {}
        for entry in left:
            if entry.in_release:
                at = newest.security_profile if entry.security_profile is None else entry.security_profile
                groups.setdefault((at, "--allow-disruptive" in entry.reason), []).append(entry.id)
        return [
            shlex.join(
                [
                    *("ocpp-proof", "run", "--sut", str(self.sut), "--ocpp", self.ocpp),
                    *("--security-profile", str(number), "--select", " or ".join(dict.fromkeys(ids))),
                    *(["--allow-disruptive"] if disturbs else []),
                ]
            )
            for (number, disturbs), ids in sorted(groups.items())
        ]


def _left(profile: ProfileReadiness) -> list[tuple[str, list[Left]]]:
    """What keeps a profile from being ready, as its commands go together: what is not in this release on its own."""
    here = [entry for entry in profile.open if entry.in_release]
    elsewhere = [entry for entry in profile.open if not entry.in_release]
    named = (("failed", profile.failed), ("inconclusive", profile.inconclusive), ("open", here), ("open", elsewhere))
    return [(word, entries) for word, entries in named if entries]
