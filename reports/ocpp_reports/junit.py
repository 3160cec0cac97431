"""junit.xml, for CI systems."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .causes import causes_of, ids_by_case, ids_by_rule
from .model import RunResult, Verdict

__all__ = ["junit"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _clean(text: str) -> str:
    """Without the characters that XML cannot carry."""
    return _FORBIDDEN.sub("�", text)


def junit(run: RunResult) -> bytes:
    """The run as one test suite: FAIL is a failure, INCONCLUSIVE an error; KNOWN and what was not run are skipped.

    Rules that watched every message are test cases of their own, as are an entry of [[known]] that is not needed any
    more, and the problems of the run: a suite without failures is a run that passed. A case or rule that is not well
    has the ids of its causes as a property and before its message; the causes are the system-out of the suite.
    """
    name = f"OCPP {run.ocpp} {run.role} security profile {run.security_profile}"
    suite = Element("testsuite", name=name, timestamp=time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(run.started)))
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}

    causes = causes_of(run)
    ids, ids_of_rules = ids_by_case(causes), ids_by_rule(causes)

    def add(
        classname: str, id: str, seconds: float, verdict: Verdict, reason: str, caused_by: Sequence[str] = ()
    ) -> None:
        counts["tests"] += 1
        item = SubElement(suite, "testcase", classname=_clean(classname), name=_clean(id), time=f"{seconds:.3f}")
        tag, count = {
            Verdict.FAIL: ("failure", "failures"),
            Verdict.INCONCLUSIVE: ("error", "errors"),
            Verdict.INCOMPLETE: ("error", "errors"),
            Verdict.NOT_APPLICABLE: ("skipped", "skipped"),
            Verdict.NOT_RUN: ("skipped", "skipped"),
            Verdict.KNOWN: ("skipped", "skipped"),
        }.get(verdict, ("", ""))
        if caused_by:
            SubElement(SubElement(item, "properties"), "property", name="causes", value=" ".join(caused_by))
        if tag:
            counts[count] += 1
            first = reason.split("\n", 1)[0]
            inner = SubElement(item, tag, message=_clean(f"[{' '.join(caused_by)}] {first}" if caused_by else first))
            inner.text = _clean(reason)
        elif verdict is Verdict.WARN:
            SubElement(item, "system-out").text = _clean(f"WARN: {reason}")

    for case in run.cases:
        name, told = f"{case.key} {case.title}", ids.get(case.key, ())
        add(f"{run.ocpp}.{case.block or 'cases'}", name, case.duration, case.verdict, case.reason, told)
    for rule in run.rules:
        text = "\n".join(
            f"{w}: expected {f.expected}, received {f.received}"
            for w, f in zip(rule.where, rule.findings, strict=False)
        )
        text = f"{rule.count} findings; {text}" if text else ""
        name, told = f"{rule.id} {rule.title}", ids_of_rules.get(rule.id, ())
        add(f"{run.ocpp}.rules", name, 0.0, rule.verdict, text, told)
    for entry in run.known:
        if entry.verdict is Verdict.FAIL:
            add(f"{run.ocpp}.known", f"[[known]] {entry.case}", 0.0, entry.verdict, f"{entry.note}\n{entry.reason}")
    if run.problems:
        add(f"{run.ocpp}.run", "Problems of the run", 0.0, Verdict.INCONCLUSIVE, "\n".join(run.problems))
    if causes:
        lines = [f"{c.id} ({c.count}): {c.sentence} [{', '.join(c.cases or c.seen)}]" for c in causes]
        SubElement(suite, "system-out").text = _clean("\n".join(lines))
    for key, value in counts.items():
        suite.set(key, str(value))
    suite.set("time", f"{max(0.0, run.ended - run.started):.3f}")
    root = Element("testsuites")
    root.append(suite)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
