"""Allure results written from the evidence itself: nested steps at their exact times, one wire log a case.

Model and file writer are those of allure-python-commons; its reporter is not used, as its steps live on a thread-local
stack and nest wrongly when cases run side by side. What identifies a result is the case, the version, the security
profile and the SUT, so that results of different systems never hide each other as retries.
"""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import re
import uuid
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, Label, Link, Parameter, Status, StatusDetails, TestResult, TestStepResult

from .case_files import WIRE, case_folder
from .causes import causes_of, ids_by_case
from .model import CaseResult, RunResult, StepRecord, Verdict
from .sequence import diagram

__all__ = ["ANALYTICS", "AllureResults", "strip_analytics", "write"]

_STATUS = {
    Verdict.PASS: Status.PASSED,
    Verdict.WARN: Status.PASSED,
    Verdict.FAIL: Status.FAILED,
    Verdict.INCONCLUSIVE: Status.BROKEN,
    Verdict.INCOMPLETE: Status.BROKEN,
    Verdict.NOT_APPLICABLE: Status.SKIPPED,
    Verdict.NOT_RUN: Status.SKIPPED,
    Verdict.KNOWN: Status.SKIPPED,
    Verdict.NONE: Status.PASSED,
}
CATEGORIES = (
    ("Schema violation", ["failed"], ".*schema .*"),
    ("No answer in time", ["failed"], ".*OCPP-J answer.*"),
    ("Non-conformance", ["failed"], ".*"),
    ("Inconclusive: precondition", ["broken"], ".*could not reach the state.*"),
    ("Inconclusive: driver or operator", ["broken"], ".*driver.*"),
    ("Inconclusive", ["broken"], ".*"),
    ("Known deviation", ["skipped"], "known until.*"),
    ("Not run", ["skipped"], "not run: .*"),
    ("Not applicable", ["skipped"], ".*"),
)
ANALYTICS = re.compile(
    r"<script[^>]*googletagmanager[^>]*>\s*</script>|<script[^>]*>(?:(?!</script>).)*?gtag\(.*?</script>", re.S
)


def strip_analytics(html: str) -> str:
    """A rendered Allure page without its analytics scripts: results before a lab visit are confidential."""
    return ANALYTICS.sub("", html)


