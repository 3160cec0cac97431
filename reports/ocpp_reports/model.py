"""What a run leaves behind, as plain data: every report is written from these classes and nothing else.

The harness fills them; the writers in this package read them. They carry no behaviour but the verdict lattice and the
conversion to JSON, so that `run.json` of an old run can be read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

__all__ = [
    "CaseResult",
    "CheckRecord",
    "KnownFailure",
    "OfficialCase",
    "RuleResult",
    "RunResult",
    "StepRecord",
    "Verdict",
    "WireRecord",
    "worst",
]


class Verdict(StrEnum):
    """What became of a check, a case or a run.

    "not applicable": the product does not claim it, or the version or role does not have it. "not run": the case
    belongs to the product, and this run left it out; its reason says why.
    """

    NONE = "none"
    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    NOT_APPLICABLE = "not applicable"
    NOT_RUN = "not run"
    KNOWN = "known"
    INCOMPLETE = "incomplete"


_LATTICE = (Verdict.NONE, Verdict.PASS, Verdict.WARN, Verdict.INCONCLUSIVE, Verdict.FAIL)


def worst(*verdicts: Verdict) -> Verdict:
    """The worst of the verdicts in the order none < pass < warn < inconclusive < fail; none for no verdict."""
    return max((v for v in verdicts if v in _LATTICE), key=_LATTICE.index, default=Verdict.NONE)


@dataclass(slots=True)
class CheckRecord:
    """One judgement: the requirement, how binding it is, what was expected and what came.

    `time` is seconds since the epoch. `verdict` is pass, warn, fail, or none for a check that a precondition made.
    """

    requirement: str
    level: str
    verdict: Verdict
    expected: str
    received: str
    note: str = ""
    time: float = 0.0


@dataclass(slots=True)
class StepRecord:
    """One row of the scenario, with the rows and checks inside it.

    `kind` is "root", "given" (a precondition), "step", "state" (a reusable state inside a step) or "note".
    Times are seconds since the epoch; `error` is one line.
    """

    title: str
    kind: str = "step"
    started: float = 0.0
    ended: float = 0.0
    verdict: Verdict = Verdict.NONE
    error: str = ""
    checks: list[CheckRecord] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)

    def walk(self) -> Iterator[StepRecord]:
        """This step and every step below it, in order."""
        yield self
        for step in self.steps:
            yield from step.walk()


@dataclass(slots=True)
class WireRecord:
    """Something that happened on a connection: `time` in seconds since the epoch.

    `direction` is "in" (from the SUT), "out" (to the SUT) or "-" (an event, or a timer of the harness); `kind` is
    "text", "frame", "tcp-open", "tls", "handshake", "tcp-lost", "driver", "timer", ...; `data` is text or JSON. Secrets
    are gone by the time a record exists.
    """

    time: float
    direction: str
    kind: str
    data: Any
    connection: int = 0


@dataclass(slots=True)
class CaseResult:
    """One case in one run. `role` is the role of the SUT: "station" or "csms"."""

    id: str
    title: str
    ocpp: str
    security_profile: int
    role: str
    sut: str
    verdict: Verdict = Verdict.NONE
    reason: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    block: str = ""
    use_cases: list[str] = field(default_factory=list)
    requirements: list[str] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    mandatory: bool = True
    condition: str = ""
    summary: str = ""
    nodeid: str = ""
    started: float = 0.0
    duration: float = 0.0
    scenario: StepRecord = field(default_factory=lambda: StepRecord("scenario", kind="root"))
    wire: list[WireRecord] = field(default_factory=list)
    not_judged: list[tuple[str, str]] = field(default_factory=list)
    findings: list[CheckRecord] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The id and, for a parametrised case, its parameters: unique within a run, usable as a folder name."""
        tail = ",".join(f"{k}={v}" for k, v in self.parameters.items())
        return f"{self.id}[{tail}]" if tail else self.id

    def checks(self) -> Iterator[CheckRecord]:
        """Every judgement of the case's scenario, in order."""
        for step in self.scenario.walk():
            yield from step.checks


@dataclass(slots=True)
class RuleResult:
    """A rule that watched every frame of the run, and what it found outside what a case judged.

    `findings` are the first ones, with the case of each in `where`; `count` is the number of all.
    """

    id: str
    title: str
    verdict: Verdict
    findings: list[CheckRecord] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        """Runs of an older release have no count, and not more than 50 findings."""
        self.count = max(self.count, len(self.findings))


