"""The case functions that are installed, found without running or collecting anything with pytest."""

from __future__ import annotations

import ast
import importlib.util
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..cases.declaration import Case, described
from ..cases.errors import ConfigurationError
from .code import Function, parse

__all__ = ["CaseSource", "cases_folder", "find_cases"]


def cases_folder() -> Path:
    """Where the cases are installed."""
    spec = importlib.util.find_spec("ocpp_testcases")
    if spec is None or spec.origin is None:
        raise ConfigurationError("the cases (ocpp_testcases) are not installed; reinstall ocpp-proof")
    return Path(spec.origin).parent


@dataclass(frozen=True, slots=True)
class CaseSource:
    """Where a case stands: its id, file, function and the keyword arguments of its decorator that are plain."""

    id: str
    file: Path
    name: str
    options: dict[str, object]
    ocpp: tuple[str, ...]

    @property
    def case(self) -> Case:
        """Id, role, versions and catalog rows as the decorator gives them; raises OcppProofError for an unknown id."""
        sut, title = self.options.get("sut"), self.options.get("title", "")
        return described(self.id, ocpp=self.ocpp or None, sut=str(sut) if sut else None, title=str(title), summary="")

    @property
    def function(self) -> Function:
        """The case function; its file is parsed when this is asked for first."""
        return parse(self.file).functions[self.name]

    @property
    def summary(self) -> str:
        """The case's own sentence."""
        return (ast.get_docstring(self.function) or "").strip()


_HEAD = re.compile(r"^@case\(.*?^async def (?P<name>\w+)\(", re.MULTILINE | re.DOTALL)
"""A case's decorators and the name of its function. Parsing whole files is most of the time of `list`."""


@cache
def find_cases() -> tuple[CaseSource, ...]:
    """Every case of the installed folder, in the order of the files; reading only, no import."""
    found = []
    for file in sorted(cases_folder().rglob("test_*.py")):
        for head in _HEAD.finditer(file.read_text(encoding="utf-8")):
            (node,) = ast.parse(f"{head[0]}): ...").body
            assert isinstance(node, ast.AsyncFunctionDef)
            decorator = node.decorator_list[0]
            assert isinstance(decorator, ast.Call)
            found.append(_source(file, head["name"], decorator))
    return tuple(found)


def _source(file: Path, name: str, decorator: ast.Call) -> CaseSource:
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
    return CaseSource(str(ast.literal_eval(decorator.args[0])), file, name, options, versions)
