"""`ocpp-proof run --last-failed`: what was not well in the newest run of the same system."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ocpp_reports.model import RunResult, Verdict

from ..cases.errors import ConfigurationError
from ..sut.config import SutConfig
from .compare import read_run

__all__ = ["last_failed", "only"]

_BAD = (Verdict.FAIL, Verdict.INCONCLUSIVE)


def last_failed(report: Path, sut: SutConfig, ocpp: str, security_profile: int) -> list[str]:
    """The ids of the cases that failed or could not be judged, or in which a rule was broken, in the newest run in
    `report` of this system, version and security profile; each once. Raises ConfigurationError where there is none."""
    found = [
        (float(data.get("started", 0.0)), file.parent)
        for file in report.glob("*/run.json")
        if _like(data := _head(file), sut, ocpp, security_profile)
    ]
    if not found:
        raise ConfigurationError(
            f"--last-failed: {report} holds no run of {sut.name}, OCPP {ocpp}, security profile {security_profile}"
        )
    return _not_well(read_run(max(found)[1]))


def only(ids: list[str], select: str | None) -> str:
    """The expression that selects these of what is selected."""
    these = " or ".join(ids)
    return f"({select}) and ({these})" if select and select.strip() else these


def _head(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _like(data: dict[str, Any], sut: SutConfig, ocpp: str, security_profile: int) -> bool:
    wanted = {"sut": sut.name, "role": sut.role, "ocpp": ocpp, "security_profile": security_profile}
    return all(data.get(name) == value for name, value in wanted.items())


def _not_well(run: RunResult) -> list[str]:
    return list(
        dict.fromkeys(
            case.id
            for case in run.cases
            if case.verdict in _BAD or any(finding.verdict in _BAD for finding in case.findings)
        )
    )
