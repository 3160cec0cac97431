"""junit.xml, for CI systems."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .case_files import case_folder
from .causes import causes_of, ids_by_case, ids_by_rule
from .model import RunResult, Verdict
from .product import product_of

__all__ = ["junit"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COUNTS = ("tests", "failures", "errors", "skipped")
_TAGS = {
    Verdict.FAIL: ("failure", "failures"),
    Verdict.INCONCLUSIVE: ("error", "errors"),
    Verdict.INCOMPLETE: ("error", "errors"),
    Verdict.NOT_APPLICABLE: ("skipped", "skipped"),
    Verdict.NOT_RUN: ("skipped", "skipped"),
    Verdict.KNOWN: ("skipped", "skipped"),
}


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry."""
    return _FORBIDDEN.sub("�", text)


class _Suite:
    """One test suite; `classname` is flat: Jenkins and GitLab would take a dot for the end of a package's name."""

    def __init__(self, name: str, run: RunResult) -> None:
        started = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(run.started))
        self.element = Element("testsuite", name=_clean(name), timestamp=started)
        self.counts = dict.fromkeys(_COUNTS, 0)
        self._prefix = f"OCPP {run.ocpp} {run.role}"

    def properties(self, values: Mapping[str, str]) -> None:
        """What holds for the whole suite; comes before the first test."""
        _properties(self.element, values)

    def add(
        self,
        group: str,
        name: str,
        verdict: Verdict,
        reason: str,
        *,
        seconds: float = 0.0,
        file: str = "",
        caused_by: Sequence[str] = (),
        values: Mapping[str, str] | None = None,
    ) -> None:
        """A test of this suite: FAIL is a failure, INCONCLUSIVE an error; KNOWN and what was not judged are skipped."""
        self.counts["tests"] += 1
        classname = f"{self._prefix} {group}".replace(".", "_")
        item = SubElement(
            self.element, "testcase", classname=_clean(classname), name=_clean(name), time=f"{seconds:.3f}"
        )
        if file:
            item.set("file", _clean(file))
        _properties(item, {**({"causes": " ".join(caused_by)} if caused_by else {}), **(values or {})})
        tag, count = _TAGS.get(verdict, ("", ""))
        if tag:
            self.counts[count] += 1
            first = reason.split("\n", 1)[0]
            inner = SubElement(item, tag, message=_clean(f"[{' '.join(caused_by)}] {first}" if caused_by else first))
            inner.text = _clean(reason)
        elif verdict is Verdict.WARN:
            SubElement(item, "system-out").text = _clean(f"WARN: {reason}")

    def warning(self, name: str, reason: str) -> None:
        """A test that passed with a warning, which no viewer shows of a test that passed: as one that was skipped."""
        self.add("warnings", f"WARN {name}", Verdict.NOT_RUN, f"WARN: {reason}")

    def closed(self, seconds: float = 0.0) -> Element:
        """The element with its counts."""
        for key, value in self.counts.items():
            self.element.set(key, str(value))
        self.element.set("time", f"{seconds:.3f}")
        return self.element


def junit(run: RunResult) -> bytes:
    """The run as test suites: its cases; the rules that watched every message; what was a warning; and, where there is
    any, an entry of [[known]] that is not needed any more and the problems of the run. Without failures and errors the
    run passed.

    A case or rule that is not well has the ids of its causes as a property and before its message; the causes are the
    system-out of the cases' suite. Paths of evidence are relative to the folder of the file.
    """
    name = f"OCPP {run.ocpp} {run.role} security profile {run.security_profile}"
    causes = causes_of(run)
    ids, ids_of_rules = ids_by_case(causes), ids_by_rule(causes)
    cases, rules, warned, others = (_Suite(f"{name}{tail}", run) for tail in ("", ": rules", ": warnings", ": run"))
    cases.properties(_of_run(run))
    for case in run.cases:
        values = {"verdict": str(case.verdict)}
        if case.started:
            values |= {"evidence": case_folder(case.key), "summary": f"summary.html#{quote(case.key, safe='')}"}
        cases.add(
            case.block or "edge cases",
            f"{case.key} {case.title}",
            case.verdict,
            case.reason,
            seconds=case.duration,
            file=_file(case.nodeid),
            caused_by=ids.get(case.key, ()),
            values=values,
        )
        if case.verdict is Verdict.WARN:
            warned.warning(f"{case.key} {case.title}", case.reason)
    for rule in run.rules:
        text = "\n".join(
            f"{w}: expected {f.expected}, received {f.received}"
            for w, f in zip(rule.where, rule.findings, strict=False)
        )
        text = f"{rule.count} findings; {text}" if text else ""
        rules.add("rules", f"{rule.id} {rule.title}", rule.verdict, text, caused_by=ids_of_rules.get(rule.id, ()))
        if rule.verdict is Verdict.WARN:
            warned.warning(f"{rule.id} {rule.title}", text)
    for entry in run.known:
        if entry.verdict is Verdict.FAIL:
            others.add("known", f"[[known]] {entry.case}", entry.verdict, f"{entry.note}\n{entry.reason}")
    if run.problems:
        others.add("run", "Problems of the run", Verdict.INCONCLUSIVE, "\n".join(run.problems))
    if causes:
        lines = [f"{c.id} ({c.count}): {c.sentence} [{', '.join(c.cases or c.seen)}]" for c in causes]
        SubElement(cases.element, "system-out").text = _clean("\n".join(lines))
    root = Element("testsuites", name=name)
    suites = [cases, *(suite for suite in (rules, warned, others) if suite.counts["tests"])]
    for key in _COUNTS:
        root.set(key, str(sum(suite.counts[key] for suite in suites)))
    root.append(cases.closed(max(0.0, run.ended - run.started)))
    root.extend(suite.closed() for suite in suites[1:])
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _of_run(run: RunResult) -> dict[str, str]:
    return {
        "verdict": str(run.verdict),
        "sut": run.sut,
        "product": str(product_of(run)),
        "role": run.role,
        "ocpp": run.ocpp,
        "security_profile": str(run.security_profile),
        "seed": str(run.seed),
        "selection": run.selection,
        "sut.toml": run.sut_sha256,
        "harness": f"ocpp-proof {run.harness}",
        "evidence": "summary.html",
    }


def _properties(element: Element, values: Mapping[str, str]) -> None:
    if any(values.values()):
        listed = SubElement(element, "properties")
        for name, value in values.items():
            if value:
                SubElement(listed, "property", name=name, value=_clean(value))


def _file(nodeid: str) -> str:
    """The file of a case; of one of ours as it is installed, wherever that is on this machine."""
    path = nodeid.partition("::")[0]
    _, ours, inside = path.rpartition("ocpp_testcases/")
    return f"{ours}{inside}" if ours else path
