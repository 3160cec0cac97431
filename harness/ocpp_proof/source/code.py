"""The functions, constants and imports of a source file, parsed and not imported."""

from __future__ import annotations

import ast
import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Function", "Module", "module", "parse"]

Function = ast.AsyncFunctionDef | ast.FunctionDef


@dataclass(frozen=True)
class Module:
    """One file. `imports`: local name -> (module, name there); `methods`: of all its classes, by name."""

    functions: dict[str, Function]
    methods: dict[str, Function]
    constants: dict[str, ast.expr]
    imports: dict[str, tuple[str, str]]


@functools.cache
def parse(file: Path) -> Module:
    """What a file defines at its top level."""
    found = Module({}, {}, {}, {})
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.AsyncFunctionDef() | ast.FunctionDef():
                found.functions[node.name] = node
            case ast.ClassDef():
                for member in node.body:
                    if isinstance(member, ast.AsyncFunctionDef | ast.FunctionDef):
                        found.methods[member.name] = member
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.constants[name] = node.value
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                found.constants.update(
                    (t.id, v) for t, v in zip(targets, values, strict=False) if isinstance(t, ast.Name)
                )
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.constants[name] = value
            case ast.ImportFrom() if node.module is not None:
                origin = _absolute(node, file)
                for alias in node.names:
                    found.imports[alias.asname or alias.name] = (origin, alias.name)
    return found


def _absolute(node: ast.ImportFrom, file: Path) -> str:
    if not node.level:
        return node.module or ""
    parts = file.with_suffix("").parts
    package = parts[parts.index("ocpp_proof") if "ocpp_proof" in parts else parts.index("ocpp_testcases") :]
    return ".".join((*package[: -node.level], node.module or ""))


@functools.cache
def module(name: str, *, also_harness: bool = False) -> Module | None:
    """A module of states or cases by its dotted name; None for any other, which is not followed."""
    if not name.startswith(("ocpp_testcases.", "ocpp_proof.") if also_harness else "ocpp_testcases."):
        return None
    spec = importlib.util.find_spec(name)
    return parse(Path(spec.origin)) if spec is not None and spec.origin is not None else None