class AllureResults:
    """A folder of Allure results; several processes may add to the same one."""

    def __init__(self, folder: Path, *, linked: bool = False) -> None:
        """`linked`: the folder is one of a run, and what its report shows may link to what stands there already."""
        self.folder = folder
        self.linked = linked
        self._logger = AllureFileLogger(folder)

    def add_case(self, case: CaseResult, run: RunResult, causes: Sequence[str] = ()) -> None:
        """Write the result of a case that has ended; the same result again replaces the one that is there.

        `causes`: the ids of its causes, which are known when the run is settled.
        """
        result = _result(case, run, causes)
        if self.linked:
            result.links = _links(case)
        else:
            result.attachments = self._attach(case, run, result.uuid)
        result.file_pattern = f"{result.uuid}-result.json"
        self._logger.report_result(result)

    def _attach(self, case: CaseResult, run: RunResult, name: str) -> list[Attachment]:
        if not case.wire:
            return []
        log = "".join(
            json.dumps({"time": r.time, "direction": r.direction, "kind": r.kind, "data": r.data}, ensure_ascii=False)
            + "\n"
            for r in case.wire
        )
        harness = "the harness as CSMS" if run.role == "station" else "the harness as charging station"
        style = (importlib.resources.files(__package__) / "sequence.css").read_text(encoding="utf-8")
        drawing = diagram(case.wire, case.scenario, sut=run.sut, harness=harness)
        html = f"<!doctype html><meta charset=utf-8><style>{style}</style>{drawing}"
        found = []
        for title, type_, extension, text in (
            ("wire log", "application/x-ndjson", "ndjson", log),
            ("sequence diagram", "text/html", "html", html),
        ):
            source = f"{name}-{title.split()[0]}-attachment.{extension}"
            self._logger.report_attached_data(text, source)
            found.append(Attachment(name=title, type=type_, source=source))
        return found

    def describe(self, run: RunResult) -> None:
        """Write what the renderers show beside the results: the system under test, the categories, the executor.

        Other lines of environment.properties stay, and so do categories.json and executor.json that are there already:
        they are the user's, or a build server's.
        """
        environment = {
            "SUT": run.sut,
            "SUT.role": run.role,
            "Product": " ".join(t for t in (run.vendor, run.model, run.firmware) if t),
            "OCPP": run.ocpp,
            "Security.profile": run.security_profile,
            "Seed": run.seed,
            "Harness": f"ocpp-proof {run.harness}",
            "sut.toml": run.sut_sha256[:16],
        }
        file = self.folder / "environment.properties"
        before = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        lines = [line for line in before if line.partition("=")[0].strip() not in environment]
        lines += [f"{key}={_one_line(str(value))}" for key, value in environment.items()]
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        categories = [{"name": n, "matchedStatuses": s, "messageRegex": f"(?s){m}"} for n, s, m in CATEGORIES]
        executor = {"name": "ocpp-proof", "type": "local", "buildName": f"{run.sut} {run.ocpp}"}
        for name, content in (("categories.json", categories), ("executor.json", executor)):
            if not (self.folder / name).exists():
                (self.folder / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def write(folder: Path, run: RunResult, *, linked: bool = False) -> None:
    """Write `allure-results` for a run into `folder`, and beside it the configuration of Allure 3.

    `linked`: wire logs and diagrams, which stand beside it already, are links and not written once more.
    """
    results = AllureResults(folder, linked=linked)
    causes = ids_by_case(causes_of(run))
    for case in run.cases:
        results.add_case(case, run, causes.get(case.key, ()))
    results.describe(run)
    (folder.parent / "allurerc.mjs").write_text(_allurerc(run), encoding="utf-8")


def _allurerc(run: RunResult) -> str:
    rules = ",\n    ".join(
        f"{{ name: {json.dumps(name)}, matchers: {{ statuses: {json.dumps(statuses)}, message: /{pattern}/s }} }}"
        for name, statuses, pattern in CATEGORIES
    )
    title = json.dumps(f"{run.sut}: OCPP {run.ocpp}, security profile {run.security_profile}")
    return (
        "// Allure 3 reads its categories here; Allure 2 reads categories.json.\n"
        "export default {\n"
        f"  name: {title},\n"
        '  output: "./allure-report",\n'
        '  plugins: { awesome: { options: { singleFile: true, reportLanguage: "en" } } },\n'
        f"  categories: {{ rules: [\n    {rules},\n  ] }},\n"
        "};\n"
    )


def _links(case: CaseResult) -> list[Link]:
    """To the page of the run and to the wire log, from the report that Allure puts beside them."""
    if not case.wire:
        return []
    places = (
        ("sequence diagram", f"../summary.html#{quote(case.key, safe='')}"),
        ("wire log", f"../{quote(case_folder(case.key))}/{WIRE}"),
    )
    return [Link(type="link", url=url, name=name) for name, url in places]


def _one_line(text: str) -> str:
    return re.sub(r"[\r\n\\]+", " ", text)


def _result(case: CaseResult, run: RunResult, causes: Sequence[str]) -> TestResult:
    identity = f"{case.key} {case.ocpp} sp{case.security_profile} {case.sut}"
    start = int((case.started or run.started) * 1000)
    role = "Station" if case.role == "station" else "CSMS"
    labels = [
        ("epic", f"OCPP {case.ocpp}"),
        ("feature", f"{role} · {case.block}" if case.block else role),
        ("story", ", ".join(case.use_cases) or case.id),
        ("severity", "critical" if case.mandatory else "normal"),
        ("framework", "ocpp-proof"),
        ("ocpp_case", case.id),
        ("verdict", case.verdict.value),
        *(("tag", profile) for profile in case.profiles),
        *(("tag", f"cause {id}") for id in causes),
        *(("cause", id) for id in causes),
        *(("requirement", requirement) for requirement in case.requirements),
        ("parentSuite", f"OCPP {case.ocpp} {role}"),
        ("suite", case.block or "cases"),
    ]
    parameters = {"ocpp": case.ocpp, "security_profile": str(case.security_profile), "sut": case.sut, **case.parameters}
    message = ("not run: " if case.verdict is Verdict.NOT_RUN else "") + case.reason.split("\n\n", 1)[0]
    return TestResult(
        uuid=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{identity} {start}")),
        testCaseId=case.id,
        historyId=hashlib.md5(identity.encode(), usedforsecurity=False).hexdigest(),
        fullName=case.nodeid or case.id,
        name=f"{case.key} {case.title}",
        status=_STATUS[case.verdict],
        statusDetails=StatusDetails(message=message, trace=case.reason) if case.reason else None,
        stage="finished",
        description=_description(case),
        start=start,
        stop=int((case.started + case.duration) * 1000) if case.started else start,
        labels=[Label(name=n, value=v) for n, v in labels if v],
        parameters=[Parameter(name=n, value=v) for n, v in parameters.items()],
        steps=[_step(s) for s in case.scenario.steps] + _checks(case.scenario),
    )


def _description(case: CaseResult) -> str:
    lines = [case.summary, ""]
    rows = [c for c in case.checks() if c.verdict is not Verdict.NONE]
    if rows:
        lines += ["| requirement | level | verdict |", "|---|---|---|"]
        lines += [f"| {c.requirement} | {c.level} | {c.verdict} |" for c in rows]
    return "\n".join(lines)


def _step(step: StepRecord) -> TestStepResult:
    return TestStepResult(
        name=("Given: " if step.kind == "given" else "") + step.title,
        status=_STATUS[step.verdict],
        statusDetails=StatusDetails(message=step.error) if step.error else None,
        start=int(step.started * 1000),
        stop=int((step.ended or step.started) * 1000),
        steps=_checks(step) + [_step(s) for s in step.steps],
    )


def _checks(step: StepRecord) -> list[TestStepResult]:
    return [
        TestStepResult(
            name=f"{c.requirement} ({c.level}): expected {c.expected}",
            status=_STATUS[c.verdict],
            statusDetails=StatusDetails(message=f"expected: {c.expected}\nreceived: {c.received}"),
            start=int(c.time * 1000),
            stop=int(c.time * 1000),
        )
        for c in step.checks
        if c.verdict is not Verdict.NONE
    ]
