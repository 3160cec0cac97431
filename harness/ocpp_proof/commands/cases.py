"""The case functions that are installed, found without running or collecting anything with pytest."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .run import cases_folder

__all__ = ["CaseSource", "find_cases"]


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Where a case stands: its id, file, function and the keyword arguments of its decorator that are plain."""

    id: str
    file: Path
    function: ast.AsyncFunctionDef
    options: dict[str, object]
    ocpp: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The case's own sentence."""
        return (ast.get_docstring(self.function) or "").strip()


@cache
def find_cases() -> tuple[CaseSource, ...]:
    """Every case of the installed folder, in the order of the files; parsing only, no import."""
    found = []
    root = cases_folder()
    for file in sorted(root.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.AsyncFunctionDef):
                for decorator in node.decorator_list:
                    if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "case":
                        found.append(_source(file, node, decorator))
    return tuple(found)


def _source(file: Path, function: ast.AsyncFunctionDef, decorator: ast.Call) -> CaseSource:
    options: dict[str, object] = {}
    ocpp: tuple[str, ...] = ()
    for keyword in decorator.keywords:
        if keyword.arg is None:
            continue
        try:
            options[keyword.arg] = ast.literal_eval(keyword.value)
        except ValueError:
            if keyword.arg == "ocpp":
                ocpp = ("1.6", "2.0.1", "2.1") if ast.unparse(keyword.value) == "ALL" else ()
    given = options.get("ocpp", ocpp)
    versions = tuple(str(v) for v in given) if isinstance(given, tuple | list) else ocpp
    return CaseSource(str(ast.literal_eval(decorator.args[0])), file, function, options, versions)
