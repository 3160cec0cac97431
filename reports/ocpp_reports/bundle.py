"""The evidence folder of one run: begun before the first case, added to after each, settled at the end.

What a case leaves is written once, under cases/: result.json and, packed with gzip, wire.jsonl.gz (`zless` shows it).
run.json has the verdict of each case beside what holds for the whole run.

What is written of a finished case survives Ctrl-C and kill -9: `run.json` says INCOMPLETE until the run is settled.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import os
import time
from pathlib import Path

from .case_files import WIRE, case_folder, file_name, read_wire
from .model import CaseResult, RunResult, Verdict, case_from_json, run_from_json, to_json

__all__ = ["Bundle", "load"]


_LISTED = (
    *("id", "title", "ocpp", "security_profile", "role", "sut", "verdict", "reason", "parameters", "block"),
    *("requirements", "profiles", "mandatory", "nodeid", "started", "duration"),
)
"""What run.json says of a case."""


def _write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    os.replace(temporary, path)


def _run_json(run: RunResult) -> str:
    """A run as JSON: every case on a line of its own, without what stands in its folder."""
    data = to_json(dataclasses.replace(run, cases=[]))
    data.pop("cases")
    cases = [{name: to_json(getattr(case, name)) for name in _LISTED} for case in run.cases]
    lines = ",\n  ".join(json.dumps(case, ensure_ascii=False) for case in cases)
    rest = json.dumps(data, indent=1, ensure_ascii=False).removesuffix("\n}")
    return f'{rest},\n "cases": [\n  {lines}\n ]\n}}\n'


class Bundle:
    """One run's folder. `create` begins one; `open_` lets another process (an xdist worker) add cases to it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def create(cls, parent: Path, run: RunResult) -> Bundle:
        """Make `<parent>/<time>_<sut>_<ocpp>_sp<n>` and write run.json as INCOMPLETE."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(run.started))  # local time has an hour twice in autumn
        base = f"{stamp}_{file_name(run.sut)}_{run.ocpp}_sp{run.security_profile}"
        for number in range(1000):
            path = parent / (base if not number else f"{base}-{number}")
            try:
                path.mkdir(parents=True)
                break
            except FileExistsError:
                continue
        (path / "cases").mkdir()
        bundle = cls(path)
        _write(path / "run.json", json.dumps(to_json(run), indent=1))
        return bundle

    @classmethod
    def open_(cls, path: Path) -> Bundle:
        """The folder of a run that goes on."""
        return cls(path)

    def case_finished(self, case: CaseResult) -> None:
        """Write what a case leaves: result.json, and the wire log of one that was started, under cases/<id>/."""
        folder = self.path / case_folder(case.key)
        folder.mkdir(parents=True, exist_ok=True)
        data = to_json(case)
        wire = data.pop("wire")
        if wire:
            lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in wire)
            _write(folder / WIRE, gzip.compress(lines.encode("utf-8", "backslashreplace"), 6, mtime=0))
        _write(folder / "result.json", json.dumps(data, ensure_ascii=False, separators=(",", ":")))

    def cases(self) -> list[CaseResult]:
        """Every finished case, with its wire log, in the order in which they were started."""
        found = []
        for file in sorted(self.path.glob("cases/*/result.json")):
            data = json.loads(file.read_text(encoding="utf-8"))
            data["wire"] = [json.loads(line) for line in read_wire(file.parent)]
            found.append(case_from_json(data))
        return sorted(found, key=lambda c: (c.started or float("inf"), c.id))

    def settle(self, run: RunResult, *, allure: bool = True) -> None:
        """Write everything that is made from the whole run; `run.cases` are read back from the folder when empty.

        Without `allure` not its results, which take the longest: of a run that was interrupted `report` makes them.
        """
        from .writers import write_all

        if not run.cases:
            run.cases = self.cases()
        write_all(self.path, run, with_allure=allure)
        _write(self.path / "run.json", _run_json(run))
        self._manifest()

    def _manifest(self) -> None:
        lines = []
        for file in sorted(p for p in self.path.rglob("*") if p.is_file() and p.name != "MANIFEST.sha256"):
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            lines.append(f"{digest}  {file.relative_to(self.path).as_posix()}\n")
        _write(self.path / "MANIFEST.sha256", "".join(lines))


def load(path: Path) -> RunResult:
    """Read a run's folder back, also one that was cut off: its finished cases are then taken from cases/."""
    run = run_from_json(json.loads((path / "run.json").read_text(encoding="utf-8")))
    cases = Bundle(path).cases()
    if run.verdict is Verdict.INCOMPLETE or cases:
        run.cases = cases
    return run