@dataclass(slots=True)
class OfficialCase:
    """A case of the official list for this version and role: what a certification profile is made of.

    `applies`: mandatory, or its condition holds for what the product claims; else `reason` says why not.
    `security_profiles`: those that the case is about; empty for one that is about none, and needs to be run at any one.
    `in_release`: whether this release has the case.
    """

    id: str
    title: str
    profiles: list[str]
    mandatory: bool
    applies: bool
    reason: str = ""
    security_profiles: list[int] = field(default_factory=list)
    in_release: bool = True


@dataclass(slots=True)
class KnownFailure:
    """An entry of [[known]] in sut.toml, and what this run says of it: `verdict` is pass where it is needed, fail where
    it is not any more (`note` says why)."""

    case: str
    reason: str
    expires: str
    verdict: Verdict = Verdict.PASS
    note: str = ""


@dataclass(slots=True)
class RunResult:
    """A whole run: one SUT, one version, one security profile.

    `versions`: all that sut.toml claims; `ocpp` is that of the run. `claimed_profiles`: as the official list of this
    version names them. `security_profiles`: those that the product covers, by what sut.toml says of it.
    """

    sut: str
    role: str
    ocpp: str
    security_profile: int
    verdict: Verdict = Verdict.INCOMPLETE
    started: float = 0.0
    ended: float = 0.0
    seed: int = 0
    vendor: str = ""
    model: str = ""
    firmware: str = ""
    harness: str = ""
    selection: str = ""
    sut_file: str = ""
    sut_sha256: str = ""
    command: list[str] = field(default_factory=list)
    claimed_profiles: list[str] = field(default_factory=list)
    security_profiles: list[int] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    known: list[KnownFailure] = field(default_factory=list)
    cases: list[CaseResult] = field(default_factory=list)
    rules: list[RuleResult] = field(default_factory=list)
    official: list[OfficialCase] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    not_tried: str = ""
    """How many cases no driver could operate the SUT for, and what they need."""


def to_json(record: Any) -> Any:
    """A record as JSON-compatible data, in new dicts and lists.

    dataclasses.asdict copies every text and number as well, which for a run of 300 cases took longer than the cases.
    """
    kind = type(record)
    if kind in _FIELDS:
        return {name: to_json(getattr(record, name)) for name in _FIELDS[kind]}
    if kind is list or kind is tuple:
        return [to_json(item) for item in record]
    if kind is dict:
        return {key: to_json(item) for key, item in record.items()}
    return record


_FIELDS = {
    kind: tuple(f.name for f in fields(kind))
    for kind in (CheckRecord, StepRecord, WireRecord, CaseResult, RuleResult, OfficialCase, KnownFailure, RunResult)
}


def _build(cls: type[Any], data: dict[str, Any], nested: dict[str, Any]) -> Any:
    known = {f.name for f in fields(cls)}
    values = {key: value for key, value in data.items() if key in known}
    for name, make in nested.items():
        if name in values:
            values[name] = make(values[name])
    return cls(**values)


def _check(data: dict[str, Any]) -> CheckRecord:
    return _build(CheckRecord, data, {"verdict": Verdict})  # type: ignore[no-any-return]


def _checks(data: list[dict[str, Any]]) -> list[CheckRecord]:
    return [_check(item) for item in data]


def _step(data: dict[str, Any]) -> StepRecord:
    return _build(  # type: ignore[no-any-return]
        StepRecord, data, {"verdict": Verdict, "checks": _checks, "steps": lambda items: [_step(i) for i in items]}
    )


def case_from_json(data: dict[str, Any]) -> CaseResult:
    """The CaseResult that `to_json` wrote; unknown keys of a newer version are left out."""
    return _build(  # type: ignore[no-any-return]
        CaseResult,
        data,
        {
            "verdict": Verdict,
            "scenario": _step,
            "wire": lambda items: [_build(WireRecord, i, {}) for i in items],
            "not_judged": lambda items: [(a, b) for a, b in items],
            "findings": _checks,
        },
    )


def run_from_json(data: dict[str, Any]) -> RunResult:
    """The RunResult that `to_json` wrote."""
    return _build(  # type: ignore[no-any-return]
        RunResult,
        data,
        {
            "verdict": Verdict,
            "cases": lambda items: [case_from_json(i) for i in items],
            "official": lambda items: [_build(OfficialCase, i, {}) for i in items],
            "known": lambda items: [_build(KnownFailure, i, {"verdict": Verdict}) for i in items],
            "rules": lambda items: [_build(RuleResult, i, {"verdict": Verdict, "findings": _checks}) for i in items],
        },
    )
