"""`ocpp-proof show ID`: the scenario of a case as a table, read from its code, without running it."""

from __future__ import annotations

import argparse
import ast
import difflib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from ..engine.cases import catalog
from ..engine.errors import ConfigurationError
from .cases import CaseSource, find_cases
from .listing import relative

__all__ = ["scenario", "show"]

_WIRE = {
    "expect": "the SUT sends",
    "expect_one_of": "the SUT does one of",
    "expect_none": "the SUT does not send",
    "call": "the harness sends",
    "attempt": "the harness sends",
    "answer": "the harness will answer",
    "event": "TransactionEvent",
    "request": "the CSMS is told to send",
}


def show(options: argparse.Namespace) -> int:
    """Print what the catalog and the code say of a case."""
    sources = {s.id: s for s in find_cases()}
    wanted: str = options.id
    rows = [row for (id, _), row in catalog().items() if id == wanted]
    if wanted not in sources and not rows:
        near = difflib.get_close_matches(wanted, [*sources, *{id for id, _ in catalog()}], 3)
        raise ConfigurationError(
            f"there is no case {wanted!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
        )
    source = sources.get(wanted)
    title = rows[0].title if rows else str(source.options.get("title", "")) if source else ""
    print(f"{wanted}  {title}")
    for row in rows:
        need = "mandatory" if row.mandatory else f"if {row.condition}" if row.condition else "conditional"
        print(
            f"  OCPP {row.ocpp}: {', '.join(row.profiles) or 'no profile'}; {need}; use case {', '.join(row.use_cases)}"
        )
        if row.requirements:
            print(f"    requirements: {' '.join(row.requirements)}")
    if source is None:
        print("  not in this release")
        return 0
    print(f"  {relative(source.file)}:{source.function.lineno}\n  {source.summary}\n")
    for number, (kind, text) in enumerate(scenario(source), 1):
        print(f"  {number:>3}  {kind:<11} {text}")
    return 0


def scenario(source: CaseSource) -> Iterator[tuple[str, str]]:
    """The rows of a case: (kind, text) with kinds given, step, state, message, check."""
    states = _imported_states(source.file)
    yield from _walk(source.function.body, states)


def _walk(body: list[ast.stmt], states: dict[str, str]) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "step" and call.args:
                    yield "step", _text(call.args[0])
            yield from _walk(statement.body, states)
            continue
        if isinstance(statement, ast.If):
            yield "if", ast.unparse(statement.test)
            yield from _walk(statement.body, states)
            if statement.orelse:
                yield "otherwise", ""
                yield from _walk(statement.orelse, states)
            continue
        for inner in ("body", "orelse", "finalbody"):
            if nested := getattr(statement, inner, None):
                yield from _walk(nested, states)
        if not hasattr(statement, "body"):
            yield from _calls(statement, states)


def _calls(statement: ast.stmt, states: dict[str, str]) -> Iterator[tuple[str, str]]:
    for node in ast.walk(statement):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "given" and node.args:
            state = getattr(node.args[0], "id", "?")
            detail = "; ".join(_text(a) for a in node.args[2:] if isinstance(a, ast.Dict))
            yield "given", " ".join(t for t in (states.get(state, state), detail) if t)
        elif name == "check" and node.args:
            expected = next((_text(k.value) for k in node.keywords if k.arg == "expected"), "")
            yield "check", f"{_text(node.args[0])}: {expected}"
        elif name in _WIRE and isinstance(node.func, ast.Attribute):
            words = [_text(a) for a in node.args] + [
                f"{k.arg.replace('__', '.')} = {_text(k.value)}"
                for k in node.keywords
                if k.arg not in (None, "within", "note")
            ]
            yield "message", f"{_WIRE[name]} {', '.join(words)}"
        elif name in states and not isinstance(node.func, ast.Attribute):
            yield "state", states[name]
        elif isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "sut" and name != "request":
            yield "operate", f"{name.replace('_', ' ')} {', '.join(_text(a) for a in node.args)}"


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


def _imported_states(file: Path) -> dict[str, str]:
    """The states that a case file imports, with the first line of their docstrings."""
    found: dict[str, str] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("ocpp_proof.states"):
            spec = importlib.util.find_spec(node.module)
            if spec is None or spec.origin is None:
                continue
            docs = {
                f.name: (ast.get_docstring(f) or f.name.replace("_", " ")).split("\n", 1)[0].rstrip(".")
                for f in ast.parse(Path(spec.origin).read_text(encoding="utf-8")).body
                if isinstance(f, ast.AsyncFunctionDef)
            }
            found.update({a.asname or a.name: docs[a.name] for a in node.names if a.name in docs})
    return found
